import { type ChainPosition, genesisPosition } from './chain.ts';
import type { DamageCode, JournalDamage } from './damage.ts';
import { decodeFrame, decodeHead, FRAME_MAGIC, type Frame } from './frame.ts';
import { decodeSegmentHead, SEGMENT_HEAD_BYTES } from './segment.ts';

/**
 * Recovery, as a pure function over the bytes of one segment. It accepts a torn tail of the last segment and nothing else.
 *
 * What is torn, and what is damage? An append is acknowledged after the sync of its batch, and a batch is written only after
 * the batch before it was synced. So only records of the last batch can be unfinished, and none of those was acknowledged.
 * A record with sequence `s` that is not intact is therefore damage, not a torn tail, when any of these holds:
 *
 *   1. the acknowledged mark is at `s` or later;
 *   2. an intact head follows that says `durable >= s`: when it was written, `s` was on the disk. (A head that follows and
 *      says less is of the same batch: sectors may reach the disk in any order when the power goes.)
 *   3. all its bytes are there, the last one is not zero and none of its sectors is empty: nothing was left unwritten, so
 *      something was changed.
 *
 * Otherwise the bytes end within the record or hold zeros where none can be: before and at its end, which is what an interrupted
 * write leaves behind (a segment ends in zeros that were prepared for what comes next).
 *
 *   … │ batch 7, synced │ batch 8, being written when the power went │
 *   … │ 41    42        │ 43   44 (hole)   45                        │
 *                        └─ kept ┴─ torn: 45 says durable = 42 ───────┘
 *
 * What this cannot tell: after a power failure (mark older than the log), an acknowledged record of the very last batch
 * whose sector the disk itself lost looks torn. Witnesses outside this disk find it: the ledger has its sequence.
 */
export interface SegmentInput {
  /** Its file's name, for the damage report. */
  readonly file: string;
  /** The number that it should have. */
  readonly number: number;
  readonly bytes: Buffer;
  /** Only the last segment may have a torn tail. */
  readonly last: boolean;
  /** Where the segment before it ended, with its node; undefined for the first one. */
  readonly previous: { readonly node: string; readonly position: ChainPosition } | undefined;
  readonly acknowledged: ChainPosition;
}

export type SegmentRecovery =
  | {
      readonly kind: 'sound';
      readonly node: string;
      readonly position: ChainPosition;
      /** Bytes to keep. */
      readonly soundBytes: number;
      /**
       * Bytes after them that were never acknowledged: to be cut off. 0 when the log was closed or killed between writes. Zeros at
       * the very end do not count: they are what the writer puts there beforehand.
       */
      readonly tornBytes: number;
    }
  /** The segment was being created: it has no whole head, and the journal ends with the segment before it. */
  | { readonly kind: 'unborn'; readonly tornBytes: number }
  | { readonly kind: 'damaged'; readonly damage: JournalDamage };

/** Disks write sectors of at least this size whole or not at all. */
const SECTOR_BYTES = 512;

/** `visit` sees each intact record in order with its offset, and may stop the recovery by naming what is wrong with it. */
export function recoverSegment(
  input: SegmentInput,
  visit: (frame: Frame, offset: number) => string | undefined = () => undefined,
): SegmentRecovery {
  const { bytes, acknowledged } = input;
  const opened = openSegment(input);
  if (opened.kind !== 'opened') return opened;
  let position = opened.position;
  let offset = SEGMENT_HEAD_BYTES;
  while (offset < bytes.length) {
    const sequence = position.sequence + 1;
    const damaged = (code: DamageCode, what: string) => damage(input, code, offset, sequence, what);
    const decoded = decodeFrame(bytes, offset);
    if (decoded.kind !== 'frame') {
      const why = whyNotTorn(input, offset, decoded, sequence);
      if (why === undefined) break;
      return damaged('record-damaged', why);
    }
    const { frame } = decoded;
    if (frame.sequence !== sequence) {
      return damaged('sequence-wrong', `the record here has sequence ${frame.sequence}, expected ${sequence}`);
    }
    if (!frame.previousHash.equals(position.hash)) {
      return damaged('chain-broken', 'the record does not build on the hash of the record before it');
    }
    if (frame.sequence === acknowledged.sequence && !frame.hash.equals(acknowledged.hash)) {
      return damaged('chain-broken', 'the record is not the one that was acknowledged under this sequence');
    }
    const malformed = visit(frame, offset);
    if (malformed !== undefined) return damaged('entry-malformed', malformed);
    position = { sequence, hash: frame.hash };
    offset = frame.end;
  }
  if (input.last && position.sequence < acknowledged.sequence) {
    return damage(
      input,
      'records-missing',
      offset,
      position.sequence + 1,
      `the log ends here, but records up to ${acknowledged.sequence} were acknowledged`,
    );
  }
  return {
    kind: 'sound',
    node: opened.node,
    position,
    soundBytes: offset,
    tornBytes: writtenEnd(bytes, offset) - offset,
  };
}

