import type { EmbeddedPostgresEvent } from '#adapters/embedded-postgres/start.ts';
import type { FollowerEvent } from '#adapters/postgres/follow.ts';
import type { FromChild, ToChild } from '#apps/server/child-process.ts';
import type { DecisionSearch } from '#domain/decision/decision-index.ts';
import type { JournalHead } from '#domain/journal/journal.ts';

/** What the server and the process of its search index say to each other, besides questions and answers (child-process.ts). */
export type ToIndexProcess =
  /** So much of the journal is on stable storage now. */
  { readonly kind: 'head'; readonly head: JournalHead };

export type FromIndexProcess =
  /** The index holds the records up to this one. */
  | { readonly kind: 'reached'; readonly sequence: number }
  | { readonly kind: 'event'; readonly event: IndexProcessEvent };

export type IndexProcessInput = ToChild<IndexSettings, Question, ToIndexProcess>;
export type IndexProcessOutput = FromChild<FromIndexProcess>;

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
