import { crc32 } from 'node:zlib';
import { type ChainPosition, HASH_BYTES } from './chain.ts';
import { readUint64, writeUint64 } from './integers.ts';

/**
 * A segment is one file: this head, then frames. Big-endian:
 *
 *   offset  bytes
 *        0      8  magic "ACGSJRNL"
 *        8      4  format version
 *       12      4  number of the segment, from 1
 *       16      8  sequence of its first record
 *       24     32  hash that the first record builds on
 *       56      1  length of the node's id
 *       57     67  the node's id, ASCII, zero-padded
 *      124      4  CRC-32 of the 124 bytes above
 */
export const SEGMENT_HEAD_BYTES = 128;
export const JOURNAL_FORMAT_VERSION = 1;

const MAGIC = Buffer.from('ACGSJRNL', 'ascii');
const VERSION_AT = 8;
const NUMBER_AT = 12;
const FIRST_SEQUENCE_AT = 16;
const PREVIOUS_HASH_AT = 24;
const NODE_LENGTH_AT = 56;
const NODE_AT = 57;
const CRC_AT = 124;

/** What a node may be called: goes into file heads, metrics and the ledger. */
export const NODE_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

export interface SegmentHead {
  readonly number: number;
  readonly node: string;
  /** The position that the segment's first record follows. */
  readonly after: ChainPosition;
}

export function encodeSegmentHead(head: SegmentHead): Buffer {
  if (!NODE_ID_PATTERN.test(head.node)) throw new RangeError(`not a node id: ${JSON.stringify(head.node)}`);
  const bytes = Buffer.alloc(SEGMENT_HEAD_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32BE(JOURNAL_FORMAT_VERSION, VERSION_AT);
  bytes.writeUInt32BE(head.number, NUMBER_AT);
  writeUint64(bytes, head.after.sequence + 1, FIRST_SEQUENCE_AT);
  head.after.hash.copy(bytes, PREVIOUS_HASH_AT);
  bytes.writeUInt8(head.node.length, NODE_LENGTH_AT);
  bytes.write(head.node, NODE_AT, 'ascii');
  bytes.writeUInt32BE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
  return bytes;
}

export type DecodedSegmentHead =
  | { readonly kind: 'head'; readonly head: SegmentHead }
  | { readonly kind: 'short' }
  | { readonly kind: 'damaged' }
  /** Intact, but of a format that this ACGS does not read. */
  | { readonly kind: 'version'; readonly version: number };

export function decodeSegmentHead(bytes: Buffer): DecodedSegmentHead {
  if (bytes.length < SEGMENT_HEAD_BYTES) return { kind: 'short' };
  if (bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return { kind: 'damaged' };
  if (crc32(bytes.subarray(0, CRC_AT)) !== bytes.readUInt32BE(CRC_AT)) return { kind: 'damaged' };
  const version = bytes.readUInt32BE(VERSION_AT);
  if (version !== JOURNAL_FORMAT_VERSION) return { kind: 'version', version };
  const node = bytes.toString('ascii', NODE_AT, NODE_AT + bytes.readUInt8(NODE_LENGTH_AT));
  const firstSequence = readUint64(bytes, FIRST_SEQUENCE_AT);
  if (!NODE_ID_PATTERN.test(node) || firstSequence === 0) return { kind: 'damaged' };
  const hash = Buffer.from(bytes.subarray(PREVIOUS_HASH_AT, PREVIOUS_HASH_AT + HASH_BYTES));
  return {
    kind: 'head',
    head: { number: bytes.readUInt32BE(NUMBER_AT), node, after: { sequence: firstSequence - 1, hash } },
  };
}

const FILE_PATTERN = /^(\d{10})\.segment$/;

/** `0000000001.segment`: sorts by number. */
export function segmentFileName(number: number): string {
  return `${String(number).padStart(10, '0')}.segment`;
}

/** The number in a segment's file name, or undefined for other files. */
export function segmentNumber(fileName: string): number | undefined {
  const digits = FILE_PATTERN.exec(fileName)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
