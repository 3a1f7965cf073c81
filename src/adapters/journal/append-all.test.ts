import { open } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JournalEntry } from '#domain/journal/journal.ts';
import { all } from './contract.ts';
import { inspectJournal } from './inspect.ts';
import { type JournalOptions, openJournal } from './open-journal.ts';
import { SAMPLE_ENTRIES, sampleEntry } from './sample-entries.ts';
import { scratchDirectory } from './scratch.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('appending many at once', () => {
  it('takes of many as many as may wait, and the first of them', async () => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path, queueRecordsMax: 1 });
    // Longer than what is encoded at once: the queue is full before the last of them.
    const long = Array.from({ length: 4 }, (_, number) => longEntry(number));
    expect(await journal.appendAll(long)).toBe(1);
    expect(await journal.appendAll([sampleEntry(1)])).toBe(1);
    expect((await all(journal, 1)).map(({ entry }) => entry)).toEqual([long[0], sampleEntry(1)]);
    await journal.close();
  });

  it('tells how many of many are on the disk when a sync fails between them, and has written no other', async () => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path, batchBytesMax: 1 });
    await journal.append(sampleEntry(1));
    const some = await open('/dev/null');
    await some.close();
    const handle: typeof some = Object.getPrototypeOf(some);
    const { datasync } = handle;
    let syncs = 0;
    vi.spyOn(handle, 'datasync').mockImplementation(function (this: typeof some) {
      syncs += 1;
      return syncs === 3 ? Promise.reject(new Error('EIO: i/o error, fdatasync')) : datasync.call(this);
    });
    const long = Array.from({ length: 5 }, (_, number) => longEntry(number));
    expect(await journal.appendAll(long)).toBe(2);
    expect(journal.writable).toBe(false);
    expect(await journal.appendAll([sampleEntry(2)])).toBe(1);
    await journal.close();
    expect(await inspectJournal(scratch.path)).toMatchObject({ kind: 'sound', records: 4 });
  });
});

async function opened(options: JournalOptions) {
  const result = await openJournal(options);
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.message}`);
  return result.value;
}

/** Longer than what of many is encoded at once. */
function longEntry(number: number): JournalEntry {
  const [first] = SAMPLE_ENTRIES;
  if (first?.kind !== 'node-started') throw new Error('the first sample says that a node started');
  return { ...first, timeMs: number, version: 'v'.repeat(70_000) };
}
