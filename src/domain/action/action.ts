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
  /** The agent asks to run this one command outside of its sandbox (Claude Code's `dangerouslyDisableSandbox`). */
  readonly unsandboxed?: true;
}

export interface FileAction extends ActionBase {
  readonly kind: 'file';
  readonly operation: 'read' | 'write' | 'edit' | 'delete';
  /** As the agent gave it: may be relative to `cwd`. */
  readonly path: string;
  /** What would be written: the whole file for `write`, the new text for `edit`; absent for `read` and `delete`. */
  readonly content?: string;
  readonly anchor?: EditAnchor;
  /** A `read` of a folder with the contents of everything below it (grep). Absent: the one file, or the names in a folder. */
  readonly recursive?: true;
}

/**
 * Several files in one call, all or nothing: Codex's `apply_patch`, Gemini's `read_many_files`. Never empty.
 * It is one action, because the agent asks once and a person approves all of it or none.
 */
export interface FilesAction extends ActionBase {
  readonly kind: 'files';
  readonly accesses: readonly FileAccess[];
}

/**
 * Where and how an `edit` applies: the text it replaces and the agent's flags, in the agent's own form. Only its hash
 * enters the record: it binds an approval to this very edit, since the new text alone may be empty or found elsewhere.
 */
export type EditAnchor = string;

/** Paths and contents as in `FileAction`. A `move` deletes `path` and writes `to`; its content is the new text, if it changes. */
export type FileAccess =
  | { readonly operation: 'read'; readonly path: string; readonly recursive?: true }
  | { readonly operation: 'delete'; readonly path: string }
  | { readonly operation: 'write'; readonly path: string; readonly content: string }
  | { readonly operation: 'edit'; readonly path: string; readonly content: string; readonly anchor: EditAnchor }
  | {
      readonly operation: 'move';
      readonly path: string;
      readonly to: string;
      readonly content: string;
      readonly anchor: EditAnchor;
    };

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

/**
 * A tool of the agent's own that touches nothing outside the conversation (todo lists, plan mode, questions to the user).
 * Each parser keeps the list for its agent. Its effect is a `call` on the server named like the agent.
 */
export interface BuiltinAction extends ActionBase {
  readonly kind: 'builtin';
  readonly agent: AgentKind;
  readonly tool: string;
  readonly input: JsonValue;
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
  | FilesAction
  | GitAction
  | PackageAction
  | NetworkAction
  | McpAction
  | DeployAction
  | PromptAction
  | SubagentAction
  | BuiltinAction
  | UnknownAction;

export type ActionKind = Action['kind'];
