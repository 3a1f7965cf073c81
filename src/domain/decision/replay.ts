import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import type { JournalReader, JournalRecord } from '#domain/journal/journal.ts';

/** The half of an index that is written. */
export type ReplayTarget = Pick<DecisionIndex, 'apply' | 'position' | 'rebuild'>;

/** Records of one transaction of the index. */
const BATCH_RECORDS = 500;

export interface Replayed {
  /** Records applied by this call. */
  readonly applied: number;
  /** Sequence of the last record in the index. */
  readonly position: number;
}

/**
 * Brings an index to the head of the journal. `rebuild` empties it first; `catch-up` goes on from where it stands.
 * What it gets is checked by the journal, so an index never holds a record that the journal does not.
 * @throws what the index or the journal throw: the index then stands at the last whole batch, and the next call goes on.
 */
export async function replayJournal(deps: {
  readonly journal: JournalReader;
  readonly index: ReplayTarget;
  readonly mode: 'rebuild' | 'catch-up';
}): Promise<Replayed> {
  const { journal, index, mode } = deps;
  if (mode === 'rebuild') await index.rebuild();
  let position = await index.position(journal.node);
  let applied = 0;
  const apply = async (records: readonly JournalRecord[]): Promise<void> => {
    const last = records.at(-1);
    if (last === undefined) return;
    await index.apply(records);
    applied += records.length;
    position = last.sequence;
  };
  let batch: JournalRecord[] = [];
  for await (const record of journal.read(position + 1)) {
    batch.push(record);
    if (batch.length < BATCH_RECORDS) continue;
    await apply(batch);
    batch = [];
  }
  await apply(batch);
  return { applied, position };
}
