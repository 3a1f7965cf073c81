export type SessionId = string & { readonly __brand: 'SessionId' };

/** What a hook payload says of the run it belongs to. */
export interface SessionRef {
  /** The agent's own id of the run. Unique together with the principal. */
  readonly id: SessionId;
  readonly agentVersion?: string;
  readonly model?: string;
  /** The agent's own mode, as it names it: `default`, `plan`, `bypassPermissions`, … */
  readonly mode?: string;
}

/** What a session has seen so far; policies read these as `context.session.labels`. */
export const SESSION_LABELS = [
  'read-credentials', // a secret was read
  'read-untrusted', // content from outside (web, MCP, search) was read
  'changed-manifest', // what decides which code runs later was changed
] as const;
export type SessionLabel = (typeof SESSION_LABELS)[number];

/** One run of one agent: a fold over the journal (see `fold.ts`). Times are Unix milliseconds. */
export interface Session {
  readonly id: SessionId;
  readonly principalId: string;
  /** The agent's kind, or `api`. */
  readonly agent: string;
  readonly agentVersion?: string;
  readonly cwd: string;
  /** Of its first action. They hold for the whole run: an agent does not widen its workspace by changing its directory. */
  readonly workspaceRoots: readonly string[];
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly labels: readonly SessionLabel[];
  readonly decisionCount: number;
}
