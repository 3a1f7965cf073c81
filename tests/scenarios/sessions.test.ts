import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectJournal } from '#adapters/journal/inspect.ts';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { INSTALLERS, SIMULATORS } from '#apps/cli/hook/agents.ts';
import { createHookCommands } from '#apps/cli/hook/command.ts';
import { readText } from '#apps/cli/hook/files.ts';
import { runHookCommand, runPlugin } from '#apps/cli/hook/run-hook.ts';
import { resolveTarget } from '#apps/cli/hook/target.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { agentPrincipal } from '#apps/server/tokens.ts';
import { AGENT_KINDS, type AgentKind } from '#domain/action/action.ts';
import { freePort, type ServerProcess, startServerProcess, until } from '../support/server-process.ts';
import { shellCall } from './sessions/payloads.ts';

/**
 * A run of each agent, from its settings file to the ledger of what happened: the hooks are installed as a user installs
 * them, run as the agent runs them, answered by a real server process, and judged by the agent's own documented rules.
 */
const root = mkdtempSync(join(tmpdir(), 'acgs-sessions-'));
const home = join(root, 'state');
const project = join(root, 'project');
const io: CliIo = {
  out: () => {},
  err: (text) => {
    throw new Error(text);
  },
  columns: 80,
  colour: false,
  cwd: project,
  env: { HOME: join(root, 'user'), PATH: process.env['PATH'] ?? '' },
  readStdin: async () => '',
};
let port: number;
let server: ServerProcess;

beforeAll(async () => {
  mkdirSync(project, { recursive: true });
  port = await freePort();
  server = await startServerProcess({ home, port });
  const tokens = createTokenFile(join(home, 'tokens.json'));
  for (const agent of AGENT_KINDS) {
    const hook = createHookCommands(io, {
      endpoint: server.url,
      issueToken: (kind) => tokens.issue(agentPrincipal(kind), Date.now(), 3_600_000),
    });
    // Long enough for a busy machine, short enough that nobody waits long where nobody answers.
    await hook.parseAsync(['install', agent, '--user', '--json', '--deadline', '6'], { from: 'user' });
  }
}, 120_000);

afterAll(async () => {
  await server?.kill('SIGTERM');
  rmSync(root, { recursive: true, force: true });
});

/** Fires one event through what is installed; the least careful edition of the agent decides its fate. */
async function fire(
  agent: AgentKind,
  event: string,
  payload: object,
): Promise<{ readonly fate: string; readonly told: string }> {
  const target = resolveTarget(agent, 'user', io, '/');
  if (!target.ok) throw new Error(target.refusal.message);
  const file = target.value.settingsFile;
  const read = INSTALLERS[agent].read((await readText(file)) ?? '');
  const hook = read.ok ? read.value.find((one) => one.event === event) : undefined;
  if (hook === undefined) throw new Error(`${agent} ${event} is not installed`);
  const end =
    agent === 'opencode' && event === 'tool.execute.after'
      ? await afterPlugin(file, payload)
      : agent === 'opencode'
        ? await runPlugin(file, {
            ...(payload as Parameters<typeof runPlugin>[1]['input'] & { args: Record<string, unknown> }),
            input: payload as Parameters<typeof runPlugin>[1]['input'],
            directory: project,
          })
        : await runHookCommand(hook, {
            payload: JSON.stringify(payload),
            cwd: project,
            env: io.env,
            timeoutMs: 60_000,
          });
  const { editions, fate } = SIMULATORS[agent];
  const fates = editions.map((edition) => fate({ hook, end }, edition));
  const worst = fates.find((one) => one === 'runs') ?? fates.find((one) => one === 'asked') ?? 'blocked';
  return { fate: worst, told: end.kind === 'exited' ? end.stdout + end.stderr : end.kind };
}

async function afterPlugin(
  file: string,
  payload: object,
): Promise<Parameters<(typeof SIMULATORS)['opencode']['fate']>[0]['end']> {
  const module = (await import(`${pathToFileURL(file).href}?after`)) as {
    AcgsPlugin: (context: object) => Promise<Record<string, (input: object, output: object) => Promise<void>>>;
  };
  await (await module.AcgsPlugin({ directory: project }))['tool.execute.after']?.(payload, {
    title: '',
    output: 'ok',
    metadata: {},
  });
  return { kind: 'exited', code: 0, stdout: '', stderr: '' };
}

interface Listed {
  readonly id: string;
  readonly verdict: { readonly kind: string };
  readonly action: { readonly command?: string };
}
async function decisionsOf(agent: AgentKind): Promise<readonly Listed[]> {
  const { decisions } = (await (
    await server.get(`/v1/decisions?agent=${agent}&session=session-1&limit=50`)
  ).json()) as { decisions: readonly Listed[] };
  return decisions;
}

