import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainPosition } from '#domain/journal/chain.ts';
import { type EncodedFrame, encodeFrame, sealFrame } from '#domain/journal/frame.ts';
import { type JournalEntry, JournalUnavailable, type WrittenRecord } from '#domain/journal/journal.ts';
import { SEGMENT_HEAD_BYTES, segmentFileName } from '#domain/journal/segment.ts';
import type { MarkFile } from './mark-file.ts';
import { createSegmentFile, type SegmentFile } from './segment-file.ts';
import type { SegmentIndex } from './segment-index.ts';

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
  head(): ChainPosition;
  readonly writable: boolean;
  /** Records that wait for the disk. */
  waiting(): number;
  close(): Promise<void>;
}

interface Waiting {
  readonly frame: EncodedFrame;
  readonly entry: JournalEntry;
  readonly json: string;
  readonly resolve: (record: WrittenRecord) => void;
  readonly reject: (error: JournalUnavailable) => void;
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
  let queueBytes = 0;
  let failed = false;
  let closed = false;
  let flushing: Promise<void> | undefined;

  function append(entry: JournalEntry): Promise<WrittenRecord> {
    return new Promise((resolve, reject) => {
      if (closed) return reject(new JournalUnavailable('the journal is closed'));
      if (queue.length >= limits.queueRecordsMax || queueBytes >= limits.queueBytesMax) {
        return reject(new JournalUnavailable(`${queue.length} records wait for the disk already`));
      }
      try {
        const json = JSON.stringify(entry);
        const frame = encodeFrame(tail, json);
        tail = frame.position;
        queue.push({ frame, entry, json, resolve, reject });
        queueBytes += frame.bytes.length;
      } catch (cause) {
        return reject(new JournalUnavailable('the record cannot be encoded', { cause }));
      }
      flushing ??= flush();
    });
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
    let count = 0;
    for (const { frame } of queue) {
      if (count > 0 && bytes + frame.bytes.length > limits.batchBytesMax) break;
      bytes += frame.bytes.length;
      count += 1;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    queueBytes -= bytes;
    return batch;
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    for (const { frame } of batch) sealFrame(frame.bytes, durable.sequence);
    const bytes = Buffer.concat(batch.map(({ frame }) => frame.bytes));
    if (failed) await restart();
    else if (
      segment.durableBytes > SEGMENT_HEAD_BYTES &&
      segment.durableBytes + bytes.length > limits.segmentBytesMax
    ) {
      await goOn(segment.number + 1);
    }
    let offset = segment.durableBytes;
    const startedMs = performance.now();
    await segment.append(bytes).finally(() => onSynced(performance.now() - startedMs));
    for (const { frame } of batch) {
      index.add(frame.position.sequence, offset);
      offset += frame.bytes.length;
      durable = frame.position;
    }
    mark.set(durable);
    failed = false;
    for (const { frame, entry, json, resolve } of batch) {
      resolve({ node, sequence: frame.position.sequence, hash: frame.position.hash.toString('hex'), entry, json });
    }
  }

  function fail(batch: readonly Waiting[], cause: unknown): void {
    failed = true;
    const rejected = [...batch, ...queue];
    queue = [];
    queueBytes = 0;
    tail = durable;
    const error = new JournalUnavailable('the record could not be put on stable storage', { cause });
    for (const { reject } of rejected) reject(error);
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
    head: () => durable,
    waiting: () => queue.length,
    get writable() {
      return !failed && !closed;
    },
    close,
  };
}