type Opened =
  | { readonly kind: 'opened'; readonly node: string; readonly position: ChainPosition }
  | Extract<SegmentRecovery, { readonly kind: 'unborn' | 'damaged' }>;

function openSegment(input: SegmentInput): Opened {
  const { bytes, previous, acknowledged } = input;
  const expected = (previous?.position.sequence ?? 0) + 1;
  const refuse = (code: DamageCode, what: string) => damage(input, code, 0, expected, what);
  const decoded = decodeSegmentHead(bytes);
  switch (decoded.kind) {
    case 'short':
    case 'damaged': {
      // A new segment's head is synced before a record follows it, so an unfinished one holds nothing.
      const unfinished = decoded.kind === 'short' || isZero(bytes, 0, bytes.length);
      if (input.last && unfinished && acknowledged.sequence < expected)
        return { kind: 'unborn', tornBytes: bytes.length };
      return refuse('segment-head-damaged', 'the head of the segment is not intact');
    }
    case 'version':
      return refuse('format-unknown', `the segment has format ${decoded.version}, which this ACGS does not read`);
    case 'head':
      break;
  }
  const { head } = decoded;
  const { node, position } = previous ?? { node: head.node, position: genesisPosition(head.node) };
  if (head.number !== input.number) {
    return refuse('segment-missing', `the file holds segment ${head.number}, expected ${input.number}`);
  }
  if (head.node !== node) return refuse('node-different', `the segment is of node ${head.node}, not of ${node}`);
  if (head.after.sequence !== position.sequence) {
    return head.after.sequence > position.sequence
      ? refuse('records-missing', `the segment begins with record ${head.after.sequence + 1}, expected ${expected}`)
      : refuse('sequence-wrong', `the segment begins with record ${head.after.sequence + 1}, expected ${expected}`);
  }
  if (!head.after.hash.equals(position.hash)) {
    return refuse('chain-broken', 'the segment does not build on the hash of the record before it');
  }
  return { kind: 'opened', node, position };
}

/** Says why what is not an intact frame is damage; undefined when it is the torn tail. */
function whyNotTorn(
  input: SegmentInput,
  offset: number,
  found: { readonly kind: 'short' | 'damaged'; readonly end: number },
  sequence: number,
): string | undefined {
  const { bytes } = input;
  if (!input.last) return 'the record is not intact, and only the last segment can be torn';
  if (input.acknowledged.sequence >= sequence) return 'the record was acknowledged and is not intact';
  if (laterHeadProvesDurable(bytes, offset + 1, sequence))
    return 'the record is not intact, and a later one proves that it was';
  // A payload is JSON: its last byte is never zero, so a zero there was never written over.
  if (found.kind === 'short' || bytes[found.end - 1] === 0 || holdsHole(bytes, offset, found.end)) return undefined;
  return 'the record was written whole and its bytes have changed';
}

function laterHeadProvesDurable(bytes: Buffer, from: number, sequence: number): boolean {
  for (let at = bytes.indexOf(FRAME_MAGIC, from); at !== -1; at = bytes.indexOf(FRAME_MAGIC, at + 1)) {
    const head = decodeHead(bytes, at);
    if (head !== undefined && head.durable >= sequence) return true;
  }
  return false;
}

/**
 * Whether a sector's part between `start` and `end` is all zeros. In an intact frame no part is: the first begins with the
 * magic, later ones hold JSON or reach into it.
 */
function holdsHole(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < Math.min(end, bytes.length); ) {
    const next = Math.min(end, bytes.length, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES);
    if (isZero(bytes, at, next)) return true;
    at = next;
  }
  return false;
}

/** The offset after the last byte from `start` on that is not zero; `start` when all are. */
function writtenEnd(bytes: Buffer, start: number): number {
  let end = bytes.length;
  while (end > start && bytes[end - 1] === 0) end -= 1;
  return end;
}

function isZero(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

function damage(
  input: SegmentInput,
  code: DamageCode,
  offset: number,
  sequence: number,
  what: string,
): { readonly kind: 'damaged'; readonly damage: JournalDamage } {
  return { kind: 'damaged', damage: { code, file: input.file, offset, sequence, what } };
}
