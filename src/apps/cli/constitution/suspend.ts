import { Command } from 'commander';
import Type from 'typebox';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { visible } from '#apps/cli/output.ts';

const Suspension = Type.Object(
  { id: Type.String(), policy: Type.String(), expiresMs: Type.Number(), state: Type.String(), reason: Type.String() },
  { additionalProperties: true },
);
const Suspensions = Type.Object({
  suspensions: Type.Array(Suspension),
  agents: Type.Array(Type.Object({ agent: Type.String(), sinceMs: Type.Number(), why: Type.String() })),
});

interface Options extends ClientOptions {
  readonly json?: true;
}

/** `acgs constitution suspend`: an emergency; stricter at once, and over by itself unless people ratify it. */
export function createSuspendCommand(io: CliIo): Command {
  const command = new Command('suspend')
    .argument('[policy]', 'its id; without one, what is suspended is listed')
    .argument('[reason]', 'why, for everyone whom it stops')
    .description('suspend what a policy lets through: what it permits, or the exceptions that it makes')
    .option('--json', 'machine-readable output');
  return withClientOptions(command)
    .addHelpText(
      'after',
      '\nA suspension only makes stricter: to loosen a forbid, propose an emergency amendment.\n\nExample:\n  acgs constitution suspend network-read "An exfiltration is under way"',
    )
    .action(async (policy: string | undefined, reason: string | undefined, options: Options) => {
      const client = await createClient(io, options);
      if (policy === undefined) {
        const all = await client.get('/v1/suspensions', Suspensions);
        if (options.json === true) io.out(`${JSON.stringify(all)}\n`);
        else io.out(describe(all));
        return;
      }
      const body = { policy, reason: reason ?? 'no reason was given' };
      const suspended = await client.post('/v1/suspensions', body, Suspension);
      io.out(options.json === true ? `${JSON.stringify(suspended)}\n` : line(suspended));
    });
}

/** `acgs constitution lift`: ends a suspension before its time. */
export function createLiftCommand(io: CliIo): Command {
  const command = new Command('lift')
    .argument('<suspension>', 'its id')
    .description('end the suspension of a policy')
    .option('--json', 'machine-readable output');
  return withClientOptions(command).action(async (id: string, options: Options) => {
    const client = await createClient(io, options);
    const lifted = await client.post(`/v1/suspensions/${encodeURIComponent(id)}/lift`, {}, Suspension);
    io.out(options.json === true ? `${JSON.stringify(lifted)}\n` : line(lifted));
  });
}

/** `acgs constitution reinstate`: after the graduated response has suspended an agent. */
export function createReinstateCommand(io: CliIo): Command {
  const command = new Command('reinstate')
    .argument('<agent>', 'its id')
    .argument('<reason>', 'why it may go on')
    .description('let an agent go on that was suspended for its denials');
  return withClientOptions(command).action(async (agent: string, reason: string, options: ClientOptions) => {
    const client = await createClient(io, options);
    const path = `/v1/suspended-agents/${encodeURIComponent(agent)}/reinstatement`;
    await client.post(path, { reason }, Type.Object({ agent: Type.String() }));
    io.out(`${visible(agent)} may go on\n`);
  });
}

function describe({ suspensions, agents }: Type.Static<typeof Suspensions>): string {
  const told = agents.map(
    ({ agent, sinceMs, why }) => `agent ${visible(agent)}  since ${new Date(sinceMs).toISOString()}: ${visible(why)}\n`,
  );
  return [...suspensions.map(line), ...told].join('') || 'nothing is suspended\n';
}

function line({ id, policy, expiresMs, state, reason }: Type.Static<typeof Suspension>): string {
  const until = state === 'open' ? `until ${new Date(expiresMs).toISOString()}` : state;
  return `${policy}  ${until}  ${id}\n  ${visible(reason)}\n`;
}
