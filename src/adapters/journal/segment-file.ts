import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSegmentHead, SEGMENT_HEAD_BYTES, type SegmentHead, segmentFileName } from '#domain/journal/segment.ts';
import { FILE_MODE, syncDirectory } from './directory.ts';

/**
 * Written ahead as zeros with the batch that reaches their beginning, so that the syncs after it write no metadata: the file is
 * as long, and its blocks are there. Larger, and the sync that carries them would be felt; smaller, and there would be many.
 */
const PREPARED_BYTES = 256 * 1024;
const ZEROS = Buffer.alloc(PREPARED_BYTES);

/** The segment that is written to. Every method throws what the system said. */
export interface SegmentFile {
  readonly number: number;
  readonly file: string;
  /** Bytes known to be on stable storage. */
  readonly durableBytes: number;
  /** Writes after `durableBytes` and syncs; `durableBytes` moves only when both have succeeded. */
  append(bytes: Buffer): Promise<void>;
  /** Cuts off what lies after `durableBytes`, and syncs that. */
  cut(): Promise<void>;
  /** Cuts off what was only prepared: of the last segment alone recovery accepts that it ends in zeros. */
  trim(): Promise<void>;
  close(): Promise<void>;
}

/** Creates the segment: head synced, then its name. What is left of a failed attempt is removed. */
export async function createSegmentFile(directory: string, head: SegmentHead, bytesMax: number): Promise<SegmentFile> {
  const path = join(directory, segmentFileName(head.number));
  const handle = await open(path, 'wx', FILE_MODE);
  try {
    await writeAll(handle, encodeSegmentHead(head), 0);
    await handle.sync();
    await syncDirectory(directory);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await unlink(path).catch(() => undefined);
    throw error;
  }
  return segmentFile(handle, head.number, { soundBytes: SEGMENT_HEAD_BYTES, bytesMax });
}

/** Opens a recovered segment to go on in it; the torn tail is cut off, and what recovery read is synced before it counts. */
export async function openSegmentFile(
  directory: string,
  number: number,
  size: { readonly soundBytes: number; readonly bytesMax: number },
): Promise<SegmentFile> {
  const handle = await open(join(directory, segmentFileName(number)), 'r+');
  const file = segmentFile(handle, number, size);
  try {
    // After `kill -9` records may be in the page cache only: intact when read, and gone with the power a second later.
    await file.cut();
    await syncDirectory(directory);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
  return file;
}

function segmentFile(
  handle: FileHandle,
  number: number,
  { soundBytes, bytesMax }: { readonly soundBytes: number; readonly bytesMax: number },
): SegmentFile {
  let durableBytes = soundBytes;
  /** Where the zeros end that were synced; `durableBytes` when there are none. */
  let preparedBytes = soundBytes;

  async function prepare(from: number): Promise<number> {
    const zeros = ZEROS.subarray(0, Math.max(0, Math.min(PREPARED_BYTES, bytesMax - from)));
    try {
      await writeAll(handle, zeros, from);
      return from + zeros.length;
    } catch {
      // A disk that is about to be full: the record has its place, and the next one may find one too.
      return from;
    }
  }

  async function cut(): Promise<void> {
    await handle.truncate(durableBytes);
    await handle.sync();
    preparedBytes = durableBytes;
  }

  return {
    number,
    file: segmentFileName(number),
    get durableBytes() {
      return durableBytes;
    },
    async append(bytes) {
      const end = durableBytes + bytes.length;
      await writeAll(handle, bytes, durableBytes);
      const prepared = end > preparedBytes ? await prepare(end) : preparedBytes;
      await handle.datasync();
      durableBytes = end;
      preparedBytes = prepared;
    },
    cut,
    trim: async () => {
      if (preparedBytes > durableBytes) await cut();
    },
    close: () => handle.close(),
  };
}

/** A write may be partial (signals, a disk about to be full): the rest follows, or the error does. */
export async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
