import { crc32 } from 'node:zlib';
import { type ChainPosition, HASH_BYTES } from './chain.ts';
import { readUint64, writeUint64 } from './integers.ts';

/**
 * The acknowledged mark: the last position whose record was synced, kept beside the segments in a file of its own and
 * overwritten in place after each sync, before the appends resolve. It is not synced itself (that would double the cost),
 * so after a power failure it may be older than the log, never newer; after `kill -9` it is exact, because the kernel has it.
 *
 * It is what tells a record that was answered and then damaged or cut off from one that was never finished.
 *
 *   offset  bytes
 *        0      8  magic "ACGSACKD"
 *        8      4  format version
 *       12      4  zero
 *       16      8  sequence
 *       24     32  hash
 *       56      4  zero
 *       60      4  CRC-32 of the 60 bytes above
 */
export const MARK_BYTES = 64;
export const MARK_FILE = 'acknowledged';

const MAGIC = Buffer.from('ACGSACKD', 'ascii');
const VERSION = 1;
const VERSION_AT = 8;
const SEQUENCE_AT = 16;
const HASH_AT = 24;
const CRC_AT = 60;

export function encodeMark(position: ChainPosition): Buffer {
  const bytes = Buffer.alloc(MARK_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32BE(VERSION, VERSION_AT);
  writeUint64(bytes, position.sequence, SEQUENCE_AT);
  position.hash.copy(bytes, HASH_AT);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
  return bytes;
}

/** The position in the mark, or undefined when the bytes are not an intact mark of this version. */
export function decodeMark(bytes: Buffer): ChainPosition | undefined {
  if (bytes.length !== MARK_BYTES) return undefined;
  if (bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return undefined;
  if (crc32(bytes.subarray(0, CRC_AT)) !== bytes.readUInt32BE(CRC_AT)) return undefined;
  if (bytes.readUInt32BE(VERSION_AT) !== VERSION) return undefined;
  return { sequence: readUint64(bytes, SEQUENCE_AT), hash: Buffer.from(bytes.subarray(HASH_AT, HASH_AT + HASH_BYTES)) };
}
