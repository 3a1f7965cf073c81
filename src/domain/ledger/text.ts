import { HASH_BYTES } from './merkle.ts';
import { TREE_SIZE_MAX } from './tile.ts';

/** The bytes of base64 (RFC 4648, section 4) in its only canonical spelling; undefined for every other text. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
}

/** A hash as it stands on a line of a checkpoint or a proof. */
export function decodeHash(text: string): Buffer | undefined {
  const bytes = decodeBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

/** A decimal without leading zeroes, at most `TREE_SIZE_MAX`: a tree size, an index, seconds. */
export function decodeDecimal(text: string): number | undefined {
  // 2^53 - 1 has sixteen digits.
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return value <= TREE_SIZE_MAX ? value : undefined;
}

/** The text of bytes that are UTF-8; undefined when they are not. A byte order mark is a character like any other. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
