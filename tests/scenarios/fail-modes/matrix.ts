import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstalledHook } from '#agents/install.ts';
import type { Fate, HookEnd } from '#agents/simulate.ts';
import { INSTALLERS, SIMULATORS } from '#apps/cli/hook/agents.ts';
import { createHookCommands } from '#apps/cli/hook/command.ts';
import { readText } from '#apps/cli/hook/files.ts';
import { type PluginCall, runHookCommand, runPlugin } from '#apps/cli/hook/run-hook.ts';
import { resolveTarget } from '#apps/cli/hook/target.ts';
import type { CliIo } from '#apps/cli/io.ts';
import { AGENT_KINDS, type AgentKind } from '#domain/action/action.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Fault } from './faults.ts';
import { ASKED_EVENTS, type AskedEvent } from './payloads.ts';
import { withFolder } from './server.ts';

/** One cell's part: an event of an agent under a fault, in every edition of the agent. */
export interface Outcome {
  readonly asked: AskedEvent;
  readonly end: HookEnd;
  readonly fates: readonly Fate[];
}

/** Seconds; short, since some faults wait for it in every event. A control must not fail because the machine is busy. */
const DEADLINE_S = { fault: 1, control: 30 };

/** Installs all agents by the real command, breaks what the fault breaks, and asks every event. */
export function runFault(fault: Fault, kind: 'fault' | 'control'): Promise<readonly Outcome[]> {
  return withFolder(async (home) => {
    const { endpoint, server } = await fault.start();
    try {
      const io = ioAt(home);
      await mkdir(io.cwd, { recursive: true });
      await installAll(io, {
        endpoint,
        deadlineS: DEADLINE_S[kind],
        issueToken: async () => randomBytes(24).toString('base64url'),
      });
      await fault.sabotage?.(join(home, '.config/acgs/hook'), AGENT_KINDS);
      const outcomes: Outcome[] = [];
      for (const asked of ASKED_EVENTS) {
        if (!fault.spares?.agents.includes(asked.agent)) outcomes.push(await ask(asked, fault, io));
      }
      return outcomes;
    } finally {
      await server?.close();
    }
  });
}

/** Installs the hooks of all agents by the real command. */
export async function installAll(
  io: CliIo,
  given: {
    readonly endpoint: string;
    readonly deadlineS: number;
    readonly issueToken: (agent: AgentKind) => Promise<string>;
  },
): Promise<void> {
  for (const agent of AGENT_KINDS) {
    const hook = createHookCommands(io, given);
    await hook.parseAsync(['install', agent, '--user', '--deadline', String(given.deadlineS), '--json'], {
      from: 'user',
    });
  }
}

async function ask(asked: AskedEvent, fault: Fault, io: CliIo): Promise<Outcome> {
  return askInstalled({ ...asked, payload: filled(asked.payload, fault.payloadBytes ?? 0) }, io);
}

/** Runs what is installed for an event, and has the agent's simulator judge the end. */
export async function askInstalled(asked: AskedEvent, io: CliIo): Promise<Outcome> {
  const { agent, event, payload } = asked;
  const target = resolveTarget(agent, 'user', io, '/');
  if (!target.ok) throw new Error(target.refusal.message);
  const read = INSTALLERS[agent].read((await readText(target.value.settingsFile)) ?? '');
  const hook = read.ok ? read.value.find((one) => one.event === event) : undefined;
  if (hook === undefined) throw new Error(`${agent} ${event} is not installed`);
  const end = await run(agent, hook, payload, target.value.settingsFile, io);
  const { editions, fate } = SIMULATORS[agent];
  return { asked, end, fates: editions.map((edition) => fate({ hook, end }, edition)) };
}

function run(agent: string, hook: InstalledHook, payload: JsonObject, file: string, io: CliIo): Promise<HookEnd> {
  if (agent === 'opencode') {
    const call = payload as unknown as PluginCall['input'] & { readonly args: Record<string, unknown> }; // of payloads.ts
    return runPlugin(file, { input: call, args: { ...call.args }, directory: io.cwd });
  }
  return runHookCommand(hook, { payload: JSON.stringify(payload), cwd: io.cwd, env: io.env, timeoutMs: 60_000 });
}

/** The payload with a field long enough for the whole to have this size, in the tool's input where there is one. */
function filled(payload: JsonObject, bytes: number): JsonObject {
  const missing = bytes - JSON.stringify(payload).length;
  if (missing <= 0) return payload;
  const padding = 'ü'.repeat(missing / 2);
  for (const field of ['tool_input', 'toolArgs', 'args']) {
    const input = payload[field];
    if (typeof input === 'object' && input !== null) return { ...payload, [field]: { ...input, padding } };
  }
  return { ...payload, padding };
}

/** What a test may touch: its own home, and the PATH that holds no project's programs. */
export function ioAt(home: string): CliIo {
  return {
    out: () => {},
    err: (text) => {
      throw new Error(text);
    },
    columns: 80,
    colour: false,
    cwd: join(home, 'project'),
    env: { HOME: home, PATH: process.env['PATH'] ?? '' },
    readStdin: async () => '',
  };
}
