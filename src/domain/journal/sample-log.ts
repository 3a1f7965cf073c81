import { encodeMark } from './acknowledged.ts';
import { type ChainPosition, genesisPosition } from './chain.ts';
import { encodeFrame, sealFrame } from './frame.ts';
import type { JournalBytes } from './recover.ts';
import { encodeSegmentHead, segmentFileName } from './segment.ts';

/** A journal's bytes in memory, for tests: batches of payloads, one list of batches a segment. */
export interface SampleLog {
  readonly node: string;
  /** File name → bytes. */
  readonly segments: ReadonlyMap<string, Buffer>;
  /** Position after each record; index 0 is the genesis. */
  readonly positions: readonly ChainPosition[];
  /** Where each record lies, in order. */
  readonly places: readonly {
    readonly file: string;
    readonly start: number;
    readonly end: number;
    readonly batch: number;
  }[];
}

export function sampleLog(segments: readonly (readonly (readonly string[])[])[], node = 'node-1'): SampleLog {
  const positions = [genesisPosition(node)];
  const places: SampleLog['places'][number][] = [];
  const files = new Map<string, Buffer>();
  let batchNumber = 0;
  for (const [index, batches] of segments.entries()) {
    const file = segmentFileName(index + 1);
    const parts = [encodeSegmentHead({ number: index + 1, node, after: last(positions) })];
    let start = 128;
    for (const batch of batches) {
      batchNumber += 1;
      const durable = last(positions).sequence;
      for (const payload of batch) {
        const frame = encodeFrame(last(positions), payload);
        sealFrame(frame.bytes, durable);
        parts.push(frame.bytes);
        positions.push(frame.position);
        places.push({ file, start, end: start + frame.bytes.length, batch: batchNumber });
        start += frame.bytes.length;
      }
    }
    files.set(file, Buffer.concat(parts));
  }
  return { node, segments: files, positions, places };
}

/** The log as recovery gets it, with the mark at `acknowledged` (a record's sequence), or with these bytes for the mark. */
export function asBytes(log: SampleLog, acknowledged: number | Buffer | undefined): JournalBytes {
  const position = typeof acknowledged === 'number' ? log.positions[acknowledged] : undefined;
  return {
    segmentFiles: [...log.segments.keys()].toSorted(),
    mark: position === undefined ? (Buffer.isBuffer(acknowledged) ? acknowledged : undefined) : encodeMark(position),
    readSegment: async (file) => log.segments.get(file) ?? Buffer.alloc(0),
  };
}

/** The log with one file's bytes replaced; without it when `bytes` is undefined. */
export function withFile(log: SampleLog, file: string, change: (bytes: Buffer) => Buffer | undefined): SampleLog {
  const segments = new Map(log.segments);
  const changed = change(Buffer.from(segments.get(file) ?? Buffer.alloc(0)));
  if (changed === undefined) segments.delete(file);
  else segments.set(file, changed);
  return { ...log, segments };
}

function last(positions: readonly ChainPosition[]): ChainPosition {
  const position = positions.at(-1);
  if (position === undefined) throw new Error('a log begins with its genesis');
  return position;
}
