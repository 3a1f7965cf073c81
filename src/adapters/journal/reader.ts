import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainPosition } from '#domain/journal/chain.ts';
import { type DamageCode, JournalDamaged } from '#domain/journal/damage.ts';
import { decodeFrame, decodeHead, FRAME_OVERHEAD_BYTES, type Frame, PAYLOAD_BYTES_MAX } from '#domain/journal/frame.ts';
import { type JournalRecord, JournalUnavailable } from '#domain/journal/journal.ts';
import type { Place, SegmentIndex } from './segment-index.ts';

/** Read at once; a longer record is read whole. */
const CHUNK_BYTES = 1024 * 1024;

export interface ReadParts {
  readonly directory: string;
  readonly node: string;
  readonly index: SegmentIndex;
}

/** A record as it lies on the disk. Its buffers share memory with all that was read at once: about 1 MiB. */
export interface ReadFrame {
  readonly frame: Frame;
  /** The whole frame. */
  readonly bytes: Buffer;
  readonly file: string;
  readonly offset: number;
}

/**
 * Records `from` to `to.sequence`, in order. Every one is checked again: checksum, sequence, chain, schema, and the last one
 * against `to.hash`.
 * @throws {JournalDamaged} when the disk no longer holds what was written
 * @throws {JournalUnavailable} when it cannot be read
 */
export async function* readRecords(parts: ReadParts, from: number, to: ChainPosition): AsyncGenerator<JournalRecord> {
  // The schema's library is most of the start-up time of a process that only appends: it is loaded when something is read.
  const { parseEntry } = await import('./entry-schema.ts');
  for await (const { frame, file, offset } of readFrames(parts, from, to)) {
    const { sequence } = frame;
    const parsed = parseEntry(frame.payload);
    if (!parsed.ok) {
      throw new JournalDamaged({ code: 'entry-malformed', file, offset, sequence, what: parsed.refusal.message });
    }
    yield { node: parts.node, sequence, hash: frame.hash.toString('hex'), entry: parsed.value };
  }
}

/** The same without looking at what the records say: for whoever passes them on. */
export async function* readFrames(parts: ReadParts, from: number, to: ChainPosition): AsyncGenerator<ReadFrame> {
  let place = parts.index.place(from);
  let previousHash: Buffer | undefined;
  let next = from;
  let file = '';
  while (place !== undefined && place.sequence <= to.sequence) {
    file = place.file;
    for await (const read of framesFrom(parts.directory, place, to.sequence)) {
      const { frame, offset } = read;
      const refuse = (code: DamageCode, what: string) =>
        new JournalDamaged({ code, file, offset, sequence: frame.sequence, what });
      if (previousHash !== undefined && !frame.previousHash.equals(previousHash)) {
        throw refuse('chain-broken', 'the record does not build on the hash of the record before it');
      }
      previousHash = frame.hash;
      if (frame.sequence === to.sequence && !frame.hash.equals(to.hash)) {
        throw refuse('chain-broken', 'the record is not the one that was written');
      }
      parts.index.reached({ file, sequence: frame.sequence, offset });
      if (frame.sequence < from) continue;
      yield read;
      next = frame.sequence + 1;
    }
    place = parts.index.next(place.file);
  }
  if (next <= to.sequence) {
    const what = `the log ends here, but records up to ${to.sequence} were written`;
    throw new JournalDamaged({ code: 'records-missing', file, offset: 0, sequence: next, what });
  }
}

/** The frames of one file from `place` on, up to record `last` or the end of the file. */
async function* framesFrom(directory: string, place: Place, last: number): AsyncGenerator<ReadFrame> {
  const handle = await open(join(directory, place.file), 'r').catch((cause: unknown) => {
    throw new JournalUnavailable(`${place.file} cannot be opened`, { cause });
  });
  try {
    let chunkAt = place.offset;
    let chunk = await readChunk(handle, chunkAt, CHUNK_BYTES);
    let at = 0;
    for (let sequence = place.sequence; sequence <= last; sequence += 1) {
      let decoded = at < chunk.length ? decodeFrame(chunk, at) : undefined;
      if (decoded === undefined || decoded.kind === 'short') {
        chunkAt += at;
        at = 0;
        chunk = await readChunk(handle, chunkAt, CHUNK_BYTES);
        const bytes = FRAME_OVERHEAD_BYTES + (decodeHead(chunk, 0)?.payloadBytes ?? 0);
        if (bytes > CHUNK_BYTES && bytes <= FRAME_OVERHEAD_BYTES + PAYLOAD_BYTES_MAX) {
          chunk = await readChunk(handle, chunkAt, bytes);
        }
        if (chunk.length === 0) return;
        decoded = decodeFrame(chunk, at);
      }
      const offset = chunkAt + at;
      const damaged = (code: DamageCode, what: string) =>
        new JournalDamaged({ code, file: place.file, offset, sequence, what });
      if (decoded.kind !== 'frame') throw damaged('record-damaged', 'the record is no longer intact');
      const { frame } = decoded;
      if (frame.sequence !== sequence) {
        throw damaged('sequence-wrong', `the record here has sequence ${frame.sequence}, expected ${sequence}`);
      }
      yield { frame, bytes: chunk.subarray(at, frame.end), file: place.file, offset };
      at = frame.end;
    }
  } finally {
    await handle.close();
  }
}

async function readChunk(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const chunk = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(chunk, done, length - done, position + done).catch((cause: unknown) => {
      throw new JournalUnavailable('the journal cannot be read', { cause });
    });
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return chunk.subarray(0, done);
}
