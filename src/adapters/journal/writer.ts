import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainPosition } from '#domain/journal/chain.ts';
import { type EncodedFrames, encodeFrames, sealFrame } from '#domain/journal/frame.ts';
import { type JournalEntry, JournalUnavailable, type WrittenRecord } from '#domain/journal/journal.ts';
import { SEGMENT_HEAD_BYTES, segmentFileName } from '#domain/journal/segment.ts';
import type { MarkFile } from './mark-file.ts';
import { createSegmentFile, type SegmentFile } from './segment-file.ts';
import type { SegmentIndex } from './segment-index.ts';

/**
 * Records of one `appendAll` that are encoded together, in UTF-16 units: so few that their texts do not outlive it, so many that what
 * a piece costs is nothing beside them, and below what the system's allocator maps anew each time (128 KiB).
 */
const PIECE_LENGTH_MAX = 64 * 1024;

export interface WriterLimits {
  /** A segment that holds a record grows no further than this. */
  readonly segmentBytesMax: number;
  /** Appends that wait; one more is refused, so that a stalled disk denies at once instead of filling the memory. */
  readonly queueRecordsMax: number;
  readonly queueBytesMax: number;
  /** What one write and sync carry at most: bounds how long those behind them wait. */
  readonly batchBytesMax: number;
}

export interface WriterParts {
  readonly directory: string;
  readonly node: string;
  readonly position: ChainPosition;
  readonly segment: SegmentFile;
  readonly mark: MarkFile;
  readonly index: SegmentIndex;
  readonly limits: WriterLimits;
  /** How long a write with its sync took, in milliseconds; also one that failed. */
  readonly onSynced?: (durationMs: number) => void;
}

export interface Writer {
  append(entry: JournalEntry): Promise<WrittenRecord>;
  appendAll(entries: readonly JournalEntry[]): Promise<number>;
  head(): ChainPosition;
  readonly writable: boolean;
  /** Records that wait for the disk. */
  waiting(): number;
  close(): Promise<void>;
}

/** Records that wait for the disk together: all of them are in one write. */
interface Waiting {
  readonly frames: EncodedFrames;
  readonly written: () => void;
  readonly failed: (error: JournalUnavailable) => void;
}

/**
 * Group commit: while one batch is written and synced, later appends queue, and all of them are the next batch.
 *
 *   append a ─┐ write+sync a ─────────┐ a resolves
 *   append b ───┐ queued, encoded     ├ write+sync b c d ─────────┐ b c d resolve
 *   append c, d ──┐                   │
 *
 * A record is encoded when it is appended, on the time of the sync before it: its sequence and hash presume that all before
 * it succeed. When one batch fails everything that waits is rejected, so nothing that presumed wrongly is ever written.
 *
 * After a failed write or sync nothing behind the last durable byte is trusted, whatever the page cache says (after a
 * failed fsync Linux marks pages clean that never reached the disk): it is cut off, and the journal goes on in a new segment,
 * when the next append comes and both have succeeded. What was rejected may for a moment be on the disk: a kill between the
 * failure and the cut leaves a record whose caller was told no. The other way round cannot happen.
 */
