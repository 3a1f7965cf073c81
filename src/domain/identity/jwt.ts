import type { JsonObject } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { Signer } from '#domain/signature/ed25519.ts';
import { parseStrictObject } from '#domain/strict-json.ts';

/** Characters of a signed token. Ours have about 600; a proof with its key about as many. */
export const JWT_CHARACTERS_MAX = 4096;

export interface JwtParts {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** What a header must be: nothing that a sender adds to it is ever looked at, so nothing may be added. */
export interface JwtProfile {
  /** Value of `typ`: one kind of token cannot pass for another (RFC 8725, section 3.11). */
  readonly type: string;
  /** Algorithms that are accepted; `none` and the symmetric ones are never among them. */
  readonly algorithms: readonly string[];
  /** Members of the header beside `alg` and `typ`; each must be there. */
  readonly members: readonly string[];
}

const SEGMENT = /^[A-Za-z0-9_-]+$/;

/**
 * Takes a compact JWS (RFC 7515, section 7.1) apart, before anything is computed from it: its size, its form, its one reading,
 * and a header that has exactly the members of the profile. Keys by reference (`jku`, `x5u`), keys in the header of what should
 * be signed by ours (`jwk`, `x5c`), `crit`, `b64` and `zip` all end here. Nothing is verified yet.
 */
export function decodeJwt(text: string, profile: JwtProfile): Result<JwtParts, 'token-malformed'> {
  if (text.length > JWT_CHARACTERS_MAX) return malformed(`has more than ${JWT_CHARACTERS_MAX} characters`);
  const segments = text.split('.');
  const [headerText, claimsText, signature] = segments;
  if (segments.length !== 3 || headerText === undefined || claimsText === undefined || signature === undefined) {
    return malformed('does not have three parts');
  }
  if (!segments.every(isCanonical)) return malformed('is not in canonical base64url');
  const header = parseStrictObject(decodeText(headerText));
  if (!header.ok) return malformed(`has a header that is not plain: ${header.refusal.message}`);
  const claims = parseStrictObject(decodeText(claimsText));
  if (!claims.ok) return malformed(`has claims that are not plain: ${claims.refusal.message}`);
  const wrong = headerProblem(header.value, profile);
  return wrong === undefined ? ok({ header: header.value, claims: claims.value }) : malformed(wrong);
}

function headerProblem(header: JsonObject, { type, algorithms, members }: JwtProfile): string | undefined {
  const { alg, typ } = header;
  if (typeof alg !== 'string' || !algorithms.includes(alg)) return `is not signed with ${algorithms.join(' or ')}`;
  if (typ !== type) return `is not of the type ${type}`;
  const expected = ['alg', 'typ', ...members].sort();
  const found = Object.keys(header).sort();
  return expected.join() === found.join() ? undefined : `does not have exactly ${expected.join(', ')} in its header`;
}

/** The one spelling of its bytes: no spare bits at the end by which a token could have a second text. */
function isCanonical(segment: string): boolean {
  return SEGMENT.test(segment) && Buffer.from(segment, 'base64url').toString('base64url') === segment;
}

function decodeText(segment: string): string {
  return Buffer.from(segment, 'base64url').toString('utf8');
}

function malformed(what: string) {
  return refuse('token-malformed', `The token ${what}.`);
}

/** A compact JWS with an Ed25519 key that its holder keeps: how an agent proves who it is. `alg` is added to the header. */
export function signJwt(header: JsonObject, claims: JsonObject, signer: Signer): string {
  const segment = (part: JsonObject) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${segment({ alg: 'EdDSA', ...header })}.${segment(claims)}`;
  return `${input}.${Buffer.from(signer.sign(Buffer.from(input))).toString('base64url')}`;
}
