import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import Type from 'typebox';
import { enrol, refresh } from '#apps/cli/agent/enrolled-agent.ts';
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

/** Of a token's life, after which `--watch` fetches the next one: there is time for several attempts. */
const REFRESH_SHARE = 0.4;
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
        `${agent.agentId} (${agent.agent}) is enrolled at ${agent.issuer}\nits token is in ${join(folder, 'token')}; keep it fresh:\n  acgs agent refresh --watch\n`,
      );
    });

  command
    .command('refresh')
    .description("fetch a new token of a few minutes with the agent's key, for hooks that cannot sign")
    .option('--server <url>', `the server (default: ACGS_URL, or ${SERVER_DEFAULT})`)
    .option('--folder <path>', 'of key and token (default: <state folder>/agent)')
    .option('--watch', 'go on, until stopped')
    .addHelpText(
      'after',
      '\nThe hook client reads the token from the file that its setting "token-file" names; see docs/reference/identity.md.',
    )
    .action(async (options: { server?: string; folder?: string; watch?: true }) => {
      const given = { server: serverUrl(io, options.server), folder: folderOf(io, options.folder) };
      const seconds = await refresh(given);
      io.out(`${join(given.folder, 'token')} is good for ${seconds} s\n`);
      if (options.watch !== true) return;
      for (let waitMs = seconds * 1000 * REFRESH_SHARE; ; ) {
        await wait(waitMs);
        waitMs = await refresh(given).then(
          (next) => next * 1000 * REFRESH_SHARE,
          (error: unknown) => {
            io.err(`acgs: ${error instanceof Error ? error.message : String(error)}; trying again\n`);
            return RETRY_MS;
          },
        );
      }
    });

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

function time(ms: number): string {
  return new Date(ms).toISOString();
}
