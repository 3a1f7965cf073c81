import { describe, expect, it } from 'vitest';
import type { JournalReader, JournalRecord } from '#domain/journal/journal.ts';
import { type ReplayTarget, replayJournal } from './replay.ts';

const record = (sequence: number): JournalRecord => ({
  node: 'node-1',
  sequence,
  hash: `hash-${sequence}`,
  entry: {
    kind: 'node-started',
    timeMs: sequence,
    version: '1',
    constitution: { lineage: 'l', number: 1, digest: brand('d') },
  },
});

function brand<T extends string>(text: string): T {
  return text as T;
}

function journalOf(count: number, failAt = Number.POSITIVE_INFINITY): JournalReader {
  return {
    node: 'node-1',
    head: () => ({ sequence: count, hash: `hash-${count}` }),
    async *read(from) {
      for (let sequence = from; sequence <= count; sequence += 1) {
        if (sequence === failAt) throw new Error('the disk no longer holds it');
        yield record(sequence);
      }
    },
  };
}

/** An index that keeps what it is given and insists on order. */
function indexOf(): ReplayTarget & { readonly sequences: number[]; readonly batches: number[] } {
  const sequences: number[] = [];
  const batches: number[] = [];
  return {
    sequences,
    batches,
    async apply(records) {
      for (const { sequence } of records) {
        if (sequence !== sequences.length + 1) throw new Error(`gap before ${sequence}`);
        sequences.push(sequence);
      }
      batches.push(records.length);
    },
    position: async () => sequences.length,
    async rebuild() {
      sequences.splice(0);
    },
  };
}

describe('replaying a journal', () => {
  it('that breaks in the middle leaves the index at the last whole batch, from where it goes on', async () => {
    const index = indexOf();
    const broken = replayJournal({ journal: journalOf(1200, 700), index, mode: 'catch-up' });
    await expect(broken).rejects.toThrow('no longer holds');
    expect(index.sequences).toHaveLength(500);
    expect(await replayJournal({ journal: journalOf(1200), index, mode: 'catch-up' })).toEqual({
      applied: 700,
      position: 1200,
    });
  });

  it('catches up from where the index stands, and does nothing when there is nothing new', async () => {
    const index = indexOf();
    expect(await replayJournal({ journal: journalOf(0), index, mode: 'catch-up' })).toEqual({
      applied: 0,
      position: 0,
    });
    await replayJournal({ journal: journalOf(3), index, mode: 'catch-up' });
    expect(await replayJournal({ journal: journalOf(5), index, mode: 'catch-up' })).toEqual({
      applied: 2,
      position: 5,
    });
    expect(index.batches).toEqual([3, 2]);
  });

  it('rebuilds from the first record', async () => {
    const index = indexOf();
    await replayJournal({ journal: journalOf(1001), index, mode: 'catch-up' });
    expect(await replayJournal({ journal: journalOf(1001), index, mode: 'rebuild' })).toEqual({
      applied: 1001,
      position: 1001,
    });
    expect(index.sequences).toHaveLength(1001);
  });
});
