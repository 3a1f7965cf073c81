import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { OPENID_CLOCK_SKEW_MS } from '#domain/identity/openid-provider.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { parseStrictObject } from '#domain/strict-json.ts';

/** With a public key, and one that is still thought strong. Never `none`; never a shared secret, which a verifier could sign with. */
export const SIGNING_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** What is signed for a sign-in or a logout is signed just now, in milliseconds: nothing that is older is of one. */
const AGE_MS_MAX = 10 * 60_000;
/** OpenID Connect Core, section 2. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

export interface SignedProfile {
  readonly issuer: string;
  readonly clientId: string;
  /** Lower-case values of `typ` that it may have besides none at all. */
  readonly types: readonly string[];
  readonly claims: readonly string[];
  readonly nowMs: number;
}

/**
 * Verifies a token that the provider has signed: its one reading, an algorithm from the list, a key of the provider's, and whom it is
 * by, for whom, and of when. What fails is told in words that contain nothing of the token.
 * @throws what `keys` throws when the provider cannot be asked for them
 */
export async function verifySigned(
  text: string,
  keys: JWTVerifyGetKey,
  profile: SignedProfile,
): Promise<Result<JWTPayload, 'openid-token-refused'>> {
  // Two readers of one text must not understand it differently, so no key may be there twice.
  const plain = text.split('.', 2).map((part) => parseStrictObject(Buffer.from(part, 'base64url').toString()));
  const [header, claims] = plain;
  if (header?.ok !== true || claims?.ok !== true) return refused('it is not a signed token of plain JSON');
  const { typ } = header.value;
  if (typ !== undefined && !profile.types.includes(String(typ).toLowerCase())) return refused('its type is another');
  try {
    const { payload } = await jwtVerify(text, keys, {
      algorithms: [...SIGNING_ALGORITHMS],
      issuer: profile.issuer,
      audience: profile.clientId,
      requiredClaims: ['iss', 'aud', 'exp', 'iat', ...profile.claims],
      clockTolerance: OPENID_CLOCK_SKEW_MS / 1000,
      maxTokenAge: AGE_MS_MAX / 1000,
      currentDate: new Date(profile.nowMs),
    });
    const { sub } = payload;
    if (sub !== undefined && !SUBJECT.test(sub)) return refused('its subject is none');
    return ok(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError) return refused(error.code);
    throw error;
  }
}

function refused(why: string) {
  return refuse('openid-token-refused', 'The token of the provider is not to be believed.', why);
}
