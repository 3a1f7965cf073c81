import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JournalDamaged } from '#domain/journal/damage.ts';
import { decodeFrame } from '#domain/journal/frame.ts';
import { JournalUnavailable } from '#domain/journal/journal.ts';
import { segmentFileName } from '#domain/journal/segment.ts';
import { all } from './contract.ts';
import { type OpenedJournal, openJournal } from './open-journal.ts';
import { sampleEntry } from './sample-entries.ts';
import { scratchDirectory } from './scratch.ts';
import { createTailReader, type TailReader } from './tail-reader.ts';

async function opened(directory: string, segmentBytesMax = 4_096): Promise<OpenedJournal> {
  const result = await openJournal({ directory, node: 'node-1', segmentBytesMax });
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}

const append = (journal: OpenedJournal, count: number) =>
  Promise.all(Array.from({ length: count }, (_, number) => journal.append(sampleEntry(number))));

const readerOf = (journal: OpenedJournal): TailReader =>
  createTailReader({ directory: journal.directory, node: journal.node, head: journal.head() });

const sequences = async (reader: TailReader, from: number): Promise<readonly number[]> =>
  (await all(reader, from)).map(({ sequence }) => sequence);

const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

describe('a reader of a journal that is being written', () => {
  it('is an outage where there is no journal, and damage where records are missing', async () => {
    using scratch = scratchDirectory();
    const journal = await opened(scratch.path);
    await append(journal, 50);
    const reader = readerOf(journal);
    const nowhere = createTailReader({ directory: join(scratch.path, 'no'), node: 'node-1', head: journal.head() });
    await expect(all(nowhere, 1)).rejects.toBeInstanceOf(JournalUnavailable);
    reader.advance({ ...journal.head(), sequence: 51 });
    await expect(all(reader, 45)).rejects.toBeInstanceOf(JournalDamaged);
    await journal.close();
    renameSync(join(scratch.path, segmentFileName(1)), join(scratch.path, 'away'));
    await expect(all(readerOf(journal), 1)).rejects.toBeInstanceOf(JournalDamaged);
  });

  it('takes neither changed bytes nor another record under the head that it was told', async () => {
    using scratch = scratchDirectory();
    const journal = await opened(scratch.path, 1_000_000);
    const records = await append(journal, 3);
    const reader = readerOf(journal);
    reader.advance({ sequence: 3, hash: records[1]?.hash ?? '' });
    await expect(all(reader, 1)).rejects.toMatchObject({ damage: { code: 'chain-broken', sequence: 3 } });
    await journal.close();
    const file = join(scratch.path, segmentFileName(1));
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(300) ^ 1, 300);
    writeFileSync(file, bytes);
    await expect(all(readerOf(journal), 1)).rejects.toBeInstanceOf(JournalDamaged);
  });

  it('gives nothing that it was not told of, and goes on across segments as the writer does', async () => {
    using scratch = scratchDirectory();
    const journal = await opened(scratch.path);
    const reader = readerOf(journal);
    expect(await sequences(reader, 1)).toEqual([]);
    await append(journal, 1);
    expect(await sequences(reader, 1)).toEqual([]);
    let told = 0;
    for (const count of [1, 30, 1, 300, 2]) {
      await append(journal, count);
      reader.advance(journal.head());
      expect(await sequences(reader, told + 1)).toEqual(upTo(told + 1, journal.head().sequence));
      told = journal.head().sequence;
    }
    expect(await sequences(reader, 1)).toEqual(upTo(1, told));
    expect(await sequences(reader, told - 3)).toEqual(upTo(told - 3, told));
    expect(await all(reader, 7)).toEqual(await all(journal, 7));
    await journal.close();
  });

  it('gives frames as they lie on the disk, whatever they say', async () => {
    using scratch = scratchDirectory();
    const journal = await opened(scratch.path);
    const records = await append(journal, 30);
    const frames = [];
    for await (const { bytes, frame } of readerOf(journal).frames(11)) {
      const again = decodeFrame(bytes, 0);
      expect(again).toMatchObject({ kind: 'frame', frame: { sequence: frame.sequence, end: bytes.length } });
      frames.push({ sequence: frame.sequence, hash: frame.hash.toString('hex'), json: frame.payload.toString() });
    }
    expect(frames).toEqual(records.slice(10).map(({ sequence, hash, json }) => ({ sequence, hash, json })));
  });
});
