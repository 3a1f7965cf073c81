import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { JournalDamaged } from '#domain/journal/damage.ts';
import { JournalUnavailable } from '#domain/journal/journal.ts';
import { segmentFileName } from '#domain/journal/segment.ts';
import { all, journalContract } from './contract.ts';
import { inspectJournal, openJournalReader } from './inspect.ts';
import { createMemoryJournal } from './memory.ts';
import { type JournalOptions, type OpenedJournal, openJournal } from './open-journal.ts';
import { sampleEntry } from './sample-entries.ts';
import { scratchDirectory, smallDisk } from './scratch.ts';

const FIRST = segmentFileName(1);
const SECOND = segmentFileName(2);

async function opened(options: JournalOptions): Promise<OpenedJournal> {
  const result = await openJournal(options);
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.message}`);
  return result.value;
}

/** A closed journal with `records` records. */
async function written(directory: string, records: number, options: Partial<JournalOptions> = {}): Promise<void> {
  const journal = await opened({ directory, node: 'node-1', ...options });
  await Promise.all(Array.from({ length: records }, (_, number) => journal.append(sampleEntry(number))));
  await journal.close();
}

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x20, at);
  writeFileSync(path, bytes);
}

/** Every file handle's prototype, to make single system calls fail. */
async function handles(): Promise<FileHandle> {
  const handle = await open('/dev/null');
  await handle.close();
  return Object.getPrototypeOf(handle);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a journal in memory', () => {
  journalContract(async () => createMemoryJournal('node-1'));

  it('refuses while its disk is said to fail', async () => {
    const journal = createMemoryJournal('node-1');
    journal.setWritable(false);
    await expect(journal.append(sampleEntry(1))).rejects.toBeInstanceOf(JournalUnavailable);
    expect(journal.writable).toBe(false);
    journal.setWritable(true);
    expect(await journal.append(sampleEntry(1))).toMatchObject({ sequence: 1 });
  });
});

describe('a journal on disk', () => {
  const scratches: Disposable[] = [];
  afterEach(() => {
    for (const scratch of scratches.splice(0)) scratch[Symbol.dispose]();
  });
  journalContract(async () => {
    const scratch = scratchDirectory();
    scratches.push(scratch);
    return opened({ directory: join(scratch.path, 'journal'), node: 'node-1', segmentBytesMax: 40_000 });
  });
});

describe('opening refuses', () => {
  it('a corrupted byte, names it, and changes nothing', async () => {
    using scratch = scratchDirectory();
    await written(scratch.path, 10);
    const path = join(scratch.path, FIRST);
    flipByte(path, 5000);
    const before = readFileSync(path);
    const result = await openJournal({ directory: scratch.path });
    expect(result).toMatchObject({ ok: false, refusal: { code: 'record-damaged' } });
    expect(!result.ok && result.refusal.message).toMatch(/0000000001\.segment, byte \d+, record \d+: /);
    expect(readFileSync(path)).toEqual(before);
    expect((await openJournalReader(scratch.path)).ok).toBe(false);
    // The lock was given back: the refusal is about the bytes, the second time too.
    expect(await openJournal({ directory: scratch.path })).toMatchObject({ refusal: { code: 'record-damaged' } });
  });

  it('a log whose acknowledged end was cut off at a record boundary', async () => {
    using scratch = scratchDirectory();
    await written(scratch.path, 2);
    const size = statSync(join(scratch.path, FIRST)).size;
    await written(scratch.path, 1);
    truncateSync(join(scratch.path, FIRST), size);
    expect(await openJournal({ directory: scratch.path })).toMatchObject({ refusal: { code: 'records-missing' } });
  });

  it('a second writer, in this process and for as long as the first lives', async () => {
    using scratch = scratchDirectory();
    const first = await opened({ directory: scratch.path });
    const second = await openJournal({ directory: scratch.path });
    expect(second).toMatchObject({ ok: false, refusal: { code: 'journal-locked' } });
    expect(!second.ok && second.refusal.message).toContain(`pid ${process.pid}`);
    await first.close();
    await (await opened({ directory: scratch.path })).close();
  });

  it('another node, and what is not a node id', async () => {
    using scratch = scratchDirectory();
    await written(scratch.path, 1);
    expect(await openJournal({ directory: scratch.path, node: 'node-2' })).toMatchObject({
      refusal: { code: 'node-different' },
    });
    expect(await openJournal({ directory: scratch.path, node: '../x' })).toMatchObject({
      refusal: { code: 'node-id-invalid' },
    });
  });

  it('a directory that cannot be made or read, as an outage', async () => {
    using scratch = scratchDirectory();
    const file = join(scratch.path, 'file');
    writeFileSync(file, '');
    await expect(openJournal({ directory: join(file, 'journal') })).rejects.toBeInstanceOf(JournalUnavailable);
    await expect(inspectJournal(join(scratch.path, 'none'))).rejects.toBeInstanceOf(JournalUnavailable);
    await expect(openJournalReader(file)).rejects.toBeInstanceOf(JournalUnavailable);
  });
});

describe('opening recovers', () => {
  it('a torn tail: cuts it off, keeps all before it, and goes on', async () => {
    using scratch = scratchDirectory();
    await written(scratch.path, 5);
    const path = join(scratch.path, FIRST);
    const size = statSync(path).size;
    appendFileSync(path, readFileSync(path).subarray(128, 400));
    expect(await inspectJournal(scratch.path)).toMatchObject({ kind: 'sound', tornBytes: 272, records: 5 });
    const journal = await opened({ directory: scratch.path });
    expect(journal.recovered).toEqual({ records: 5, tornBytes: 272 });
    expect(statSync(path).size).toBe(size);
    expect(await journal.append(sampleEntry(6))).toMatchObject({ sequence: 6, node: 'node-1' });
    expect(await all(journal, 1)).toHaveLength(6);
    await journal.close();
  });

  it('a segment whose creation was cut short, be it the first or a later one', async () => {
    using scratch = scratchDirectory();
    writeFileSync(join(scratch.path, FIRST), 'ACGS');
    writeFileSync(join(scratch.path, 'acknowledged'), '');
    // A mark that cannot be read beside a segment is damage: the mark is synced before the first segment is made.
    expect(await openJournal({ directory: scratch.path })).toMatchObject({ refusal: { code: 'mark-damaged' } });
    using other = scratchDirectory();
    await written(other.path, 0);
    truncateSync(join(other.path, FIRST), 50);
    await written(other.path, 3);
    writeFileSync(join(other.path, SECOND), '');
    const journal = await opened({ directory: other.path });
    expect(journal.head().sequence).toBe(3);
    expect(existsSync(join(other.path, SECOND))).toBe(false);
    await journal.close();
  });

  it('many segments, and reads across them and into a segment that is still empty', async () => {
    using scratch = scratchDirectory();
    await written(scratch.path, 40, { segmentBytesMax: 4096, batchBytesMax: 4000 });
    const segments = readdirSync(scratch.path).filter((name) => name.endsWith('.segment'));
    expect(segments.length).toBeGreaterThan(10);
    const journal = await opened({ directory: scratch.path });
    for (const from of [1, 2, 17, 39, 40]) {
      expect((await all(journal, from)).map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 41 - from }, (_, index) => from + index),
      );
    }
    expect(await inspectJournal(scratch.path)).toMatchObject({
      kind: 'sound',
      segments: segments.length,
      records: 40,
      kinds: { decision: 40, outcome: 0 },
    });
    await journal.close();
    const reader = await openJournalReader(scratch.path);
    expect(reader.ok && (await all(reader.value, 30))).toHaveLength(11);
    expect(reader.ok && reader.value.head().sequence).toBe(40);
  });

  it('long records, longer than what is read at once', async () => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path, segmentBytesMax: 6_000_000 });
    const big = {
      kind: 'node-started',
      timeMs: 1,
      version: 'v'.repeat(2_500_000),
      constitution: { lineage: 'l', number: 1, digest: 'd' },
    };
    const [record] = await all(journal, 1);
    expect(record).toBeUndefined();
    const entries = [big, big, big].map((entry) => parsed(entry));
    await Promise.all(entries.map((entry) => journal.append(entry)));
    expect((await all(journal, 1)).map(({ entry }) => entry)).toEqual(entries);
    await journal.close();
  });
});

describe('appending', () => {
  it('refuses more than may wait', async () => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path, queueRecordsMax: 3 });
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, (_, number) => journal.append(sampleEntry(number))),
    );
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(results[4]).toMatchObject({ reason: expect.any(JournalUnavailable) });
    // A full queue is not a failed disk.
    expect(journal.writable).toBe(true);
    expect(await journal.append(sampleEntry(9))).toMatchObject({ sequence: 4 });
    await journal.close();
  });

  it('rejects all that wait when a sync fails, trusts nothing behind the last sync, and goes on in a new segment', async () => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path });
    await journal.append(sampleEntry(1));
    const written = () => readFileSync(join(scratch.path, FIRST)).findLastIndex((byte) => byte !== 0) + 1;
    const size = written();
    vi.spyOn(await handles(), 'datasync').mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
    const first = journal.append(sampleEntry(2));
    const later = new Promise((resolve) => setImmediate(resolve)).then(() => journal.append(sampleEntry(3)));
    const results = await Promise.allSettled([first, later]);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'JournalUnavailable' } });
    }
    expect(journal.writable).toBe(false);
    expect(journal.head().sequence).toBe(1);
    expect(written()).toBeGreaterThan(size);

    expect(await journal.append(sampleEntry(4))).toMatchObject({ sequence: 2 });
    expect(journal.writable).toBe(true);
    expect(statSync(join(scratch.path, FIRST)).size).toBe(size);
    expect(existsSync(join(scratch.path, SECOND))).toBe(true);
    expect((await all(journal, 1)).map(({ entry }) => entry)).toEqual([sampleEntry(1), sampleEntry(4)]);
    await journal.close();
    expect(await inspectJournal(scratch.path)).toMatchObject({ kind: 'sound', records: 2, segments: 2 });
  });

  it('stays refused while the new segment cannot be made, leaves no row of empty ones, and recovers', async () => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path });
    await journal.append(sampleEntry(1));
    const datasync = vi.spyOn(await handles(), 'datasync').mockRejectedValue(new Error('EIO: i/o error, fdatasync'));
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(journal.append(sampleEntry(2))).rejects.toBeInstanceOf(JournalUnavailable);
    }
    expect(readdirSync(scratch.path).filter((name) => name.endsWith('.segment'))).toEqual([FIRST, SECOND]);
    const sync = vi.spyOn(await handles(), 'sync').mockRejectedValue(new Error('EIO: i/o error, fsync'));
    await expect(journal.append(sampleEntry(2))).rejects.toBeInstanceOf(JournalUnavailable);
    sync.mockRestore();
    datasync.mockRestore();
    expect(await journal.append(sampleEntry(3))).toMatchObject({ sequence: 2 });
    await journal.close();
    expect(await inspectJournal(scratch.path)).toMatchObject({ kind: 'sound', records: 2, segments: 2 });
  });

  it('closed while failed, leaves a journal that opens with what was acknowledged', async () => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path });
    await journal.append(sampleEntry(1));
    vi.spyOn(await handles(), 'datasync').mockRejectedValueOnce(new Error('EIO: i/o error, fdatasync'));
    await expect(journal.append(sampleEntry(2))).rejects.toBeInstanceOf(JournalUnavailable);
    await journal.close();
    expect(await inspectJournal(scratch.path)).toMatchObject({ kind: 'sound', records: 1, tornBytes: 0 });
  });

  it('waits for what was appended before it closes', async () => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path });
    const appended = [journal.append(sampleEntry(1)), journal.append(sampleEntry(2))];
    await journal.close();
    expect((await Promise.all(appended)).map(({ sequence }) => sequence)).toEqual([1, 2]);
    await expect(journal.close()).resolves.toBeUndefined();
  });
});

describe('reading refuses what the disk no longer holds', () => {
  it.each([
    ['a corrupted byte', (path: string) => flipByte(path, 3000), 'record-damaged'],
    ['a record cut off', (path: string) => truncateSync(path, 2000), 'record-damaged'],
    ['everything cut off', (path: string) => truncateSync(path, 128), 'records-missing'],
  ])('%s', async (_name, harm, code) => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path });
    await Promise.all([1, 2, 3].map((number) => journal.append(sampleEntry(number))));
    harm(join(scratch.path, FIRST));
    const error = await all(journal, 1).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JournalDamaged);
    expect(error).toMatchObject({ damage: { code, file: FIRST } });
    await journal.close();
  });

  it('an intact record that is not an entry', async () => {
    using scratch = scratchDirectory();
    const journal = await opened({ directory: scratch.path });
    const wrong = JSON.parse('{"kind":"node-started","timeMs":"soon"}');
    await journal.append(wrong);
    await expect(all(journal, 1)).rejects.toMatchObject({ damage: { code: 'entry-malformed', sequence: 1 } });
    await journal.close();
    expect(await inspectJournal(scratch.path)).toMatchObject({
      kind: 'damaged',
      damage: { code: 'entry-malformed' },
      records: 0,
    });
  });
});

const disk = smallDisk(128);
// Not run where this process may not mount a tmpfs (not root, or a locked-down container): the title then says why.
describe.skipIf(typeof disk === 'string')(
  `a small disk${typeof disk === 'string' ? ` (skipped: ${disk})` : ''}`,
  () => {
    if (typeof disk !== 'string') disk[Symbol.dispose]();
    const mounted = () => {
      const small = smallDisk(128);
      if (typeof small === 'string') throw new Error(small);
      return small;
    };

    it('that is full: refuses each append, loses nothing, and goes on once there is room', async () => {
      using small = mounted();
      const journal = await opened({ directory: join(small.path, 'journal') });
      let acknowledged = 0;
      let refusal: unknown;
      while (refusal === undefined) {
        try {
          await journal.append(sampleEntry(acknowledged));
          acknowledged += 1;
        } catch (reason) {
          refusal = reason;
        }
      }
      expect(acknowledged).toBeGreaterThan(20);
      expect(refusal).toMatchObject({ name: 'JournalUnavailable', cause: { code: 'ENOSPC' } });
      expect(journal.writable).toBe(false);
      await expect(journal.append(sampleEntry(0))).rejects.toMatchObject({ name: 'JournalUnavailable' });
      expect(journal.head().sequence).toBe(acknowledged);
      small.remount('size=1024k');
      expect(await journal.append(sampleEntry(0))).toMatchObject({ sequence: acknowledged + 1 });
      expect(journal.writable).toBe(true);
      await journal.close();
      expect(await inspectJournal(join(small.path, 'journal'))).toMatchObject({
        kind: 'sound',
        records: acknowledged + 1,
      });
    });

    it('that is full before the journal is made: an outage with its cause', async () => {
      using small = mounted();
      const fill = () => appendFileSync(join(small.path, 'fill'), Buffer.alloc(4096));
      expect(() => {
        for (;;) fill();
      }).toThrow(/ENOSPC/);
      await expect(openJournal({ directory: join(small.path, 'journal') })).rejects.toMatchObject({
        name: 'JournalUnavailable',
        cause: { message: expect.stringMatching(/disk is full|ENOSPC/) },
      });
    });

    it('that is read-only: refuses to open, and to append when it becomes so', async () => {
      using small = mounted();
      const directory = join(small.path, 'journal');
      await written(directory, 1);
      small.remount('ro');
      await expect(openJournal({ directory })).rejects.toMatchObject({ name: 'JournalUnavailable' });
      expect(await inspectJournal(directory)).toMatchObject({ kind: 'sound', records: 1 });
      small.remount('rw');
      await (await opened({ directory })).close();
    });
  },
);

function parsed(value: unknown) {
  return JSON.parse(JSON.stringify(value));
}
