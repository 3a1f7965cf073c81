import { ok, type Result, refuse } from '#domain/result.ts';
import { TILE_WIDTH } from './tile.ts';

/** An entry's length is a uint16 (C2SP tlog-tiles, Log entries). */
export const ENTRY_BYTES_MAX = 0xffff;

const LENGTH_BYTES = 2;

/** The bytes of a bundle: each entry with its length before it, big-endian. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0 || entries.length > TILE_WIDTH) {
    throw new RangeError(`a bundle has 1 to ${TILE_WIDTH} entries, not ${entries.length}`);
  }
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > ENTRY_BYTES_MAX) throw new RangeError(`an entry has at most ${ENTRY_BYTES_MAX} bytes`);
    bytes.writeUInt16BE(entry.length, at);
    bytes.set(entry, at + LENGTH_BYTES);
    at += LENGTH_BYTES + entry.length;
  }
  return bytes;
}

/** The entries of a bundle. They share memory with `bytes`. */
export function parseBundle(bytes: Buffer): Result<readonly Buffer[], 'bundle-malformed'> {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (entries.length === TILE_WIDTH)
      return refuse('bundle-malformed', `the bundle has more than ${TILE_WIDTH} entries`);
    const start = at + LENGTH_BYTES;
    const end = start <= bytes.length ? start + bytes.readUInt16BE(at) : start;
    if (end > bytes.length) return refuse('bundle-malformed', `entry ${entries.length} is cut short at byte ${at}`);
    entries.push(bytes.subarray(start, end));
    at = end;
  }
  if (entries.length === 0) return refuse('bundle-malformed', 'the bundle is empty');
  return ok(entries);
}
