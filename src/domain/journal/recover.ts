import { decodeMark, MARK_FILE } from './acknowledged.ts';
import { type ChainPosition, genesisPosition } from './chain.ts';
import type { JournalDamage } from './damage.ts';
import type { Frame } from './frame.ts';
import { recoverSegment } from './recover-segment.ts';
import { segmentNumber } from './segment.ts';

/** A journal as found: names of its files, the mark's bytes, and a way to get a segment's bytes. */
export interface JournalBytes {
  /** In order of their numbers. */
  readonly segmentFiles: readonly string[];
  /** Undefined when there is no such file. */
  readonly mark: Buffer | undefined;
  readSegment(file: string): Promise<Buffer>;
}

export interface RecoveredSegment {
  readonly file: string;
  readonly number: number;
  /** The position that its first record follows. */
  readonly after: ChainPosition;
  readonly end: ChainPosition;
  readonly soundBytes: number;
}

export type Recovery =
  /** Nothing was ever recorded here. `unborn`: a first segment whose creation did not finish. */
  | { readonly kind: 'empty'; readonly unborn: string | undefined }
  | {
      readonly kind: 'recovered';
      readonly node: string;
      readonly position: ChainPosition;
      readonly acknowledged: ChainPosition;
      readonly segments: readonly RecoveredSegment[];
      /** Bytes of the last sound segment that were never acknowledged; to be cut off before anything is appended. */
      readonly tornBytes: number;
      /** A last segment whose creation did not finish; to be removed. */
      readonly unborn: string | undefined;
    }
  | { readonly kind: 'damaged'; readonly damage: JournalDamage };

/** Sees each intact record in order; may name what is wrong with its content, which ends the recovery. */
export type VisitFrame = (file: string, frame: Frame, offset: number) => string | undefined;

/**
 * Checks every byte of a journal and says what to keep. Changes nothing: what is torn or unborn is the caller's to remove.
 * Pure apart from `readSegment`, so that the bytes of one segment at a time are in memory.
 */
export async function recover(journal: JournalBytes, visit: VisitFrame = () => undefined): Promise<Recovery> {
  const acknowledged = journal.mark === undefined ? undefined : decodeMark(journal.mark);
  const lastFile = journal.segmentFiles.at(-1);
  if (lastFile === undefined) {
    // The mark is made before the first segment, so one that cannot be read or says 0 beside no segments is a first start cut short.
    if (acknowledged === undefined || acknowledged.sequence === 0) return { kind: 'empty', unborn: undefined };
    return damaged(
      'segment-missing',
      `there is no segment, but records up to ${acknowledged.sequence} were acknowledged`,
    );
  }
  if (acknowledged === undefined) return damaged('mark-damaged', 'the acknowledged mark is missing or cannot be read');

  const segments: RecoveredSegment[] = [];
  let previous: { readonly node: string; readonly position: ChainPosition } | undefined;
  let tornBytes = 0;
  for (const [index, file] of journal.segmentFiles.entries()) {
    const bytes = await journal.readSegment(file);
    const last = file === lastFile;
    const input = { file, number: index + 1, bytes, last, previous, acknowledged };
    const segment = recoverSegment(input, (frame, offset) => visit(file, frame, offset));
    switch (segment.kind) {
      case 'damaged':
        return segment;
      case 'unborn':
        if (previous === undefined) return { kind: 'empty', unborn: file };
        return { kind: 'recovered', ...previous, acknowledged, segments, tornBytes: 0, unborn: file };
      case 'sound': {
        const after = previous?.position ?? genesisPosition(segment.node);
        const { node, position: end, soundBytes } = segment;
        segments.push({ file, number: segmentNumber(file) ?? index + 1, after, end, soundBytes });
        previous = { node, position: end };
        tornBytes = segment.tornBytes;
      }
    }
  }
  if (previous === undefined) throw new Error('a journal with segments was walked without meeting one');
  return { kind: 'recovered', ...previous, acknowledged, segments, tornBytes, unborn: undefined };
}

function damaged(code: JournalDamage['code'], what: string): Extract<Recovery, { readonly kind: 'damaged' }> {
  return { kind: 'damaged', damage: { code, file: MARK_FILE, offset: 0, sequence: 1, what } };
}
