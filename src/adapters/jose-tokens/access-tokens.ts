import { type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import Type, { type Static } from 'typebox';
import Compile from 'typebox/compile';
import type { ProofVerifier } from '#adapters/jose-tokens/proof.ts';
import {
  ACCESS_TOKEN_TTL_MS,
  ACTORS_MAX,
  type AccessToken,
  type AccessTokenRefusalCode,
  type AccessTokenVerifier,
  CLOCK_SKEW_MS,
  type PresentedToken,
  type TokenBinding,
} from '#domain/identity/access-token.ts';
import type { PrincipalRef } from '#domain/identity/identity-event.ts';
import { decodeJwt, type JwtProfile } from '#domain/identity/jwt.ts';
import type { PublishedKeys, TokenKeys } from '#domain/identity/token-keys.ts';
import type { JsonValue } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** RFC 9068. `EdDSA` with our keys means Ed25519 (RFC 8037, section 3.1). */
const PROFILE: JwtProfile = { type: 'at+jwt', algorithms: ['EdDSA'], members: ['kid'] };

const subject = Type.String({ pattern: '^(agent|person):.{1,128}$' });
const Claims = Type.Object({
  iss: Type.String(),
  aud: Type.String(),
  sub: subject,
  act: Type.Optional(Type.Unknown()),
  client_id: Type.String(),
  jti: Type.String({ minLength: 1, maxLength: 64 }),
  iat: Type.Integer(),
  nbf: Type.Integer(),
  exp: Type.Integer(),
  cnf: Type.Optional(
    Type.Union([
      Type.Object({ jkt: Type.String() }, { additionalProperties: false }),
      Type.Object({ 'x5t#S256': Type.String() }, { additionalProperties: false }),
    ]),
  ),
});
const claimsShape = Compile(Claims);
const Act = Type.Object({ sub: subject, act: Type.Optional(Type.Unknown()) }, { additionalProperties: false });
const actShape = Compile(Act);

/** Verified tokens that are remembered: an agent shows the same one for minutes, and a signature costs more than a look-up. */
const VERIFIED_MAX = 10_000;

interface Issuing {
  /** `iss`: this installation, by its public URL. */
  readonly issuer: string;
  readonly nowMs: () => number;
}

export interface TokenGrant {
  readonly subject: PrincipalRef;
  /** As in `AccessToken`. */
  readonly actors: readonly PrincipalRef[];
  /** The agent that asked for it. */
  readonly clientId: string;
  readonly boundTo?: TokenBinding;
  /** No later than this, whatever the usual lifetime. */
  readonly expiresMsMax?: number;
}

export interface IssuedToken {
  readonly text: string;
  readonly token: AccessToken;
}

export function createAccessTokenSigner(deps: Issuing & { readonly keys: TokenKeys; readonly newId: () => string }) {
  return async function sign(grant: TokenGrant): Promise<IssuedToken> {
    const { kid, privateKey } = deps.keys.current();
    // Whole seconds, as the claims are (RFC 7519, section 2).
    const issuedS = Math.floor(deps.nowMs() / 1000);
    const expiresS = Math.min(
      issuedS + ACCESS_TOKEN_TTL_MS / 1000,
      Math.floor((grant.expiresMsMax ?? Number.POSITIVE_INFINITY) / 1000),
    );
    const id = deps.newId();
    const act = actOf(grant.actors);
    const text = await new SignJWT({
      client_id: grant.clientId,
      ...(act === undefined ? {} : { act }),
      ...(grant.boundTo === undefined ? {} : { cnf: confirmationOf(grant.boundTo) }),
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: PROFILE.type, kid })
      .setIssuer(deps.issuer)
      .setAudience(deps.issuer)
      .setSubject(textOf(grant.subject))
      .setJti(id)
      .setIssuedAt(issuedS)
      .setNotBefore(issuedS)
      .setExpirationTime(expiresS)
      .sign(privateKey);
    const { subject: whom, actors, boundTo } = grant;
    return {
      text,
      token: {
        id,
        subject: whom,
        actors,
        ...(boundTo === undefined ? {} : { boundTo }),
        issuedMs: issuedS * 1000,
        expiresMs: expiresS * 1000,
      },
    };
  };
}

/**
 * Verifies access tokens of this installation: their one reading, the key by its name, the signature, every claim, and the
 * proof of the key that they are bound to. Who they stand for is another question (`principalOf`).
 */
export function createAccessTokenVerifier(
  deps: Issuing & { readonly keys: PublishedKeys; readonly proofs: ProofVerifier },
): AccessTokenVerifier {
  const verified = new LRUCache<string, { readonly kid: string; readonly token: AccessToken }>({ max: VERIFIED_MAX });

  async function verifyText(text: string): Promise<Result<AccessToken, AccessTokenRefusalCode>> {
    const nowMs = deps.nowMs();
    const known = verified.get(text);
    if (known !== undefined) {
      // The key may have been forgotten since, and time goes on.
      if ((await deps.keys.find(known.kid)) === undefined)
        return refuse('token-unknown', 'Its key is not in use here.');
      return known.token.expiresMs > nowMs ? ok(known.token) : expired();
    }
    const parts = decodeJwt(text, PROFILE);
    if (!parts.ok) return parts;
    const { kid } = parts.value.header;
    const key = typeof kid === 'string' ? await deps.keys.find(kid) : undefined;
    if (key === undefined) return refuse('token-unknown', 'The token is not signed with a key that is in use here.');
    const claims = await verifySignature(text, key, { issuer: deps.issuer, audience: deps.issuer, nowMs });
    if (!claims.ok) return claims;
    const token = tokenOf(claims.value);
    if (token.ok) verified.set(text, { kid: key.kid, token: token.value });
    return token;
  }

  /** RFC 9449, section 7.1: a token that is bound to a key is no bearer token, whoever has it. */
  async function holdsKey(
    presented: PresentedToken,
    thumbprint: string,
  ): Promise<Result<undefined, 'proof-missing' | 'proof-invalid'>> {
    const { scheme, proof, text, method, path } = presented;
    if (scheme !== 'DPoP' || proof === undefined) {
      return refuse('proof-missing', 'The token is bound to a key: send it as DPoP, with a proof.');
    }
    const proven = await deps.proofs.verify({ proof, method, path, accessToken: text });
    if (!proven.ok) return proven;
    if (proven.value.thumbprint === thumbprint) return ok(undefined);
    return refuse('proof-invalid', 'The DPoP proof is not of the key that the token is bound to.');
  }

  return {
    read: verifyText,
    async verify(presented) {
      const token = await verifyText(presented.text);
      if (!token.ok) return token;
      const { boundTo } = token.value;
      if (presented.scheme === 'DPoP' && boundTo?.kind !== 'key') {
        return refuse('proof-invalid', 'The token is bound to no key: send it as Bearer.');
      }
      if (boundTo === undefined) return token;
      const held =
        boundTo.kind === 'key'
          ? await holdsKey(presented, boundTo.thumbprint)
          : holdsCertificate(presented, boundTo.thumbprint, deps.nowMs());
      return held.ok ? token : held;
    },
  };
}

/** RFC 8705, section 3: the connection must show the very certificate, and it must be good still. */
function holdsCertificate(
  { certificate }: PresentedToken,
  thumbprint: string,
  nowMs: number,
): Result<undefined, 'certificate-missing' | 'certificate-invalid'> {
  if (certificate === undefined) {
    return refuse('certificate-missing', 'The token is bound to a certificate: connect with it.');
  }
  if (certificate.thumbprint !== thumbprint) {
    return refuse('certificate-invalid', 'The token is bound to another certificate.');
  }
  const { distrust, fromMs, untilMs } = certificate;
  if (distrust === undefined && fromMs <= nowMs && nowMs < untilMs) return ok(undefined);
  return refuse('certificate-invalid', 'The certificate is not trusted any more, or not in its time.');
}

function confirmationOf({ kind, thumbprint }: TokenBinding) {
  return kind === 'key' ? { jkt: thumbprint } : { 'x5t#S256': thumbprint };
}

function bindingOf(cnf: NonNullable<Static<typeof Claims>['cnf']>): TokenBinding {
  return 'jkt' in cnf ? { kind: 'key', thumbprint: cnf.jkt } : { kind: 'certificate', thumbprint: cnf['x5t#S256'] };
}

async function verifySignature(
  text: string,
  key: Parameters<typeof jwtVerify>[1] & object,
  expected: { readonly issuer: string; readonly audience: string; readonly nowMs: number },
): Promise<Result<Static<typeof Claims>, AccessTokenRefusalCode>> {
  const options: JWTVerifyOptions = {
    algorithms: [...PROFILE.algorithms],
    typ: PROFILE.type,
    issuer: expected.issuer,
    audience: expected.audience,
    requiredClaims: ['iss', 'aud', 'sub', 'client_id', 'jti', 'iat', 'nbf', 'exp'],
    clockTolerance: CLOCK_SKEW_MS / 1000,
    maxTokenAge: ACCESS_TOKEN_TTL_MS / 1000,
    currentDate: new Date(expected.nowMs),
  };
  try {
    const { payload } = await jwtVerify(text, key, options);
    if (!claimsShape.Check(payload))
      return refuse('token-malformed', 'The token has claims that are not of their form.');
    // The tolerance is for clocks that are behind ours; an expiry of ours is exact.
    return payload.exp * 1000 > expected.nowMs ? ok(payload) : expired();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_JWT_EXPIRED') return expired();
    return refuse('token-unknown', 'The token is not one of this installation.');
  }
}

function tokenOf(claims: Static<typeof Claims>): Result<AccessToken, AccessTokenRefusalCode> {
  const actors: PrincipalRef[] = [];
  for (let act = claims.act; act !== undefined; ) {
    if (!actShape.Check(act) || actors.length === ACTORS_MAX) {
      return refuse('token-malformed', 'The token names too many actors, or one in a form that is not ours.');
    }
    actors.push(refOf(act.sub));
    act = act.act;
  }
  return ok({
    id: claims.jti,
    subject: refOf(claims.sub),
    actors,
    ...(claims.cnf === undefined ? {} : { boundTo: bindingOf(claims.cnf) }),
    issuedMs: claims.iat * 1000,
    expiresMs: claims.exp * 1000,
  });
}

/** RFC 8693, section 4.1: the present actor outside, each earlier one within. */
function actOf(actors: readonly PrincipalRef[]): JsonValue | undefined {
  return actors.reduceRight<JsonValue | undefined>(
    (earlier, actor) => ({ sub: textOf(actor), ...(earlier === undefined ? {} : { act: earlier }) }),
    undefined,
  );
}

function textOf({ kind, id }: PrincipalRef): string {
  return `${kind}:${id}`;
}

function refOf(text: string): PrincipalRef {
  const colon = text.indexOf(':');
  return { kind: text.slice(0, colon) === 'agent' ? 'agent' : 'person', id: text.slice(colon + 1) };
}

function expired() {
  return refuse('token-expired', 'The token has expired.');
}
