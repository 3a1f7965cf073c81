import { crc32 } from 'node:zlib';
import { bodyHash, type ChainPosition, HASH_BYTES } from './chain.ts';
import { readUint64, writeUint64 } from './integers.ts';

/**
 * One record as stored, big-endian:
 *
 *   offset  bytes
 *        0      4  magic: FF 'A' 'J' 01. FF never occurs in UTF-8, so a payload cannot contain it, and a scan for the next
 *                  frame cannot be led astray; a first byte that is not zero tells a frame from a hole.
 *        4      4  length of the payload
 *        8      8  sequence
 *       16      8  durable: the last sequence that was on stable storage when this frame was written
 *       24      4  CRC-32 of the body
 *       28      4  CRC-32 of the 28 bytes above
 *       32     32  previous hash  ┐ the body: what the record's hash is taken over
 *       64      …  payload (JSON) ┘
 *
 * The CRC is node:zlib's CRC-32 (IEEE 802.3), not CRC-32C: both find every single flipped byte and any burst of up to
 * 32 bits, and Node has only the first in native code. It guards against accidents; the hash chain is the evidence.
 * The head has a CRC of its own so that a flipped length is not taken for a record that was cut short.
 */
export const FRAME_MAGIC = Buffer.from([0xff, 0x41, 0x4a, 0x01]);
export const FRAME_HEAD_BYTES = 32;
export const FRAME_OVERHEAD_BYTES = FRAME_HEAD_BYTES + HASH_BYTES;

/** One record's payload. A body is at most 1 MiB, its effects repeat parts of it; past this the action is not answered. */
export const PAYLOAD_BYTES_MAX = 16 * 1024 * 1024;

const LENGTH_AT = 4;
const SEQUENCE_AT = 8;
const DURABLE_AT = 16;
const BODY_CRC_AT = 24;
const HEAD_CRC_AT = 28;

/** Frames that can still wait: their places in the chain are fixed, `durable` is set by `sealFrame` when they are written. */
export interface EncodedFrames {
  readonly bytes: Buffer;
  /** Where each begins. */
  readonly offsets: readonly number[];
  /** Of the last one. */
  readonly position: ChainPosition;
}

/** Encodes `payload` (UTF-8 JSON) as the record after `previous`. */
export function encodeFrame(previous: ChainPosition, payload: string): EncodedFrames {
  return encodeFrames(previous, [payload]);
}

/**
 * Encodes one or more payloads as the records after `previous`, in one buffer.
 * @throws {RangeError} when a payload is empty or too long: then none is encoded
 */
export function encodeFrames(previous: ChainPosition, payloads: readonly string[]): EncodedFrames {
  const sizes = payloads.map(payloadBytesOf);
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + FRAME_OVERHEAD_BYTES + size, 0));
  const offsets: number[] = [];
  let position = previous;
  let offset = 0;
  for (const [at, payload] of payloads.entries()) {
    const payloadBytes = sizes[at] ?? 0;
    const end = offset + FRAME_OVERHEAD_BYTES + payloadBytes;
    const sequence = position.sequence + 1;
    FRAME_MAGIC.copy(bytes, offset);
    bytes.writeUInt32BE(payloadBytes, offset + LENGTH_AT);
    writeUint64(bytes, sequence, offset + SEQUENCE_AT);
    position.hash.copy(bytes, offset + FRAME_HEAD_BYTES);
    bytes.write(payload, offset + FRAME_OVERHEAD_BYTES, 'utf8');
    const body = bytes.subarray(offset + FRAME_HEAD_BYTES, end);
    bytes.writeUInt32BE(crc32(body), offset + BODY_CRC_AT);
    sealFrame(bytes, 0, offset);
    offsets.push(offset);
    position = { sequence, hash: bodyHash(body) };
    offset = end;
  }
  return { bytes, offsets, position };
}

function payloadBytesOf(payload: string): number {
  const payloadBytes = Buffer.byteLength(payload);
  if (payloadBytes === 0 || payloadBytes > PAYLOAD_BYTES_MAX) {
    throw new RangeError(`a record's payload has 1 to ${PAYLOAD_BYTES_MAX} bytes, this one has ${payloadBytes}`);
  }
  return payloadBytes;
}

/** Sets what was durable at the time of writing. No frame may go to disk with a sequence that was not yet synced. */
export function sealFrame(bytes: Buffer, durable: number, offset = 0): void {
  writeUint64(bytes, durable, offset + DURABLE_AT);
  bytes.writeUInt32BE(crc32(bytes.subarray(offset, offset + HEAD_CRC_AT)), offset + HEAD_CRC_AT);
}

export interface FrameHead {
  readonly payloadBytes: number;
  readonly sequence: number;
  readonly durable: number;
  readonly bodyCrc: number;
}

/** The head at `offset`, or undefined when no intact head is there. */
export function decodeHead(bytes: Buffer, offset: number): FrameHead | undefined {
  if (offset + FRAME_HEAD_BYTES > bytes.length) return undefined;
  if (bytes.compare(FRAME_MAGIC, 0, FRAME_MAGIC.length, offset, offset + FRAME_MAGIC.length) !== 0) return undefined;
  if (crc32(bytes.subarray(offset, offset + HEAD_CRC_AT)) !== bytes.readUInt32BE(offset + HEAD_CRC_AT))
    return undefined;
  return {
    payloadBytes: bytes.readUInt32BE(offset + LENGTH_AT),
    sequence: readUint64(bytes, offset + SEQUENCE_AT),
    durable: readUint64(bytes, offset + DURABLE_AT),
    bodyCrc: bytes.readUInt32BE(offset + BODY_CRC_AT),
  };
}

export interface Frame {
  readonly sequence: number;
  readonly previousHash: Buffer;
  readonly payload: Buffer;
  readonly hash: Buffer;
  /** Offset of the byte after the frame. */
  readonly end: number;
}

export type DecodedFrame =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** The bytes end before the frame does. */
  | { readonly kind: 'short'; readonly end: number }
  /** `end`: offset after what is known to belong to the frame. */
  | { readonly kind: 'damaged'; readonly part: 'head' | 'body' | 'length'; readonly end: number };

/** Decodes the frame at `offset`; there must be at least one byte. Buffers of the result share memory with `bytes`. */
export function decodeFrame(bytes: Buffer, offset: number): DecodedFrame {
  const head = decodeHead(bytes, offset);
  if (head === undefined) {
    // One byte of the payload is counted in: it is never zero, which is how a hole is told from a change (see recovery).
    const end = offset + FRAME_OVERHEAD_BYTES + 1;
    return end > bytes.length ? { kind: 'short', end } : { kind: 'damaged', part: 'head', end };
  }
  const end = offset + FRAME_OVERHEAD_BYTES + head.payloadBytes;
  if (head.payloadBytes === 0 || head.payloadBytes > PAYLOAD_BYTES_MAX) return { kind: 'damaged', part: 'length', end };
  if (end > bytes.length) return { kind: 'short', end };
  const body = bytes.subarray(offset + FRAME_HEAD_BYTES, end);
  if (crc32(body) !== head.bodyCrc) return { kind: 'damaged', part: 'body', end };
  const frame = {
    sequence: head.sequence,
    previousHash: body.subarray(0, HASH_BYTES),
    payload: body.subarray(HASH_BYTES),
    hash: bodyHash(body),
    end,
  };
  return { kind: 'frame', frame };
}
