import type { Decision, DecisionId, Outcome } from '#domain/decision/decision.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';

/** Rows of one page. */
export const PAGE_SIZE_MAX = 200;

export interface DecisionFilter {
  readonly verdict?: 'allow' | 'deny' | 'ask' | 'modify' | 'defer';
  readonly agent?: string;
  /** Whose decisions: an agent that reads back sees its own. */
  readonly principalId?: string;
  readonly sessionId?: string;
  readonly policy?: string;
  readonly actionKind?: string;
  /** Found anywhere in the command, path or target. */
  readonly text?: string;
  /** Unix milliseconds; `from` inclusive, `to` exclusive. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface DecisionPage {
  /** Newest first. */
  readonly decisions: readonly Decision[];
  /** Opaque; give it back as `after` for the next page. */
  readonly next?: string;
}

/**
 * What is searched. Filled from the journal and never the only copy: `rebuild` empties it, and applying every record
 * from sequence 1 gives the same content. Applying a record twice changes nothing.
 */
export interface DecisionIndex {
  /** In one transaction, with the position. Records must follow `position` without a gap. */
  apply(records: readonly JournalRecord[]): Promise<void>;
  /** Sequence of the last applied record of a node's journal; 0 when empty. */
  position(node: string): Promise<number>;
  find(id: DecisionId): Promise<{ readonly decision: Decision; readonly outcomes: readonly Outcome[] } | undefined>;
  list(filter: DecisionFilter, page: { readonly limit: number; readonly after?: string }): Promise<DecisionPage>;
  rebuild(): Promise<void>;
  close(): Promise<void>;
}
