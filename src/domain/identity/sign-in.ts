import type { Directory } from '#domain/identity/directory.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import type { PersonId, Principal } from '#domain/identity/principal.ts';
import type { TokenIndex } from '#domain/identity/token.ts';
import { sha256Base64Url, sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** How a person signed in. `token`: with an opaque token, which the terminal of the first start printed. */
export const SIGN_IN_WAYS = ['passkey', 'password', 'openid', 'token'] as const;
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

/** Random bytes of what the cookie holds: nothing to guess, so a plain hash of it is enough. */
export const SIGN_IN_BYTES = 32;
/** A working day, whatever is done meanwhile, in milliseconds (NIST SP 800-63B-4, section 2.2.3, asks for at most 24 hours). */
export const SIGN_IN_MS_MAX = 12 * 60 * 60_000;
/** Without a request for so long, in milliseconds, it is over (the same section: at most one hour). */
export const SIGN_IN_IDLE_MS_MAX = 60 * 60_000;

/** What a cookie stands for: one browser in which a person has proven who they are. Times are Unix milliseconds. */
export interface SignIn {
  /** SHA-256 of the cookie's secret, hex: the secret itself is kept nowhere. */
  readonly sha256: string;
  readonly personId: PersonId;
  /** Roles that the person had when it began. */
  readonly roles: readonly string[];
  readonly way: SignInWay;
  readonly beganMs: number;
  readonly usedMs: number;
  /** Of `token`: the token's hash. The sign-in is worth what that token is worth. */
  readonly tokenSha256?: string;
  /** Of `openid`, where the provider names it: its own session in this browser (`sid`), by which it may end this. */
  readonly openidSession?: string;
}

/** A sign-in as one request showed it. */
export interface ShownSignIn {
  readonly sha256: string;
  readonly personId: PersonId;
  readonly way: SignInWay;
  readonly beganMs: number;
  /** What a request that changes something has to repeat in the header `acgs-csrf`. */
  readonly csrf: string;
  /** When it is over if nothing is done with it. */
  readonly expiresMs: number;
}

export type SignInRefusalCode = 'sign-in-over' | 'person-suspended';

export function signInHash(secret: string): string {
  return sha256Hex(secret);
}

/** Follows from the secret, so nothing more is kept; the secret does not follow from it, so a page may hold it. */
export function csrfToken(secret: string): string {
  return sha256Base64Url(`acgs-csrf ${secret}`);
}

export function signInExpiresMs({ beganMs, usedMs }: SignIn): number {
  return Math.min(beganMs + SIGN_IN_MS_MAX, usedMs + SIGN_IN_IDLE_MS_MAX);
}

/**
 * Who a sign-in stands for at this moment. What the directory says goes before, as with tokens. Roles that are others than when it
 * began end it: what somebody got hold of as a reader's must not become a maintainer's (OWASP: renewed at each change of privilege).
 */
export function personOfSignIn(
  signIn: SignIn,
  known: { readonly directory: Directory; readonly tokens: TokenIndex; readonly nowMs: number },
): Result<Principal & { readonly kind: 'person' }, SignInRefusalCode> {
  const { nowMs, directory } = known;
  if (signInExpiresMs(signIn) <= nowMs) return over('It has been too long: sign in again.');
  const token = signIn.tokenSha256 === undefined ? undefined : known.tokens.get(signIn.tokenSha256);
  if (signIn.tokenSha256 !== undefined && (token === undefined || token.expiresMs <= nowMs)) {
    return over('The token that this sign-in was made with is not good any more.');
  }
  const person = directory.person(signIn.personId);
  // Without a person in the directory only a token says who somebody is.
  if (person === undefined && token === undefined) return over('There is no such person any more.');
  if (person?.status === 'suspended') return refuse('person-suspended', `${person.id} is suspended.`);
  const now = person?.roles ?? (token?.principal.kind === 'person' ? token.principal.roles : []);
  if (now.join() !== signIn.roles.join()) return over('Your roles have changed: sign in again.');
  return ok({ kind: 'person', id: signIn.personId, roles: now });
}

function over(message: string) {
  return refuse('sign-in-over', message);
}

/** Whose sign-ins and logins end by what has happened, for good: whoever is reinstated, or gets a role back, signs in again. */
export function whoIsOut(event: IdentityEvent): PersonId | undefined {
  return event.kind === 'person-status-set' || event.kind === 'person-roles-set' || event.kind === 'person-regrouped'
    ? event.personId
    : undefined;
}

/** Recognises the person behind a request by its cookie: what the guard needs of the identity service. */
export interface SignInRecogniser {
  /** Undefined: the request shows no sign-in. */
  recognise(request: RequestMarks): Result<RecognisedSignIn, SignInRefusalCode | 'csrf-refused'> | undefined;
}

export interface RecognisedSignIn {
  readonly principal: Principal;
  readonly signIn: ShownSignIn;
  /** Who it stands for at a later moment, for an answer that goes on; asking is no use of it. */
  readonly byNow: () => Result<Principal, SignInRefusalCode>;
}

/** What tells a page of ours from any other. Headers that were not sent are undefined. */
export interface RequestMarks {
  readonly method: string;
  readonly cookie: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site` (W3C Fetch Metadata): set by the browser, and by no page. */
  readonly fetchSite: string | undefined;
  readonly csrf: string | undefined;
}
