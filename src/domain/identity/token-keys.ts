import type { KeyObject } from 'node:crypto';

/** An Ed25519 public key as it is published (RFC 7517, RFC 8037). */
export interface PublishedKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  /** 32 bytes, base64url. */
  readonly x: string;
  /** RFC 7638 thumbprint of the key: a name that cannot be given to another one. */
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** How long a key signs, in milliseconds, until the next one takes over. */
export const SIGNING_KEY_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * How long a key is published before it signs, in milliseconds: whoever keeps the published keys for a minute, as they are told they
 * may, knows it by then, and so does a node that was away for a moment.
 */
export const PUBLISHED_AHEAD_MS = 10 * 60 * 1000;

/** Whether the next key has to be published now, so that it takes over in time. `newestSinceMs`: from when the newest one signs. */
export function isSigningKeyDue(newestSinceMs: number, nowMs: number): boolean {
  return nowMs >= newestSinceMs + SIGNING_KEY_MS - PUBLISHED_AHEAD_MS;
}

/** What a verifier needs of the keys that sign access tokens. */
export interface PublishedKeys {
  /** The key of this name, while tokens that it signed may still be good. */
  find(kid: string): Promise<PublishedKey | undefined>;
}

/**
 * The keys that sign access tokens: one signs; the next is published before it does, and those before it until their last token has
 * expired.
 */
export interface TokenKeys extends PublishedKeys {
  published(): readonly PublishedKey[];
  current(): { readonly kid: string; readonly sinceMs: number; readonly privateKey: KeyObject };
  /** From when the newest key signs; it may be published already and not sign yet. */
  newestSinceMs(): number;
  /**
   * A new key signs once it was published for long enough; one that waits for that already is the new one. `forget`: the earlier ones
   * are known to others, so it signs now, and what they signed is worth nothing.
   */
  rotate(options: { readonly forget: boolean }): Promise<{ readonly kid: string; readonly sinceMs: number }>;
  /** Destroys keys that are not published any more. */
  tidy(): Promise<void>;
}