export function createWriter(parts: WriterParts): Writer {
  const { directory, node, mark, index, limits, onSynced = () => undefined } = parts;
  let segment = parts.segment;
  /** The last record on stable storage. */
  let durable = parts.position;
  /** The last record encoded. */
  let tail = parts.position;
  let queue: Waiting[] = [];
  let queueRecords = 0;
  let queueBytes = 0;
  let failed = false;
  let closed = false;
  let flushing: Promise<void> | undefined;

  function append(entry: JournalEntry): Promise<WrittenRecord> {
    return new Promise((resolve, reject) => {
      const json = encoded(() => JSON.stringify(entry));
      const { sequence, hash } = enqueue([json], {
        written: () => resolve({ node, sequence, hash: hash.toString('hex'), entry, json }),
        failed: reject,
      });
    });
  }

  function appendAll(entries: readonly JournalEntry[]): Promise<number> {
    return new Promise((resolve) => {
      let durableCount = 0;
      let pieces = 1; // until all is queued
      const settle = (count: number) => {
        durableCount += count;
        pieces -= 1;
        if (pieces === 0) resolve(durableCount);
      };
      try {
        for (let at = 0; at < entries.length; ) {
          const texts: string[] = [];
          for (let length = 0; at < entries.length && length < PIECE_LENGTH_MAX; at += 1) {
            const json = encoded(() => JSON.stringify(entries[at]));
            texts.push(json);
            length += json.length;
          }
          enqueue(texts, { written: () => settle(texts.length), failed: () => settle(0) });
          pieces += 1;
        }
      } catch (error) {
        // What is queued already is written: it comes before what was refused.
        if (!(error instanceof JournalUnavailable)) throw error;
      }
      settle(0);
    });
  }

  /** @returns the place of the last */
  function enqueue(payloads: readonly string[], ends: Pick<Waiting, 'written' | 'failed'>): ChainPosition {
    if (closed) throw new JournalUnavailable('the journal is closed');
    if (queueRecords >= limits.queueRecordsMax || queueBytes >= limits.queueBytesMax) {
      throw new JournalUnavailable(`${queueRecords} records wait for the disk already`);
    }
    const frames = encoded(() => encodeFrames(tail, payloads));
    tail = frames.position;
    queue.push({ frames, ...ends });
    queueRecords += payloads.length;
    queueBytes += frames.bytes.length;
    flushing ??= flush();
    return tail;
  }

  async function flush(): Promise<void> {
    // Requests that arrived in one turn of the event loop share a sync.
    await new Promise<void>((turn) => setImmediate(turn));
    while (queue.length > 0) {
      const batch = takeBatch();
      try {
        await write(batch);
      } catch (cause) {
        fail(batch, cause);
      }
    }
    flushing = undefined;
  }

  function takeBatch(): readonly Waiting[] {
    let bytes = 0;
    let records = 0;
    let count = 0;
    for (const { frames } of queue) {
      if (count > 0 && bytes + frames.bytes.length > limits.batchBytesMax) break;
      bytes += frames.bytes.length;
      records += frames.offsets.length;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    queueRecords -= records;
    queueBytes -= bytes;
    return batch;
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    for (const { frames } of batch) {
      for (const offset of frames.offsets) sealFrame(frames.bytes, durable.sequence, offset);
    }
    const bytes = Buffer.concat(batch.map(({ frames }) => frames.bytes));
    if (failed) await restart();
    else if (
      segment.durableBytes > SEGMENT_HEAD_BYTES &&
      segment.durableBytes + bytes.length > limits.segmentBytesMax
    ) {
      await goOn(segment.number + 1);
    }
    let start = segment.durableBytes;
    const startedMs = performance.now();
    await segment.append(bytes).finally(() => onSynced(performance.now() - startedMs));
    for (const { frames } of batch) {
      for (const [at, offset] of frames.offsets.entries()) index.add(durable.sequence + 1 + at, start + offset);
      start += frames.bytes.length;
      durable = frames.position;
    }
    mark.set(durable);
    failed = false;
    for (const { written } of batch) written();
  }

  function fail(batch: readonly Waiting[], cause: unknown): void {
    failed = true;
    const rejected = [...batch, ...queue];
    queue = [];
    queueRecords = 0;
    queueBytes = 0;
    tail = durable;
    const error = new JournalUnavailable('the record could not be put on stable storage', { cause });
    for (const one of rejected) one.failed(error);
  }

  async function restart(): Promise<void> {
    await segment.cut();
    // A segment without a record is made anew under its number: a disk that stays full does not leave a row of empty ones.
    const number = segment.durableBytes > SEGMENT_HEAD_BYTES ? segment.number + 1 : segment.number;
    // Whatever has this number holds no record: it is that segment, or what an attempt left that could not even be undone.
    await rm(join(directory, segmentFileName(number)), { force: true });
    await goOn(number);
  }

  async function goOn(number: number): Promise<void> {
    const before = segment;
    // First, and synced: a segment that is not the last one ends with its last record.
    await before.trim();
    segment = await createSegmentFile(directory, { number, node, after: durable }, limits.segmentBytesMax);
    index.begin(segment.file, durable.sequence + 1);
    await before.close();
  }

  async function close(): Promise<void> {
    closed = true;
    await flushing;
    try {
      if (failed) await segment.cut();
      else await segment.trim();
      mark.sync();
    } catch (cause) {
      throw new JournalUnavailable('the journal could not be closed cleanly', { cause });
    } finally {
      mark.close();
      await segment.close();
    }
  }

  return {
    append,
    appendAll,
    head: () => durable,
    waiting: () => queueRecords,
    get writable() {
      return !failed && !closed;
    },
    close,
  };
}

function encoded<Value>(encode: () => Value): Value {
  try {
    return encode();
  } catch (cause) {
    throw new JournalUnavailable('the record cannot be encoded', { cause });
  }
}
