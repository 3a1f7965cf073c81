import type { Passkey, PersonCredentials } from '#domain/identity/person-credentials.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { sha256Base64Url } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** COSE algorithms that are accepted (RFC 9053): Ed25519, and ECDSA on P-256, which every authenticator has. The best comes first. */
export const PASSKEY_ALGORITHMS = [-8, -7] as const;

/** What an authenticator sent, of the outer form that the browser's `toJSON` gives it; what is in it is verified elsewhere. */
export interface AuthenticatorAnswer {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject?: string;
    readonly authenticatorData?: string;
    readonly signature?: string;
    readonly userHandle?: string | null;
  };
}

/** Against what an answer is held. */
export interface PasskeyExpectation {
  readonly origins: readonly string[];
  readonly relyingPartyId: string;
  readonly isChallenge: (challenge: string) => boolean;
}

/** Verifies what authenticators send (WebAuthn Level 3, sections 7.1 and 7.2), user verification always required. */
export interface PasskeyVerifier {
  /** The passkey that was made. */
  verifyNew(
    answer: AuthenticatorAnswer,
    expected: PasskeyExpectation,
  ): Promise<Result<{ readonly id: string; readonly publicKey: string; readonly counter: number }, 'passkey-refused'>>;
  /** The counter after this use. */
  verifyUse(
    answer: AuthenticatorAnswer,
    expected: PasskeyExpectation & { readonly passkey: Passkey },
  ): Promise<Result<{ readonly counter: number }, 'passkey-refused'>>;
}

/** WebAuthn's user handle: the same for every passkey of a person, and no name (section 14.6.1). */
export function userHandle(personId: PersonId): string {
  return sha256Base64Url(`acgs-person ${personId}`);
}

/** After a use: counted on. An authenticator that counts and has not is a copy of one (section 6.1.1); 0 does not count. */
export function withUse(
  credentials: PersonCredentials,
  use: { readonly id: string; readonly counter: number; readonly nowMs: number },
): Result<PersonCredentials, 'passkey-refused'> {
  const passkey = credentials.passkeys.find(({ id }) => id === use.id);
  const isBehind = passkey !== undefined && passkey.counter > 0 && use.counter <= passkey.counter;
  if (passkey === undefined || isBehind) return refuse('passkey-refused', 'The passkey is not accepted.');
  const used = { ...passkey, counter: use.counter, usedMs: use.nowMs };
  return ok({ ...credentials, passkeys: credentials.passkeys.map((one) => (one.id === use.id ? used : one)) });
}

export function challengeOf({ response }: AuthenticatorAnswer): string | undefined {
  let data: unknown;
  try {
    data = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  return typeof data === 'object' && data !== null && 'challenge' in data && typeof data.challenge === 'string'
    ? data.challenge
    : undefined;
}
