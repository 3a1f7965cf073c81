import { signJwt } from '#domain/identity/jwt.ts';
import { sha256Base64Url } from '#domain/json.ts';
import { publicKeyBytes, type Signer } from '#domain/signature/ed25519.ts';

/** Seconds for which an assertion is good: one request. */
const ASSERTION_S = 30;

/** One request's time and a random id of its own. */
export interface Occasion {
  readonly nowMs: number;
  readonly id: string;
}

/** A proof that the caller holds the key (DPoP, RFC 9449, section 4.2); with an access token, that it is shown by its holder. */
export function makeProof(
  signer: Signer,
  given: Occasion & { readonly method: string; readonly url: string; readonly accessToken?: string },
): string {
  const x = Buffer.from(publicKeyBytes(signer.publicKey)).toString('base64url');
  return signJwt(
    { typ: 'dpop+jwt', jwk: { kty: 'OKP', crv: 'Ed25519', x } },
    {
      ...{ jti: given.id, htm: given.method, htu: given.url, iat: seconds(given.nowMs) },
      ...(given.accessToken === undefined ? {} : { ath: sha256Base64Url(given.accessToken) }),
    },
    signer,
  );
}

/** An agent says by its key that it is this agent (RFC 7523, section 3), to one installation only. */
export function makeAssertion(
  signer: Signer,
  given: Occasion & { readonly agentId: string; readonly issuer: string },
): string {
  const iat = seconds(given.nowMs);
  return signJwt(
    { typ: 'client-authentication+jwt' },
    { iss: given.agentId, sub: given.agentId, aud: given.issuer, jti: given.id, iat, exp: iat + ASSERTION_S },
    signer,
  );
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
