import { applyEvent } from '#domain/amendment/apply.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import { type AmendmentRefusalCode, NO_PROCEEDINGS, type Proceedings } from '#domain/amendment/proceedings.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import type { Refusal } from '#domain/result.ts';

/** An event in its place in the journal. */
export interface RecordedEvent {
  readonly sequence: number;
  /** Of the record: SHA-256, hex. */
  readonly hash: string;
  readonly event: AmendmentEvent;
}

/** What the record alone proves. */
export type History =
  | { readonly kind: 'proved'; readonly events: readonly RecordedEvent[]; readonly proceedings: Proceedings }
  | {
      readonly kind: 'refuted';
      /** Those before it. */
      readonly events: readonly RecordedEvent[];
      /** The first that could not be: a vote counted twice, a result that the votes do not give, a signature that is none, … */
      readonly broken: RecordedEvent;
      readonly refusal: Refusal<AmendmentRefusalCode>;
    };

/**
 * Folds a journal's amendment events again, by the same function that let them be written: times follow from clock readings, results
 * from votes, electorates and rules, signatures from the bundle, the panel from the lot. Nothing but the journal is needed.
 * That the journal itself is whole is for its own hash chain.
 */
export async function proveHistory(records: AsyncIterable<JournalRecord>): Promise<History> {
  const events: RecordedEvent[] = [];
  let proceedings = NO_PROCEEDINGS;
  for await (const { sequence, hash, entry } of records) {
    if (entry.kind !== 'amendment') continue;
    const recorded = { sequence, hash, event: entry.event };
    const applied = applyEvent(proceedings, entry.event);
    if (!applied.ok) return { kind: 'refuted', events, broken: recorded, refusal: applied.refusal };
    events.push(recorded);
    proceedings = applied.value;
  }
  return { kind: 'proved', events, proceedings };
}
