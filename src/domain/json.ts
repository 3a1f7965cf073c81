import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * The RFC 8785 (JCS) form of a value: what every digest in ACGS is taken over.
 * @throws {TypeError} for values that JSON cannot carry (NaN, infinities, lone surrogates, functions).
 */
export function canonicalJson(value: JsonValue): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no canonical JSON form');
  return text;
}

/** SHA-256 in lower-case hex, 64 digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 in base64url without padding, 43 characters: how the standards of signed tokens write it. */
export function sha256Base64Url(data: string): string {
  return createHash('sha256').update(data).digest('base64url');
}
