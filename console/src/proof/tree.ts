import { type Bytes, fromBase64, sha256 } from './bytes.ts';

/** What the checks of a Merkle tree have in common (RFC 9162, section 2.1; C2SP tlog-checkpoint). */

const HASH_BYTES = 32;
const NODE_PREFIX = Uint8Array.of(1);

export function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(NODE_PREFIX, left, right);
}

/** By arithmetic: the bit operators of JavaScript end at 32 bits, and sizes do not. */
export function isOdd(number: number): boolean {
  return number % 2 === 1;
}

export function half(number: number): number {
  return Math.floor(number / 2);
}

/** Undefined for what is no base64 of 32 bytes. */
export function parseHash(text: string): Bytes | undefined {
  const bytes = fromBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

/** A size or a place as notes write it; undefined for a second spelling of one ("07"), and beyond what a number holds exactly. */
export function parseDecimal(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
