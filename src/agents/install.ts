import type { AgentKind } from '#domain/action/action.ts';
import type { JsonValue } from '#domain/json.ts';
import { ok, type Result } from '#domain/result.ts';

/** Whose settings: this repository's, this person's, or the machine's (an administrator's, which people cannot undo). */
export const HOOK_SCOPES = ['project', 'user', 'managed'] as const;
export type HookScope = (typeof HOOK_SCOPES)[number];

/** Where agents look for settings; from the environment, by the caller. Folders are absolute. */
export interface Places {
  readonly platform: 'linux' | 'darwin';
  readonly home: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is to be installed. */
export interface InstallPlan {
  /** The client as a word of a command line, quoted: `'/etc/acgs/hook/acgs-hook'`, `"$HOME/.config/acgs/hook/acgs-hook"`. */
  readonly client: string;
  /** Folder of the client; an agent may have to be told which folder its administrator's hooks are in. */
  readonly hookHome: string;
  /** Deadline of one call in seconds; the agent is given more, so that the client always answers first. */
  readonly deadlineS: number;
  readonly scope: HookScope;
  /** Source of the plugin for OpenCode, which takes no command. */
  readonly plugin: string;
}

/** One event of an agent that ACGS registers for. */
export interface HookedEvent {
  readonly name: string;
  /** The event comes before something that this agent lets a hook block. The others report. */
  readonly decides: boolean;
}

/** One entry of ours as it stands in an agent's settings. */
export interface InstalledHook {
  readonly event: string;
  readonly command: string;
  /** The agent's own timeout for it; undefined when the entry leaves it to the agent. */
  readonly timeoutMs?: number;
  /** The entry asks the agent to block when the hook itself fails. */
  readonly failClosed: boolean;
}

export type InstallRefusalCode =
  /** The settings are not valid in their language, or not of the agent's shape: nothing is written over them. */
  | 'settings-malformed'
  /** The settings contain something that contradicts the installation: hooks switched off, another managed folder. */
  | 'settings-conflict'
  /** This agent has no such scope. */
  | 'scope-unsupported';

/** How ACGS gets into one agent's settings and out again. Pure: texts in, texts out. */
export interface HookInstaller {
  readonly agent: AgentKind;
  readonly events: readonly HookedEvent[];
  settingsFile(scope: HookScope, places: Places): Result<string, InstallRefusalCode>;
  /** The settings with our entries; others' entries and unknown keys stay as they are. Installing twice changes nothing more. */
  install(existing: string | undefined, plan: InstallPlan): Result<string, InstallRefusalCode>;
  /** The settings without our entries; undefined when nothing is left of the file. */
  remove(existing: string, scope: HookScope): Result<string | undefined, InstallRefusalCode>;
  /** Our entries. */
  read(existing: string): Result<readonly InstalledHook[], InstallRefusalCode>;
}

/** Time that an agent gives a hook beyond the hook's own deadline: starting a shell on a busy machine, draining a payload. */
const MARGIN_S = 10;
/** Timeout for events that report; the client itself gives up after 5 s. */
const NOTICE_TIMEOUT_S = 15;

/** The timeout that the agent is given for an event, in seconds. */
export function timeoutS(event: HookedEvent, plan: InstallPlan): number {
  return event.decides ? plan.deadlineS + MARGIN_S : NOTICE_TIMEOUT_S;
}

/** Printed for an event in which exit code 2 is not a block (`PermissionRequest` of Claude Code and Codex). */
export const PERMISSION_DENIAL =
  '{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"deny","message":"the ACGS hook client could not run"}}}';

/**
 * The command for an agent's settings. The part after `||` is for a client that cannot run at all (removed, no longer
 * executable, killed): most agents let the action run on any exit code but 2. It reads the payload, since a broken pipe is
 * a failed hook too: Codex then lets the call run (openai/codex `codex-rs/hooks/src/engine/command_runner.rs`). Both
 * are started by /bin/sh, since some agents hand the line to the user's own shell: fish, for one, gives up on the whole line
 * when a command of it is missing.
 */
export function hookCommand(plan: InstallPlan, agent: AgentKind, event: HookedEvent): string {
  const call = `/bin/sh ${plan.client} ${agent} ${event.name}`;
  if (!event.decides) return call;
  const block = event.name === 'PermissionRequest' ? `printf %s "$0"' ${quote(PERMISSION_DENIAL)}` : "exit 2'";
  return `${call} || /bin/sh -c 'cat >/dev/null; ${block}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Whether a command of an agent's settings is one of ours, whichever installation wrote it. */
export function isOurCommand(command: JsonValue | undefined, agent: AgentKind): command is string {
  return typeof command === 'string' && new RegExp(`/acgs-hook['"]? ${agent} [A-Za-z]+( |$)`).test(command);
}

/** Where a scope's settings are, for an agent that has a file for each of the three. */
export function settingsFiles(
  files: Readonly<Record<HookScope, (places: Places) => string>>,
): HookInstaller['settingsFile'] {
  return (scope, places) => ok(files[scope](places));
}
