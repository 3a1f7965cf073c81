import type { EmbeddedPostgresEvent } from '#adapters/embedded-postgres/start.ts';
import type { FollowerEvent } from '#adapters/postgres/follow.ts';
import type { DecisionSearch } from '#domain/decision/decision-index.ts';
import type { JournalHead } from '#domain/journal/journal.ts';

/** What the server and the process of its search index say to each other, by structured clone over Node's IPC channel. */
export type ToIndexProcess =
  | { readonly kind: 'begin'; readonly settings: IndexSettings }
  /** So much of the journal is on stable storage now. */
  | { readonly kind: 'head'; readonly head: JournalHead }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  /** Ends the process, and the embedded database with it. */
  | { readonly kind: 'stop' };

export type FromIndexProcess =
  /** The index holds the records up to this one. */
  | { readonly kind: 'reached'; readonly sequence: number }
  | { readonly kind: 'event'; readonly event: IndexProcessEvent }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  /** `isOutage`: the index cannot serve now; otherwise it is a bug. */
  | { readonly kind: 'failed'; readonly id: number; readonly isOutage: boolean; readonly message: string };

export interface IndexSettings {
  /** Absent: the embedded database below `directory`. */
  readonly databaseUrl?: string;
  readonly directory: string;
  readonly journal: { readonly directory: string; readonly node: string; readonly head: JournalHead };
  /** How often the follower looks for new records, in milliseconds. */
  readonly intervalMs: number;
}

export type IndexProcessEvent =
  | FollowerEvent
  | EmbeddedPostgresEvent
  | { readonly kind: 'start-failed'; readonly error: unknown };

/** One call of the index's searching half. */
export type Question = {
  [Method in keyof DecisionSearch]: {
    readonly method: Method;
    readonly argument: Parameters<DecisionSearch[Method]>;
  };
}[keyof DecisionSearch];
