import { join } from 'node:path';
import type { HookScope, InstalledHook } from '#agents/install.ts';
import type { Fate, HookEnd } from '#agents/simulate.ts';
import { INSTALLERS, SIMULATORS } from '#apps/cli/hook/agents.ts';
import { CANARY_COMMAND, COMMAND_EVENT, commandPayload } from '#apps/cli/hook/canary.ts';
import { readClientSources } from '#apps/cli/hook/client.ts';
import { readText } from '#apps/cli/hook/files.ts';
import { runHookCommand, runPlugin } from '#apps/cli/hook/run-hook.ts';
import type { CliIo } from '#apps/cli/io.ts';
import type { AgentKind } from '#domain/action/action.ts';

/** What was found about one installation. */
export interface Diagnosis {
  readonly agent: AgentKind;
  readonly scope: HookScope;
  readonly settingsFile: string;
  /** The canary got a decision of ACGS, and not the client's own block. */
  readonly decided: boolean;
  /** By the agent's documented rules, in every edition of it. */
  readonly fate: Fate;
  /** What the agent would be told. */
  readonly answer: string;
  /** What is wrong, in words; empty when all is well. */
  readonly problems: readonly string[];
}

/** Every message of the client's own block begins like this. */
const UNDECIDED = 'ACGS did not decide';
/** Agents without a timeout of their own in the entry. */
const TIMEOUT_MS = 60_000;

/**
 * Puts the canary to ACGS through an installed hook, exactly as the agent would, and judges the end by the agent's rules.
 * A canary that would run, or that nobody decided on, is a problem; so is an event that is not registered.
 */
export async function diagnose(
  installation: { readonly agent: AgentKind; readonly scope: HookScope; readonly settingsFile: string },
  hookHome: string,
  io: CliIo,
): Promise<Diagnosis> {
  const { agent, settingsFile } = installation;
  const text = await readText(settingsFile);
  const read = text === undefined ? undefined : INSTALLERS[agent].read(text);
  if (read === undefined || !read.ok) {
    const problem = read === undefined ? `${settingsFile} is gone` : `${settingsFile}: ${read.refusal.message}`;
    return { ...installation, decided: false, fate: 'runs', answer: '', problems: [problem] };
  }
  const problems = [...missingEvents(agent, read.value), ...(await outdated(hookHome))];
  const hook = read.value.find(({ event }) => event === COMMAND_EVENT[agent]);
  if (hook === undefined) {
    return { ...installation, decided: false, fate: 'runs', answer: '', problems };
  }
  const end = await runCanary(agent, hook, settingsFile, io);
  const fate = worstFate(agent, hook, end);
  const answer = end.kind === 'exited' ? (end.stdout || end.stderr).trim() : end.kind;
  const decided = end.kind === 'exited' && !answer.includes(UNDECIDED) && answer !== '';
  if (!decided) problems.push('the canary was not decided');
  if (fate !== 'blocked')
    problems.push(fate === 'runs' ? 'the canary would have run' : 'the canary would only have been asked about');
  return { ...installation, decided, fate, answer, problems };
}

function runCanary(agent: AgentKind, hook: InstalledHook, settingsFile: string, io: CliIo): Promise<HookEnd> {
  const payload = commandPayload(agent, CANARY_COMMAND, io.cwd, 'acgs-doctor');
  if (agent === 'opencode') {
    const input = { tool: 'bash', sessionID: 'acgs-doctor', callID: 'acgs-doctor' };
    return runPlugin(settingsFile, { input, args: { command: CANARY_COMMAND }, directory: io.cwd });
  }
  return runHookCommand(hook, { payload: JSON.stringify(payload), cwd: io.cwd, env: io.env, timeoutMs: TIMEOUT_MS });
}

/** Of all editions of the agent, the one that is least careful. */
function worstFate(agent: AgentKind, hook: InstalledHook, end: HookEnd): Fate {
  const { editions, fate } = SIMULATORS[agent];
  const fates = editions.map((edition) => fate({ hook, end }, edition));
  return fates.find((one) => one === 'runs') ?? fates.find((one) => one === 'asked') ?? 'blocked';
}

function missingEvents(agent: AgentKind, hooks: readonly InstalledHook[]): string[] {
  return INSTALLERS[agent].events
    .filter(({ name }) => !hooks.some(({ event }) => event === name))
    .map(({ name }) => `${name} is not registered: install again`);
}

async function outdated(hookHome: string): Promise<readonly string[]> {
  const installed = await readText(join(hookHome, 'acgs-hook'));
  const { script } = await readClientSources();
  return installed === script
    ? []
    : [`${join(hookHome, 'acgs-hook')} is not the client of this version: install again`];
}
