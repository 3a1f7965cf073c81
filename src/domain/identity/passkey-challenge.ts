import { createHmac, timingSafeEqual } from 'node:crypto';
import type { OwnAddress } from '#domain/identity/own-address.ts';
import { onlyCookie, setCookieHeader } from '#domain/identity/sign-in-cookie.ts';

/** How long somebody may look for their key, in milliseconds (WebAuthn Level 3, section 15.1, recommends five minutes). */
export const CHALLENGE_MS_MAX = 5 * 60_000;
/** Random bytes in a challenge (section 13.4.3: at least 16), and of what binds it to a browser. */
export const CHALLENGE_RANDOM_BYTES = 24;

const EXPIRY_BYTES = 8;
const MAC_BYTES = 32;
const CHALLENGE_BYTES = EXPIRY_BYTES + CHALLENGE_RANDOM_BYTES + MAC_BYTES;
/** 24 bytes in base64url. */
const BROWSER = /^[A-Za-z0-9_-]{32}$/;

/** What a challenge was made for; one for signing in adds no passkey. */
export interface ChallengeUse {
  readonly purpose: 'sign-in' | 'add';
  /** What only this browser shows: a cookie of its own, or its sign-in. */
  readonly browser: string;
}

/**
 * A challenge that is recognised without being kept: its expiry, random bytes, and a MAC over both and its use. So whoever asks for
 * challenges without end takes nobody else's away. That it is used once is for the caller to see, when it is answered rightly.
 * @param given.key of this process, at least 32 random bytes
 */
export function makeChallenge(
  use: ChallengeUse,
  given: { readonly random: Uint8Array; readonly nowMs: number; readonly key: Uint8Array },
): string {
  const head = Buffer.alloc(EXPIRY_BYTES + CHALLENGE_RANDOM_BYTES);
  head.writeBigUInt64BE(BigInt(given.nowMs + CHALLENGE_MS_MAX));
  head.set(given.random, EXPIRY_BYTES);
  return Buffer.concat([head, mac(use, head, given.key)]).toString('base64url');
}

/** Until when a challenge of ours is good for this use, in Unix milliseconds; undefined: it is not. */
export function challengeExpiresMs(
  challenge: string,
  use: ChallengeUse,
  { key, nowMs }: { readonly key: Uint8Array; readonly nowMs: number },
): number | undefined {
  const bytes = Buffer.from(challenge, 'base64url');
  if (bytes.length !== CHALLENGE_BYTES || bytes.toString('base64url') !== challenge) return undefined;
  const head = bytes.subarray(0, CHALLENGE_BYTES - MAC_BYTES);
  if (!timingSafeEqual(bytes.subarray(CHALLENGE_BYTES - MAC_BYTES), mac(use, head, key))) return undefined;
  const expiresMs = Number(head.readBigUInt64BE());
  return nowMs < expiresMs ? expiresMs : undefined;
}

function mac({ purpose, browser }: ChallengeUse, head: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${purpose} ${browser} `).update(head).digest();
}

/** Nobody is sent here from elsewhere between the challenge and its answer: `Strict` would do, `Lax` is what all our cookies have. */
export function setPasskeyCookie(address: OwnAddress, browser: string): string {
  return setCookieHeader(address, { name: nameOf(address), value: browser, seconds: CHALLENGE_MS_MAX / 1000 });
}

export function passkeyCookieOf(header: string | undefined, address: OwnAddress): string | undefined {
  const browser = onlyCookie(header, nameOf(address));
  return browser !== undefined && BROWSER.test(browser) ? browser : undefined;
}

function nameOf({ isHttps }: OwnAddress): string {
  return isHttps ? '__Host-acgs-passkey' : 'acgs-passkey';
}
