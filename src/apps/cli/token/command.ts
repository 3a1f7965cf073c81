import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { agentPrincipal, OPERATOR, TOKEN_DAYS } from '#apps/server/tokens.ts';
import { parsePersonId } from '#domain/identity/person.ts';
import type { Principal } from '#domain/identity/principal.ts';

const DAY_MS = 86_400_000;

/** `acgs token`: works on the token file of this machine's installation; whoever may write it runs the installation. */
export function createTokenCommands(io: CliIo): Command {
  const command = new Command('token').description('issue, list and revoke bearer tokens of this installation');

  command
    .command('issue')
    .argument('<principal>', '"operator", or the name of an agent or a person')
    .description('issue a token and print it: the only time that it is seen')
    .option('--person', 'for a person')
    .option('--role <role...>', 'what the person may do: roles that the constitution names')
    .option('--agent <kind>', "the agent's kind, when its name is another (claude-code, codex, …)")
    .option('--days <days>', 'until it expires', days, TOKEN_DAYS)
    .option('--save', "write the operator's token to <state folder>/operator.token (mode 0600), where acgs finds it")
    .option('--json', 'machine-readable output')
    .addHelpText(
      'after',
      '\nExamples:\n  acgs token issue operator --save\n  acgs token issue alice-laptop --agent claude-code\n  acgs token issue ada --person --role maintainer --role security',
    )
    .action(async (name: string, options: IssueOptions) => {
      const principal = principalOf(name, options);
      const home = stateFolder(io);
      const token = await createTokenFile(join(home, 'tokens.json')).issue(
        principal,
        Date.now(),
        options.days * DAY_MS,
      );
      if (options.save === true && principal.id === OPERATOR.id) {
        const path = await saveOperatorToken(home, token);
        io.out(options.json === true ? `${JSON.stringify({ principal: name, path })}\n` : `saved to ${path}\n`);
        return;
      }
      io.out(options.json === true ? `${JSON.stringify({ principal: name, token })}\n` : `${token}\n`);
    });

  command
    .command('list')
    .description('who holds a token, and until when')
    .option('--json', 'machine-readable output')
    .action(async (options: { json?: true }) => {
      const records = [...(await createTokenFile(join(stateFolder(io), 'tokens.json')).load()).values()];
      const rows = records.map(({ principal, createdMs, expiresMs, sha256 }) => ({
        principal: principal.id,
        kind: principal.kind === 'agent' ? principal.agent : principal.kind,
        created: new Date(createdMs).toISOString(),
        expires: new Date(expiresMs).toISOString(),
        sha256,
      }));
      if (options.json === true) io.out(`${JSON.stringify(rows)}\n`);
      else
        for (const row of rows)
          io.out(`${row.principal.padEnd(20)} ${row.kind.padEnd(14)} until ${row.expires.slice(0, 10)}\n`);
    });

  command
    .command('revoke')
    .argument('<principal>', 'whose tokens')
    .description('revoke every token of a principal; a running server notices within a second')
    .action(async (name: string) => {
      const count = await createTokenFile(join(stateFolder(io), 'tokens.json')).revoke(name);
      io.out(`${count} token${count === 1 ? '' : 's'} of ${name} revoked\n`);
    });

  return command;
}

interface IssueOptions {
  readonly person?: true;
  readonly role?: readonly string[];
  readonly agent?: string;
  readonly days: number;
  readonly save?: true;
  readonly json?: true;
}

function principalOf(name: string, { person, role, agent }: IssueOptions): Principal {
  if (person === undefined) {
    if (role !== undefined) throw failure(EXIT.usage, 'roles are for people: add --person');
    return name === 'operator' ? OPERATOR : agentPrincipal(agent ?? name, name);
  }
  if (agent !== undefined) throw failure(EXIT.usage, 'a person is no agent: leave out --person or --agent');
  const id = parsePersonId(name);
  if (!id.ok) throw failure(EXIT.usage, id.refusal.message);
  const roles = [...new Set(role ?? [])].sort();
  const wrong = roles.find((one) => !/^[a-z][a-z0-9-]{0,62}$/.test(one));
  if (wrong !== undefined) throw failure(EXIT.usage, `"${wrong}" is not the name of a role`);
  return { kind: 'person', id: id.value, roles };
}

/** Only its owner may read it. */
async function saveOperatorToken(home: string, token: string): Promise<string> {
  const path = join(home, 'operator.token');
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return path;
}

function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3650)
    throw new InvalidArgumentError('a whole number from 1 to 3650');
  return value;
}
