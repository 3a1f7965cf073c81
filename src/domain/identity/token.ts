import type { Principal } from '#domain/identity/principal.ts';
import { sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** What is kept of a bearer token: never the token itself. Times are Unix milliseconds. */
export interface TokenRecord {
  readonly principal: Principal;
  /** SHA-256 of the token's text, hex. Enough, because a token has 256 random bits: there is nothing to guess. */
  readonly sha256: string;
  readonly createdMs: number;
  readonly expiresMs: number;
}

/** The index of all tokens by hash: one look-up, whatever their number. */
export type TokenIndex = ReadonlyMap<string, TokenRecord>;

export type TokenRefusalCode = 'token-missing' | 'token-unknown' | 'token-expired';

/** Random bytes in a token. */
export const TOKEN_BYTES = 32;

/** A token's text: recognisable to secret scanners by its prefix. `random` has `TOKEN_BYTES` bytes. */
export function tokenText(random: Uint8Array): string {
  return `acgs_${Buffer.from(random).toString('base64url')}`;
}

/** The token in a file: its first line. In those of enrolled agents another one says how long it is good. */
export function tokenOfFile(text: string): string {
  return text.trimStart().split('\n', 1)[0]?.trim() ?? '';
}

export function tokenHash(token: string): string {
  return sha256Hex(token);
}

const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/;

/**
 * Who calls, by the `Authorization` header (RFC 6750, section 2.1). The look-up is by the token's hash, so its timing
 * tells nothing about stored tokens.
 */
export function authenticate(
  header: string | undefined,
  tokens: TokenIndex,
  nowMs: number,
): Result<Principal, TokenRefusalCode> {
  const token = header === undefined ? undefined : BEARER.exec(header)?.[1];
  if (token === undefined) return refuse('token-missing', 'Send "Authorization: Bearer <token>".');
  const record = tokens.get(tokenHash(token));
  if (record === undefined) return refuse('token-unknown', 'The token is not known to this installation.');
  if (record.expiresMs <= nowMs) {
    return refuse('token-expired', 'The token has expired.', `principal ${record.principal.id}`);
  }
  return ok(record.principal);
}
