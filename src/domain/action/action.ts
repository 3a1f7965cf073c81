import type { JsonValue } from '#domain/json.ts';

/** The agents whose hooks ACGS understands, a gateway that asks for an MCP call, and callers of the native and AuthZEN APIs. */
export const AGENT_KINDS = ['claude-code', 'codex', 'cursor', 'gemini-cli', 'copilot', 'opencode'] as const;
export type AgentKind = (typeof AGENT_KINDS)[number];

/** Enters the digest: a change of meaning of any field below is a new version. */
export const ACTION_VERSION = 1;

/** What every action has, whoever wants to take it. */
interface ActionBase {
  /** Absolute working directory, as the agent reported it. */
  readonly cwd: string;
  /** Absolute folders that the agent was started to work in; never empty (falls back to `cwd`). */
  readonly workspaceRoots: readonly string[];
}

export interface ShellAction extends ActionBase {
  readonly kind: 'shell';
  readonly command: string;
  /** The agent detaches from the command and goes on. */
  readonly background: boolean;
}

export interface FileAction extends ActionBase {
  readonly kind: 'file';
  readonly operation: 'read' | 'write' | 'edit' | 'delete';
  /** As the agent gave it: may be relative to `cwd`. */
  readonly path: string;
  /** What would be written: the whole file for `write`, the new text for `edit`; absent for `read` and `delete`. */
  readonly content?: string;
}

export interface GitAction extends ActionBase {
  readonly kind: 'git';
  readonly operation: 'push' | 'commit' | 'tag' | 'merge';
  /** URL or name of the remote. */
  readonly remote: string;
  /** Full ref names: `refs/heads/main`. */
  readonly refs: readonly string[];
  readonly force: boolean;
}

export interface PackageAction extends ActionBase {
  readonly kind: 'package';
  /** `npm`, `pip`, `cargo`, `apt`, … */
  readonly manager: string;
  /** `name` or `name@version`. */
  readonly packages: readonly string[];
}

export interface NetworkAction extends ActionBase {
  readonly kind: 'network';
  readonly operation: 'fetch' | 'search';
  /** URL for `fetch`, the query for `search`. */
  readonly target: string;
}

export interface McpAction extends ActionBase {
  readonly kind: 'mcp';
  readonly server: string;
  readonly tool: string;
  readonly input: JsonValue;
}

export interface DeployAction extends ActionBase {
  readonly kind: 'deploy';
  readonly environment: string;
  readonly artifact: string;
}

export interface PromptAction extends ActionBase {
  readonly kind: 'prompt';
  readonly text: string;
}

export interface SubagentAction extends ActionBase {
  readonly kind: 'subagent';
  readonly name: string;
  readonly prompt: string;
}

/** A tool that no parser of ours knows. It is governed by name; what it does is a `dynamic` effect. */
export interface UnknownAction extends ActionBase {
  readonly kind: 'unknown';
  readonly tool: string;
  readonly input: JsonValue;
}

/** What an agent wants to do, normalised. Built at the edge by `src/agents/<agent>/parse.ts`, trusted from there on. */
export type Action =
  | ShellAction
  | FileAction
  | GitAction
  | PackageAction
  | NetworkAction
  | McpAction
  | DeployAction
  | PromptAction
  | SubagentAction
  | UnknownAction;

export type ActionKind = Action['kind'];
