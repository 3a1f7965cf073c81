import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainPosition } from '#domain/journal/chain.ts';
import { type JournalHead, type JournalReader, JournalUnavailable } from '#domain/journal/journal.ts';
import { decodeSegmentHead, SEGMENT_HEAD_BYTES, segmentNumber } from '#domain/journal/segment.ts';
import { type ReadFrame, type ReadParts, readFrames, readRecords } from './reader.ts';
import { createSegmentIndex, type SegmentIndex } from './segment-index.ts';

export interface TailReader extends JournalReader {
  /** The writer's word that everything up to this record is on stable storage. */
  advance(head: JournalHead): void;
  /** Like `read`, without looking at what the records say. */
  frames(fromSequence: number): AsyncIterable<ReadFrame>;
}

/**
 * Reads the journal that another process writes, while it writes, up to the head that the writer has told. Takes no lock and
 * does not check the whole journal first, as its writer has done that: it begins at the head of the segment that holds what
 * is asked for, and checks every record that it reads (checksum, sequence, chain, schema, and the head's hash).
 */
export function createTailReader(options: {
  readonly directory: string;
  readonly node: string;
  readonly head: JournalHead;
}): TailReader {
  const { directory, node } = options;
  const index = createSegmentIndex();
  let head = options.head;
  return {
    node,
    head: () => head,
    advance(next) {
      head = next;
    },
    read: (from) => upTo(readRecords, from, head),
    frames: (from) => upTo(readFrames, from, head),
  };

  async function* upTo<Read>(
    read: (parts: ReadParts, from: number, to: ChainPosition) => AsyncGenerator<Read>,
    from: number,
    to: JournalHead,
  ): AsyncGenerator<Read> {
    await findSegments(directory, index);
    yield* read({ directory, node, index }, from, { sequence: to.sequence, hash: Buffer.from(to.hash, 'hex') });
  }
}

/** Notes the segments that were begun since the last look. One without a whole head is being made, and holds nothing yet. */
async function findSegments(directory: string, index: SegmentIndex): Promise<void> {
  try {
    const files = (await readdir(directory)).filter((name) => segmentNumber(name) !== undefined).toSorted();
    for (const file of files) {
      if (index.has(file)) continue;
      const handle = await open(join(directory, file), 'r');
      try {
        const first = await firstSequence(handle);
        if (first === undefined) return;
        index.begin(file, first);
      } finally {
        await handle.close();
      }
    }
  } catch (cause) {
    throw new JournalUnavailable(`the journal in ${directory} cannot be read`, { cause });
  }
}

async function firstSequence(handle: FileHandle): Promise<number | undefined> {
  const bytes = Buffer.alloc(SEGMENT_HEAD_BYTES);
  const { bytesRead } = await handle.read(bytes, 0, SEGMENT_HEAD_BYTES, 0);
  const decoded = decodeSegmentHead(bytes.subarray(0, bytesRead));
  return decoded.kind === 'head' ? decoded.head.after.sequence + 1 : undefined;
}
