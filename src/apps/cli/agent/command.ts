import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import Type from 'typebox';
import { readAgent, renewalMs } from '#apps/cli/agent/agent-folder.ts';
import { type Enrolled, enrol, isKeyDue, refresh, refreshIfDue, rotate } from '#apps/cli/agent/enrolled-agent.ts';
import { type ClientOptions, createClient, withClientOptions } from '#apps/cli/client.ts';
import { SERVER_DEFAULT, serverUrl } from '#apps/cli/connection.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { createPaint } from '#apps/cli/output.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { table } from '#apps/cli/table.ts';

const Invited = Type.Object({ id: Type.String(), code: Type.String(), expiresMs: Type.Number() });
const Agent = Type.Object({
  id: Type.String(),
  agent: Type.String(),
  owner: Type.String(),
  teams: Type.Array(Type.String()),
  status: Type.String(),
  keySinceMs: Type.Optional(Type.Number()),
});
const Agents = Type.Object({ agents: Type.Array(Agent) });

/** After a failure `--watch` tries again, in milliseconds. */
const RETRY_MS = 5_000;

interface Options extends ClientOptions {
  readonly json?: true;
}

/** `acgs agent`: agents under keys of their own, in place of tokens that stay the same for months. */
export function createAgentCommands(io: CliIo): Command {
  const command = new Command('agent').description('agents with keys of their own: invite, enrol, refresh, stop');

  withClientOptions(command.command('invite').argument('<id>', 'a name for the agent: ada-laptop-codex'))
    .description('make a place for an agent, and print the code with which it enrols, once, within 15 minutes')
    .requiredOption('--agent <kind>', "the agent's kind (claude-code, codex, …)")
    .option('--team <name...>', 'teams whose rights it has; for the operator to give')
    .option('--json', 'machine-readable output')
    .action(async (id: string, options: Options & { agent: string; team?: string[] }) => {
      const client = await createClient(io, options);
      const body = { id, agent: options.agent, ...(options.team === undefined ? {} : { teams: options.team }) };
      const invited = await client.post('/v1/agents', body, Invited);
      if (options.json === true) io.out(`${JSON.stringify(invited)}\n`);
      else
        io.out(
          `${invited.code}\n\non the agent's machine, until ${time(invited.expiresMs)}:\n  acgs agent enrol ${invited.code}\n`,
        );
    });

  command
    .command('enrol')
    .argument('<code>', 'as "acgs agent invite" printed it')
    .description("make a key for this machine's agent, and enrol it; the key stays in the folder")
    .option('--server <url>', `the server (default: ACGS_URL, or ${SERVER_DEFAULT})`)
    .option('--folder <path>', 'for key and token (default: <state folder>/agent)')
    .action(async (code: string, options: { server?: string; folder?: string }) => {
      const folder = folderOf(io, options.folder);
      const server = serverUrl(io, options.server);
      const agent = await enrol({ server, folder, code });
      await refresh({ server, folder });
      io.out(
        `${agent.agentId} (${agent.agent}) is enrolled at ${agent.issuer}\nits token is in ${join(folder, 'token')}; now let its hooks use it, which keep it fresh:\n  acgs hook install ${agent.agent}\n`,
      );
    });

  command
    .command('refresh')
    .description(
      "fetch a new token of a few minutes with the agent's key, for hooks that cannot sign; change a key of 30 days",
    )
    .option('--server <url>', 'the server (default: ACGS_URL, or where the agent enrolled)')
    .option('--folder <path>', 'of key and token (default: <state folder>/agent)')
    .option('--if-due', 'only when it is time, and one after the other: what hooks start')
    .option('--watch', 'go on, until stopped')
    .addHelpText(
      'after',
      '\nHooks of an enrolled agent start this by themselves ("acgs hook install"); see docs/reference/identity.md.',
    )
    .action(async (options: { server?: string; folder?: string; ifDue?: true; watch?: true }) => {
      const enrolled = await enrolledIn(options);
      if (options.ifDue === true) {
        await refreshIfDue(enrolled);
        return rotateIfDue(enrolled);
      }
      const seconds = await refresh(enrolled);
      io.out(`${join(enrolled.folder, 'token')} is good for ${seconds} s\n`);
      await rotateIfDue(enrolled);
      if (options.watch !== true) return;
      for (let waitMs = renewalMs(seconds); ; ) {
        await wait(waitMs);
        waitMs = await refresh(enrolled).then(renewalMs, (error: unknown) => {
          io.err(`acgs: ${messageOf(error)}; trying again\n`);
          return RETRY_MS;
        });
        await rotateIfDue(enrolled);
      }
    });

  command
    .command('rotate')
    .description("put a new key in the place of the agent's; the old one is good for ten minutes more")
    .option('--server <url>', 'the server (default: ACGS_URL, or where the agent enrolled)')
    .option('--folder <path>', 'of the key (default: <state folder>/agent)')
    .action(async (options: { server?: string; folder?: string }) => {
      const enrolled = await enrolledIn(options);
      await rotate(enrolled);
      await refresh(enrolled);
      io.out(`a new key is in ${enrolled.folder}\n`);
    });

  async function enrolledIn(options: { readonly server?: string; readonly folder?: string }): Promise<Enrolled> {
    const folder = folderOf(io, options.folder);
    const server = options.server ?? io.env['ACGS_URL'] ?? (await readAgent(folder))?.server;
    return { folder, server: serverUrl(io, server) };
  }

  /** By schedule. A key that cannot be changed now goes on, and it is tried again with the next token. */
  async function rotateIfDue(enrolled: Enrolled): Promise<void> {
    if (!(await isKeyDue(enrolled.folder))) return;
    await rotate(enrolled).catch((error: unknown) =>
      io.err(`acgs: the key of the agent is old and could not be changed: ${messageOf(error)}\n`),
    );
  }

  withClientOptions(command.command('list'))
    .description('every agent that was invited, and its status')
    .option('--json', 'machine-readable output')
    .action(async (options: Options) => {
      const { agents } = await (await createClient(io, options)).get('/v1/agents', Agents);
      if (options.json === true) return io.out(`${JSON.stringify(agents)}\n`);
      const rows = agents.map(({ id, agent, owner, status, keySinceMs }) =>
        [id, agent, status, `of ${owner}`, keySinceMs === undefined ? '' : `key of ${time(keySinceMs)}`].map(
          (text) => ({ text }),
        ),
      );
      return io.out(table(rows, { columns: io.columns, flexible: 0, paint: createPaint(io.colour) }));
    });

  for (const [name, status, what] of [
    ['suspend', 'suspended', 'stop an agent at once, until it is reinstated'],
    ['reinstate', 'active', 'let a suspended agent go on'],
    ['retire', 'retired', 'end an agent for good: it is not needed any more'],
    ['compromised', 'compromised', "end an agent for good: its key may be in others' hands"],
  ] as const) {
    withClientOptions(command.command(name).argument('<id>', "the agent's name"))
      .description(what)
      .requiredOption('--why <reason>', 'kept in the journal')
      .action(async (id: string, options: ClientOptions & { why: string }) => {
        const client = await createClient(io, options);
        const set = await client.post(
          `/v1/agents/${encodeURIComponent(id)}/status`,
          { status, why: options.why },
          Agent,
        );
        io.out(`${set.id} is ${set.status}\n`);
      });
  }
  return command;
}

function folderOf(io: CliIo, option: string | undefined): string {
  return option === undefined ? join(stateFolder(io), 'agent') : resolve(io.cwd, option);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
