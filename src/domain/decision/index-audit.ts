import type { JournalReader } from '#domain/journal/journal.ts';

/** A row of the search index that is not what follows from the journals. */
export interface IndexDifference {
  readonly table: string;
  /** Of the row: a decision's or approval's id, `node sequence` of an outcome, principal and session of a run, a node. */
  readonly key: string;
  /** `added`: nothing in the journals leads to it. */
  readonly kind: 'missing' | 'added' | 'changed';
  /** What is changed; empty otherwise. */
  readonly columns: readonly string[];
}

/** Compares what is searched with what was recorded: every column of every row, in both directions. */
export interface IndexAudit {
  /**
   * Against the records of these journals up to where the index stands; it may be behind a journal, and not ahead of it. In one
   * snapshot, and changes nothing. Resolves to the first difference: by table, then time.
   * @throws {IndexUnavailable}
   */
  firstDifference(journals: readonly JournalReader[]): Promise<IndexDifference | undefined>;
  close(): Promise<void>;
}
