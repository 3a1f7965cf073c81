import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import Type from 'typebox';
import Compile from 'typebox/compile';
import { CLOCK_SKEW_MS } from '#domain/identity/access-token.ts';
import { decodeJwt, type JwtProfile } from '#domain/identity/jwt.ts';
import type { ReplayCache } from '#domain/identity/replay-cache.ts';
import { sha256Base64Url } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** How old a proof may be, in milliseconds: long enough for the way, too short to be kept for later. */
const PROOF_AGE_MS_MAX = 60_000;

/** Keys of callers. ES256 is what browsers and key stores of machines can make without ever giving the key out. */
const PROFILE: JwtProfile = { type: 'dpop+jwt', algorithms: ['EdDSA', 'ES256'], members: ['jwk'] };

const coordinate = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
/** Public members only: whoever sends a private key has lost it. */
const ProofHeader = Type.Object({
  alg: Type.String(),
  jwk: Type.Union([
    Type.Object(
      { kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: coordinate },
      { additionalProperties: false },
    ),
    Type.Object(
      { kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: coordinate, y: coordinate },
      { additionalProperties: false },
    ),
  ]),
});
const ProofClaims = Type.Object({
  jti: Type.String({ minLength: 8, maxLength: 128 }),
  htm: Type.String(),
  htu: Type.String({ maxLength: 2048 }),
  iat: Type.Number(),
  ath: Type.Optional(Type.String()),
});
const header = Compile(ProofHeader);
const claims = Compile(ProofClaims);

export interface ProvenKey {
  /** RFC 7638. */
  readonly thumbprint: string;
  /** Of an Ed25519 key: 32 bytes in base64url. */
  readonly ed25519: string | undefined;
}

export interface ProofVerifier {
  /** `accessToken`: the token that the proof goes with; absent where a token is asked for. */
  verify(given: {
    readonly proof: string;
    readonly method: string;
    readonly path: string;
    readonly accessToken?: string;
  }): Promise<Result<ProvenKey, 'proof-invalid'>>;
}

/** Proofs that the caller holds a key (DPoP, RFC 9449, section 4.3), each used once. */
export function createProofVerifier(deps: {
  /** How callers reach this server: scheme, host and port of `htu`. */
  readonly publicUrl: string;
  readonly replays: ReplayCache;
  readonly nowMs: () => number;
}): ProofVerifier {
  const origin = new URL(deps.publicUrl).origin;
  return {
    async verify({ proof, method, path, accessToken }) {
      const nowMs = deps.nowMs();
      const parts = decodeJwt(proof, PROFILE);
      if (!parts.ok) return invalid(parts.refusal.message);
      if (!header.Check(parts.value.header) || !claims.Check(parts.value.claims)) {
        return invalid('It lacks a member, or has one that is not of its form.');
      }
      const { jti, htm, htu, iat, ath } = parts.value.claims;
      const { jwk } = parts.value.header;
      if (htm !== method) return invalid('It is for another method.');
      if (!isFor(htu, origin, path)) return invalid('It is for another URL.');
      const ageMs = nowMs - iat * 1000;
      if (ageMs > PROOF_AGE_MS_MAX || ageMs < -CLOCK_SKEW_MS) return invalid('It is too old, or from the future.');
      if (accessToken !== undefined && ath !== sha256Base64Url(accessToken)) {
        return invalid('It is for another access token.');
      }
      try {
        await jwtVerify(proof, EmbeddedJWK, {
          algorithms: [...PROFILE.algorithms],
          typ: PROFILE.type,
          currentDate: new Date(nowMs),
        });
      } catch {
        return invalid('Its signature is not right.');
      }
      const thumbprint = await calculateJwkThumbprint(jwk);
      // Last, so that only proofs of whoever holds the key are remembered.
      if (!deps.replays.claim(`${thumbprint} ${jti}`, iat * 1000 + PROOF_AGE_MS_MAX + 1, nowMs)) {
        return invalid('It was used before.');
      }
      return ok({ thumbprint, ed25519: jwk.kty === 'OKP' ? jwk.x : undefined });
    },
  };
}

/** RFC 9449, section 4.3: without query and fragment, after normalisation. */
function isFor(htu: string, origin: string, path: string): boolean {
  if (!URL.canParse(htu)) return false;
  const url = new URL(htu);
  return url.origin === origin && url.pathname === path;
}

function invalid(why: string) {
  return refuse('proof-invalid', `The DPoP proof is not accepted. ${why}`);
}
