import { createHmac } from 'node:crypto';
import { isSameSecret } from '#domain/identity/is-same-secret.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Random bytes of an attempt's secret, and of the key that a process makes for all of its attempts. */
export const OPENID_SECRET_BYTES = 32;
/** How long somebody may take at their provider, in milliseconds: with a second factor that has to be found first. */
export const OPENID_ATTEMPT_MS_MAX = 10 * 60_000;
/** Characters of the cookie: the secret, a time, a path of at most 1024 characters in base64url, and a MAC. */
const COOKIE_CHARACTERS_MAX = 2048;
const COOKIE = /^([A-Za-z0-9_-]{43})\.([0-9]{1,16})\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]{43})$/;

/** One way to the provider and back, in one browser. */
export interface OpenidAttempt {
  /** Goes to the provider and back through the browser (RFC 6749, section 10.12). */
  readonly state: string;
  /** Comes back within the ID token (OpenID Connect Core, section 3.1.2.1). */
  readonly nonce: string;
  /** Leaves this server only when the code is redeemed (RFC 7636). */
  readonly codeVerifier: string;
  readonly returnTo: string;
  readonly expiresMs: number;
}

export type OpenidAttemptRefusalCode = 'openid-attempt-over';

interface Kept {
  readonly secret: string;
  readonly beganMs: number;
  readonly returnTo: string;
}

/**
 * An attempt is kept by the browser that makes it and nowhere else: its cookie holds a secret and where to go on to, under a MAC, and
 * everything that the provider gets follows from that secret by a key of this process. So attempts cost no memory, however many
 * somebody begins and leaves, and a cookie alone does not tell its code verifier.
 * @param secret `OPENID_SECRET_BYTES` random bytes, base64url
 * @param key `OPENID_SECRET_BYTES` random bytes that this process made when it started
 */
export function beginOpenidAttempt(kept: Kept, key: Uint8Array): { attempt: OpenidAttempt; cookie: string } {
  const text = [kept.secret, String(kept.beganMs), Buffer.from(kept.returnTo).toString('base64url')].join('.');
  return { attempt: attemptOf(kept, key), cookie: `${text}.${mac(key, `cookie ${text}`)}` };
}

/** The attempt of a cookie, of whatever text: ours, in one piece, and not too long ago. */
export function readOpenidAttempt(
  cookie: string | undefined,
  { key, nowMs }: { readonly key: Uint8Array; readonly nowMs: number },
): Result<OpenidAttempt, OpenidAttemptRefusalCode> {
  if (cookie === undefined || cookie.length > COOKIE_CHARACTERS_MAX) return attemptOver();
  const [, secret, began, returnTo, given] = COOKIE.exec(cookie) ?? [];
  if (secret === undefined || began === undefined || returnTo === undefined || given === undefined)
    return attemptOver();
  if (!isSameSecret(given, mac(key, `cookie ${secret}.${began}.${returnTo}`))) return attemptOver();
  const attempt = attemptOf(
    { secret, beganMs: Number(began), returnTo: Buffer.from(returnTo, 'base64url').toString() },
    key,
  );
  return attempt.expiresMs > nowMs ? ok(attempt) : attemptOver();
}

/** Whether what came back from the provider answers this attempt: exactly one `state`, and this one's. */
export function answersAttempt(answer: URLSearchParams, attempt: OpenidAttempt): boolean {
  const [state, ...more] = answer.getAll('state');
  return state !== undefined && more.length === 0 && isSameSecret(state, attempt.state);
}

function attemptOf({ secret, beganMs, returnTo }: Kept, key: Uint8Array): OpenidAttempt {
  return {
    state: mac(key, `state ${secret}`),
    nonce: mac(key, `nonce ${secret}`),
    codeVerifier: mac(key, `code verifier ${secret}`),
    returnTo,
    expiresMs: beganMs + OPENID_ATTEMPT_MS_MAX,
  };
}

/** 43 characters of base64url: within what RFC 7636, section 4.1, asks of a verifier. */
function mac(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

export function attemptOver() {
  return refuse(
    'openid-attempt-over',
    'This sign-in was not begun in this browser, is used already, or took too long: begin again.',
  );
}