describe('a session of each agent', () => {
  it.each(AGENT_KINDS)(
    '%s: what is ordinary runs, what is forbidden does not, and both are on record',
    async (agent) => {
      const test = shellCall(agent, 'npm test', { cwd: project, id: `${agent}-1` });
      expect((await fire(agent, test.before.event, test.before.payload)).fate).toBe('runs');
      await fire(agent, test.after.event, test.after.payload);
      const wipe = shellCall(agent, 'rm -rf ~/ --no-preserve-root', { cwd: project, id: `${agent}-2` });
      const denied = await fire(agent, wipe.before.event, wipe.before.payload);
      expect(denied.fate).toBe('blocked');
      expect(denied.told).toContain('ACGS denies this');
      expect(denied.told).not.toContain('--no-preserve-root');
    },
  );

  it.each(AGENT_KINDS)('%s: what needs a person waits for one, and goes on once', async (agent) => {
    const call = shellCall(agent, 'sudo systemctl restart nginx', { cwd: project, id: `${agent}-3` });
    const asked = await fire(agent, call.before.event, call.before.payload);
    expect(['asked', 'blocked']).toContain(asked.fate);
    expect(asked.told).toContain('approv');
    const id = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/.exec(asked.told)?.[0];
    const granted = await server.post(`/v1/decisions/${id}/approval`, { answer: 'granted' });
    expect(granted.status).toBe(200);
    expect((await fire(agent, call.before.event, call.before.payload)).fate).toBe('runs');
    expect((await fire(agent, call.before.event, call.before.payload)).fate).not.toBe('runs');
  });

  it('codex: is held open while a person answers, and goes on by itself', async () => {
    const call = shellCall('codex', 'sudo systemctl restart postgresql', { cwd: project, id: 'codex-held' });
    const held = fire('codex', call.before.event, call.before.payload);
    let id: string | undefined;
    await until(async () => {
      const { requests } = (await (await server.get('/v1/approvals')).json()) as {
        requests: readonly { readonly decision: Listed }[];
      };
      id = requests.find(({ decision }) => decision.action.command?.endsWith('postgresql'))?.decision.id;
      return id !== undefined;
    }, 60_000);
    expect((await server.post(`/v1/decisions/${id}/approval`, { answer: 'granted' })).status).toBe(200);
    expect((await held).fate).toBe('runs');
  });

  it('blocks every agent while the server is gone', async () => {
    await server.kill('SIGKILL');
    for (const agent of AGENT_KINDS) {
      const call = shellCall(agent, 'npm test', { cwd: project, id: `${agent}-4` });
      expect([agent, (await fire(agent, call.before.event, call.before.payload)).fate]).toEqual([agent, 'blocked']);
    }
  }, 60_000);

  it('goes on where it was after a restart: no decision lost, approvals used up stay used up', async () => {
    server = await startServerProcess({ home, port });
    for (const agent of AGENT_KINDS) {
      const call = shellCall(agent, 'git status', { cwd: project, id: `${agent}-5` });
      expect([agent, (await fire(agent, call.before.event, call.before.payload)).fate]).toEqual([agent, 'runs']);
      await fire(agent, call.after.event, call.after.payload);
      const again = shellCall(agent, 'sudo systemctl restart nginx', { cwd: project, id: `${agent}-6` });
      expect([agent, (await fire(agent, again.before.event, again.before.payload)).fate]).not.toEqual([agent, 'runs']);
    }
  }, 120_000);

  it('shows the whole run in the index, with outcomes linked, and a journal that verifies', async () => {
    await until(
      async () =>
        ((await (await fetch(`${server.url}/readyz`)).json()) as { indexLagRecords: number }).indexLagRecords === 0,
      120_000,
    );
    for (const agent of AGENT_KINDS) {
      const decisions = [...(await decisionsOf(agent))].reverse();
      expect([agent, decisions.map(({ verdict }) => verdict.kind)]).toEqual([
        agent,
        ['allow', 'deny', 'ask', 'allow', 'ask', ...(agent === 'codex' ? ['ask', 'allow'] : []), 'allow', 'ask'],
      ]);
      const explained = (await (await server.get(`/v1/decisions/${decisions[0]?.id}`)).json()) as {
        outcomes: readonly unknown[];
      };
      expect([agent, explained.outcomes.length]).toEqual([agent, 1]);
    }
    const { sessions } = (await (await server.get('/v1/sessions')).json()) as {
      sessions: readonly { agent: string; cwd: string; ungoverned: number }[];
    };
    expect(sessions.map(({ agent }) => agent).sort()).toEqual([...AGENT_KINDS].sort());
    expect(sessions.every(({ cwd, ungoverned }) => cwd === project && ungoverned === 0)).toBe(true);
    await server.kill('SIGTERM');
    expect((await inspectJournal(join(home, 'journal'))).kind).toBe('sound');
  }, 180_000);
});
