/** SQLSTATEs with which PostgreSQL says that its own files are wrong (Appendix A: data_corrupted, index_corrupted). */
const CORRUPTED = ['XX001', 'XX002'];

/** First bytes of an ErrorResponse, and of its field with the SQLSTATE (PostgreSQL, "Error and Notice Message Fields"). */
const ERROR = 'E'.charCodeAt(0);
const CODE = 'C'.charCodeAt(0);
const HEAD_BYTES = 5;

/**
 * Reads what the engine answers, chunk by chunk, and says of each chunk whether it completes a report of corrupted files.
 * Walks the messages instead of looking for the code anywhere, because a stored command could contain it; keeps of them
 * only heads and errors, because rows are large and come in pieces.
 */
export function createCorruptionWatch(): (chunk: Uint8Array) => boolean {
  let kept: Buffer = Buffer.alloc(0);
  let skip = 0;
  return (chunk) => {
    const passed = Math.min(skip, chunk.length);
    skip -= passed;
    const fresh = Buffer.from(chunk.buffer, chunk.byteOffset + passed, chunk.length - passed);
    let bytes = kept.length === 0 ? fresh : Buffer.concat([kept, fresh]);
    let found = false;
    while (bytes.length >= HEAD_BYTES) {
      const length = 1 + bytes.readUInt32BE(1);
      if (bytes[0] === ERROR) {
        if (bytes.length < length) break;
        found ||= CORRUPTED.includes(codeOf(bytes.subarray(HEAD_BYTES, length)) ?? '');
      }
      skip = Math.max(length - bytes.length, 0);
      bytes = bytes.subarray(length);
    }
    // A copy: the engine writes its next answer over this one.
    kept = Buffer.from(bytes);
    return found;
  };
}

function codeOf(fields: Buffer): string | undefined {
  for (let at = 0; at < fields.length && fields[at] !== 0; ) {
    const end = fields.indexOf(0, at + 1);
    if (end === -1) return undefined;
    if (fields[at] === CODE) return fields.toString('latin1', at + 1, end);
    at = end + 1;
  }
  return undefined;
}
