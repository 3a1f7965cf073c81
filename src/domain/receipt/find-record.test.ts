import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import { genesisPosition } from '#domain/journal/chain.ts';
import { findRecord, firstAtOrAfter } from './find-record.ts';

const T0_MS = 1_800_000_000_000;

/** UUIDv7 of a time. */
function idAt(timeMs: number, tail = 0): DecisionId {
  const hex = timeMs.toString(16).padStart(12, '0');
  // A brand for the test.
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${tail.toString(16).padStart(12, '0')}` as DecisionId;
}

/** A journal with a decision at each time. */
async function journalOf(timesMs: readonly number[]) {
  const journal = createMemoryJournal('node-1');
  for (const [at, timeMs] of timesMs.entries()) {
    await journal.append({ kind: 'decision', decision: { ...sampleDecision(at), id: idAt(timeMs, at), timeMs } });
  }
  return journal;
}
const find = async (journal: Awaited<ReturnType<typeof journalOf>>, id: string) =>
  findRecord(journal, id, 'decision', ({ decision }) => decision.id);

describe('the record of an id', () => {
  it.each([
    ['no id', ''],
    ['an id without a time', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    ['an id from before the journal', idAt(1)],
    ['an id from after it', idAt(T0_MS * 2)],
    ['an id between two', idAt(T0_MS + 1500)],
  ])('is not found for %s', async (_name, id) => {
    expect(await find(await journalOf([T0_MS, T0_MS + 1000, T0_MS + 2000]), id)).toBeUndefined();
    expect(await find(await journalOf([]), id)).toBeUndefined();
  });

  it('is found wherever it is, with the hash that it builds on', async () => {
    const times = Array.from({ length: 300 }, (_, at) => T0_MS + at * 10_000);
    const journal = await journalOf(times);
    let previousHash = genesisPosition('node-1').hash.toString('hex');
    for await (const record of journal.read(1)) {
      const at = record.sequence - 1;
      expect(await find(journal, idAt(times[at] ?? 0, at))).toMatchObject({
        record: { sequence: at + 1 },
        previousHash,
      });
      previousHash = record.hash;
    }
  });

  it('is found among many of one moment, and where the clock was set back', async () => {
    const same = await journalOf(Array.from({ length: 500 }, () => T0_MS));
    expect((await find(same, idAt(T0_MS, 499)))?.record.sequence).toBe(500);
    const hour = 3_600_000;
    const back = [0, 1, 2, 3, 4, 2, 3, 4, 5, 6].map((at) => T0_MS + at * hour);
    const journal = await journalOf(back);
    for (const [at, timeMs] of back.entries()) {
      expect((await find(journal, idAt(timeMs, at)))?.record.sequence).toBe(at + 1);
    }
  });

  it('of another kind is not it', async () => {
    const journal = await journalOf([T0_MS]);
    expect(await findRecord(journal, idAt(T0_MS), 'approval', ({ approval }) => approval.id)).toBeUndefined();
  });
});

it('the first record of a time on is found by halving', async () => {
  const journal = await journalOf([10, 20, 30].map((at) => T0_MS + at));
  const at = (offset: number) => firstAtOrAfter(journal, T0_MS + offset);
  expect([await at(0), await at(10), await at(11), await at(30), await at(31)]).toEqual([1, 1, 2, 3, 4]);
});
