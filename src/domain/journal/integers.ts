const TWO_POW_32 = 0x1_0000_0000;

/** Writes an unsigned 64-bit big-endian integer without allocating a bigint; values stay below 2^53. */
export function writeUint64(bytes: Buffer, value: number, offset: number): void {
  bytes.writeUInt32BE(Math.floor(value / TWO_POW_32), offset);
  bytes.writeUInt32BE(value % TWO_POW_32, offset + 4);
}

/** Reads what `writeUint64` wrote. A value beyond 2^53 loses its low bits: callers compare it with what they expect. */
export function readUint64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32BE(offset) * TWO_POW_32 + bytes.readUInt32BE(offset + 4);
}
