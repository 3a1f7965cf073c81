import { entryTimeMs } from '#domain/journal/entry-time.ts';
import type { JournalEntry, JournalRecord } from '#domain/journal/journal.ts';

/**
 * A CloudEvent (CNCF CloudEvents 1.0.2, JSON format). `source` and `id` together are unique (section "id"): a consumer that sees
 * a pair again has the event already. `sequence` is the extension of that name; `recordhash` ties the event to the journal.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The record's sequence. */
  readonly id: string;
  /** `urn:acgs:node:<node>`. */
  readonly source: string;
  /** `acgs.<kind of entry>`. */
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  /** What the event is about: the decision. */
  readonly subject?: string;
  readonly datacontenttype: 'application/json';
  readonly sequence: string;
  readonly recordhash: string;
  readonly data: JournalEntry;
}

/** Digits of a sequence, so that text sorts as numbers do (Sequence extension: lexicographical). */
const SEQUENCE_DIGITS = 16;

export function cloudEvent({ node, sequence, hash, entry }: JournalRecord): CloudEvent {
  const subject = subjectOf(entry);
  return {
    specversion: '1.0',
    id: String(sequence),
    source: `urn:acgs:node:${node}`,
    type: `acgs.${entry.kind}`,
    time: new Date(entryTimeMs(entry)).toISOString(),
    ...(subject === undefined ? {} : { subject }),
    datacontenttype: 'application/json',
    sequence: String(sequence).padStart(SEQUENCE_DIGITS, '0'),
    recordhash: hash,
    data: entry,
  };
}

function subjectOf(entry: JournalEntry): string | undefined {
  if (entry.kind === 'decision') return entry.decision.id;
  if (entry.kind === 'outcome') return entry.outcome.decisionId;
  return entry.kind === 'approval' ? entry.approval.decisionId : undefined;
}
