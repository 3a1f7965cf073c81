import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { INSTALLERS, SIMULATORS } from '#apps/cli/hook/agents.ts';
import { createHookCommands } from '#apps/cli/hook/command.ts';
import { readText } from '#apps/cli/hook/files.ts';
import { runHookCommand } from '#apps/cli/hook/run-hook.ts';
import { resolveTarget } from '#apps/cli/hook/target.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { agentPrincipal } from '#apps/server/tokens.ts';
import type { AgentKind } from '#domain/action/action.ts';
import { shellCall } from '../scenarios/sessions/payloads.ts';
import { type ServerProcess, startServerProcess, until } from '../support/server-process.ts';

/** Seconds that a hook waits for a person: long enough for a browser on a busy machine. */
const DEADLINE_S = 120;
/** Milliseconds until the console is built and the index has started. */
const STARTED_MS_MAX = 500_000;

/** Agents that are driven here: those whose hook is a command. */
export type HookedAgent = Exclude<AgentKind, 'opencode'>;

export interface World {
  readonly server: ServerProcess;
  readonly project: string;
  /** An agent of this name with the hook that a user installs; it says what becomes of a command. */
  agent(kind: HookedAgent, id: string): Promise<HookedRun>;
  stop(): Promise<void>;
}

export interface HookedRun {
  /** The shell tool is about to run this: `runs`, `blocked` or `asked`, by the agent's own rules. It may wait for a person. */
  wants(command: string, session?: string): Promise<'runs' | 'blocked' | 'asked'>;
}

/** A server process with its console, and agents with installed hooks in a project of their own. Nothing in it is made up. */
export async function startWorld(
  env: Readonly<Record<string, string>> = {},
  options: { readonly port?: number; readonly hasIndex?: boolean } = {},
): Promise<World> {
  const { port, hasIndex = true } = options;
  const root = mkdtempSync(join(tmpdir(), 'acgs-console-'));
  const home = join(root, 'state');
  const project = join(root, 'shop');
  mkdirSync(project, { recursive: true });
  const server = await startServerProcess({ home, hasConsole: true, env, ...(port === undefined ? {} : { port }) });
  await started(server, hasIndex).catch(async (error: unknown) => {
    await server.kill('SIGTERM');
    throw error;
  });
  const tokens = createTokenFile(join(home, 'tokens.json'));
  let calls = 0;
  return {
    server,
    project,
    async agent(kind, id) {
      const io = ioOf(join(root, id), project);
      const hook = createHookCommands(io, {
        endpoint: server.url,
        issueToken: () => tokens.issue(agentPrincipal(kind, id), Date.now(), 3_600_000),
      });
      await hook.parseAsync(['install', kind, '--user', '--json', '--deadline', String(DEADLINE_S)], { from: 'user' });
      return {
        async wants(command, session = 'session-1') {
          calls += 1;
          const { before } = shellCall(kind, command, { cwd: project, id: `${id}-${calls}` });
          const payload = JSON.stringify(before.payload).replaceAll('"session-1"', JSON.stringify(session));
          const installed = await hookOf(kind, before.event, io);
          const end = await runHookCommand(installed, {
            payload,
            cwd: project,
            env: io.env,
            timeoutMs: 2 * DEADLINE_S * 1000,
          });
          const { editions, fate } = SIMULATORS[kind];
          const [edition] = editions;
          if (edition === undefined) throw new Error(`${kind} has no edition`);
          return fate({ hook: installed, end }, edition);
        },
      };
    },
    async stop() {
      await server.kill('SIGTERM');
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The console is built first where that is needed; where it cannot be, the page says why. */
async function started(server: ServerProcess, hasIndex: boolean): Promise<void> {
  await until(async () => {
    const page = await fetch(server.url);
    if (!page.ok && page.headers.get('refresh') === null) throw new Error(await page.text());
    return page.ok;
  }, STARTED_MS_MAX);
  if (hasIndex) await until(async () => (await server.get('/v1/decisions?limit=1')).ok, STARTED_MS_MAX);
}

async function hookOf(kind: HookedAgent, event: string, io: CliIo) {
  const target = resolveTarget(kind, 'user', io, '/');
  if (!target.ok) throw new Error(target.refusal.message);
  const read = INSTALLERS[kind].read((await readText(target.value.settingsFile)) ?? '');
  const hook = read.ok ? read.value.find((one) => one.event === event) : undefined;
  if (hook === undefined) throw new Error(`${kind} ${event} is not installed`);
  return hook;
}

/** A user of this machine with a home of their own, where the agent's settings are. */
function ioOf(userHome: string, cwd: string): CliIo {
  mkdirSync(userHome, { recursive: true });
  return {
    out: () => {},
    err: (text) => {
      throw new Error(text);
    },
    columns: 80,
    colour: false,
    cwd,
    env: { HOME: userHome, PATH: process.env['PATH'] ?? '' },
    readStdin: async () => '',
  };
}
