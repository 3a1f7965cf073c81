import { Command } from 'commander';
import Type from 'typebox';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { createPaint } from '#apps/cli/output.ts';
import { table } from '#apps/cli/table.ts';

const Person = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  status: Type.String(),
});
const Invited = Type.Object({ person: Type.String(), code: Type.String(), expiresMs: Type.Number() });
const People = Type.Object({ people: Type.Array(Person) });

interface Options extends ClientOptions {
  readonly json?: true;
}

/** `acgs person`: who works here, and in which roles. */
export function createPersonCommands(io: CliIo): Command {
  const command = new Command('person').description(
    'people and their roles: operator, proposer, auditor, signer, approver roles',
  );
  const show = (person: Type.Static<typeof Person>, options: Options) =>
    io.out(
      options.json === true
        ? `${JSON.stringify(person)}\n`
        : `${person.id} (${person.name}) is ${person.status}, with ${person.roles.length === 0 ? 'no role' : person.roles.join(', ')}\n`,
    );

  withClientOptions(
    command.command('add').argument('<id>', 'a short name in lower case: ada').argument('[role...]', 'roles'),
  )
    .description('add a person')
    .option('--name <name>', 'the name in full (default: the id)')
    .option('--json', 'machine-readable output')
    .action(async (id: string, roles: string[], options: Options & { name?: string }) => {
      const client = await createClient(io, options);
      show(await client.post('/v1/people', { id, name: options.name ?? id, roles }, Person), options);
    });

  withClientOptions(command.command('invite').argument('<id>', 'whom'))
    .description('print a one-time code with which a person sets a password, the first one or a new one, within a day')
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      '\nThe person brings the code to the sign-in page of the console, or to: acgs login --invitation\n' +
        'Hand it over in person or by a call: whoever brings it first is taken for this person.',
    )
    .action(async (id: string, options: Options) => {
      const client = await createClient(io, options);
      const invited = await client.post(`/v1/people/${encodeURIComponent(id)}/invitation`, {}, Invited);
      io.out(
        options.json === true
          ? `${JSON.stringify(invited)}\n`
          : `${invited.code}\n\n${invited.person} sets a password with it until ${new Date(invited.expiresMs).toISOString()}:\n  ${client.base}, or acgs login --invitation\n`,
      );
    });

  withClientOptions(command.command('list'))
    .description('everybody')
    .option('--json', 'machine-readable output')
    .action(async (options: Options) => {
      const { people } = await (await createClient(io, options)).get('/v1/people', People);
      if (options.json === true) return io.out(`${JSON.stringify(people)}\n`);
      const rows = people.map(({ id, name, roles, status }) =>
        [id, name, status, roles.join(' ')].map((text) => ({ text })),
      );
      return io.out(table(rows, { columns: io.columns, flexible: 3, paint: createPaint(io.colour) }));
    });

  withClientOptions(
    command.command('role').argument('<id>', 'whose').argument('[role...]', 'all of them; none takes every role away'),
  )
    .description("set a person's roles; nobody sets their own")
    .option('--json', 'machine-readable output')
    .action(async (id: string, roles: string[], options: Options) => {
      const client = await createClient(io, options);
      show(await client.post(`/v1/people/${encodeURIComponent(id)}/roles`, { roles }, Person), options);
    });

  withClientOptions(
    command
      .command('bind')
      .argument('<id>', 'whose')
      .argument(
        '<subject>',
        'the account’s "sub", as the provider shows it, or the server’s log says of a refused sign-in',
      ),
  )
    .description('let a person sign in with an account at the OpenID provider')
    .option('--json', 'machine-readable output')
    .action(async (id: string, subject: string, options: Options) => {
      const client = await createClient(io, options);
      show(await client.post(`/v1/people/${encodeURIComponent(id)}/openid`, { subject }, Person), options);
    });

  withClientOptions(command.command('unbind').argument('<id>', 'whose'))
    .description('take the account at the OpenID provider away from a person; what it signed in is over')
    .option('--json', 'machine-readable output')
    .action(async (id: string, options: Options) => {
      const client = await createClient(io, options);
      show(await client.post(`/v1/people/${encodeURIComponent(id)}/openid`, { subject: null }, Person), options);
    });

  for (const [name, status, what] of [
    ['suspend', 'suspended', 'refuse everything that a person asks, from now on'],
    ['reinstate', 'active', 'let a suspended person work again'],
  ] as const) {
    withClientOptions(command.command(name).argument('<id>', 'whom'))
      .description(what)
      .option('--json', 'machine-readable output')
      .action(async (id: string, options: Options) => {
        const client = await createClient(io, options);
        show(await client.post(`/v1/people/${encodeURIComponent(id)}/status`, { status }, Person), options);
      });
  }
  return command;
}
