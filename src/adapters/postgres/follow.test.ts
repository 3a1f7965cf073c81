import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryJournal, type MemoryJournal } from '#adapters/journal/memory.ts';
import { type DecisionIndex, IndexDiverged, IndexUnavailable, RecordGap } from '#domain/decision/decision-index.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import { shellDecision } from '../../../tests/support/postgres-records.ts';
import { createIndexFollower, type FollowerEvent } from './follow.ts';

/** The part of an index that a follower uses, in memory: keeps the rules of the port and nothing else. */
function createMemoryIndex() {
  let records: JournalRecord[] = [];
  let failures = 0;
  const batches: number[] = [];
  const attempt = (): void => {
    if (failures === 0) return;
    failures -= 1;
    throw new IndexUnavailable('down');
  };
  const index: Pick<DecisionIndex, 'apply' | 'position' | 'rebuild'> = {
    async apply(given) {
      attempt();
      const fresh: JournalRecord[] = [];
      for (const record of given) {
        const held = records[record.sequence - 1];
        if (held !== undefined && held.hash !== record.hash) throw new IndexDiverged('another journal');
        if (held !== undefined) continue;
        if (record.sequence !== records.length + fresh.length + 1) throw new RecordGap('gap');
        fresh.push(record);
      }
      records.push(...fresh);
      batches.push(fresh.length);
    },
    async position() {
      attempt();
      return records.length;
    },
    async rebuild() {
      attempt();
      records = [];
    },
  };
  return {
    index,
    batches,
    held: () => records.map(({ sequence }) => sequence),
    empty: () => {
      records = [];
    },
    fail: (times: number) => {
      failures = times;
    },
  };
}

async function fill(journal: MemoryJournal, count: number, command = 'npm test'): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await journal.append({ kind: 'decision', decision: shellDecision(number, command) });
  }
}

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, at) => at + 1);

describe('index follower', () => {
  it('keeps trying while the index is down, tells it once, and then brings everything', async () => {
    const journal = createMemoryJournal('node-1');
    const memory = createMemoryIndex();
    memory.fail(6);
    await fill(journal, 3);
    const events: FollowerEvent[] = [];
    const follower = createIndexFollower({
      journal,
      index: memory.index,
      intervalMs: 1,
      onEvent: (event) => events.push(event),
    });
    expect(follower.lagRecords()).toBe(3);
    await follower.caughtUp();
    await follower.stop();
    expect(memory.held()).toEqual([1, 2, 3]);
    expect(follower.lagRecords()).toBe(0);
    expect(events.map(({ kind }) => kind)).toEqual(['index-down', 'index-up']);
  });

  it('says that nobody catches up any more once it is stopped', async () => {
    const journal = createMemoryJournal('node-1');
    const memory = createMemoryIndex();
    memory.fail(Number.POSITIVE_INFINITY);
    await fill(journal, 1);
    const follower = createIndexFollower({ journal, index: memory.index, intervalMs: 1 });
    const waiting = expect(follower.caughtUp()).rejects.toThrow(/stopped/);
    await follower.stop();
    await waiting;
    await expect(follower.caughtUp()).rejects.toThrow(/stopped/);
    expect(follower.lagRecords()).toBe(1);
  });

  it.each([
    ['has the records of another journal', 3, 'other'],
    ['has more records than the journal', 9, 'npm test'],
  ])('empties an index that %s, and fills it again', async (_what, count, command) => {
    const other = createMemoryJournal('node-1');
    const memory = createMemoryIndex();
    await fill(other, count, command);
    for await (const record of other.read(1)) await memory.index.apply([record]);
    const journal = createMemoryJournal('node-1');
    await fill(journal, 5);
    const events: FollowerEvent[] = [];
    const follower = createIndexFollower({
      journal,
      index: memory.index,
      intervalMs: 1,
      onEvent: (event) => events.push(event),
    });
    await follower.caughtUp();
    await follower.stop();
    expect(memory.held()).toEqual(upTo(5));
    expect(events.map(({ kind }) => kind)).toEqual(['index-rebuilt']);
  });

  it('notices an index that was emptied behind its back, with new records and without', async () => {
    const journal = createMemoryJournal('node-1');
    const memory = createMemoryIndex();
    await fill(journal, 4);
    const follower = createIndexFollower({ journal, index: memory.index, intervalMs: 100 });
    await follower.caughtUp();
    memory.empty();
    await fill(journal, 1);
    await follower.caughtUp();
    expect(memory.held()).toEqual(upTo(5));
    memory.empty();
    await expect.poll(() => memory.held(), { timeout: 25_000 }).toEqual(upTo(5));
    await follower.stop();
  });

  it('brings many records in batches that are bounded by number and by size', async () => {
    const journal = createMemoryJournal('node-1');
    const memory = createMemoryIndex();
    await fill(journal, 1_201);
    const large = 'x'.repeat(256 * 1024);
    await fill(journal, 40, large);
    const follower = createIndexFollower({ journal, index: memory.index, intervalMs: 1 });
    await follower.caughtUp();
    await follower.stop();
    expect(memory.held()).toEqual(upTo(1_241));
    expect(Math.max(...memory.batches)).toBe(500);
    // The last 40 are 10 MiB: at least three batches.
    expect(memory.batches.length).toBeGreaterThanOrEqual(5);
  });

  it('stops between two batches', async () => {
    const journal = createMemoryJournal('node-1');
    const memory = createMemoryIndex();
    await fill(journal, 2_000);
    const follower = createIndexFollower({ journal, index: memory.index, intervalMs: 1 });
    await follower.stop();
    expect(memory.held()).toEqual(upTo(memory.held().length));
  });

  it('ends with every record in the index, in order, whatever fails in between', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 30 }) }),
            fc.record({ kind: fc.constant('fail' as const), count: fc.integer({ min: 1, max: 3 }) }),
            fc.record({ kind: fc.constant('empty' as const) }),
          ),
          { minLength: 1, maxLength: 8 },
        ),
        async (steps) => {
          const journal = createMemoryJournal('node-1');
          const memory = createMemoryIndex();
          const follower = createIndexFollower({ journal, index: memory.index, intervalMs: 1 });
          for (const step of steps) {
            if (step.kind === 'append') await fill(journal, step.count);
            else if (step.kind === 'fail') memory.fail(step.count);
            else memory.empty();
            await new Promise((resolve) => setImmediate(resolve));
          }
          await fill(journal, 1);
          await follower.caughtUp();
          await follower.stop();
          expect(memory.held()).toEqual(upTo(journal.head().sequence));
        },
      ),
      { numRuns: 25 },
    ));
});
