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

/** What a verifier needs of the keys that sign access tokens. */
export interface PublishedKeys {
  /** The key of this name, while tokens that it signed may still be good. */
  find(kid: string): Promise<PublishedKey | undefined>;
}

/** The keys that sign access tokens: one signs, and those before it are published until their last token has expired. */
export interface TokenKeys extends PublishedKeys {
  published(): readonly PublishedKey[];
  current(): { readonly kid: string; readonly sinceMs: number; readonly privateKey: KeyObject };
  /** A new key signs from now on. `forget`: the earlier ones are known to others, and what they signed is worth nothing. */
  rotate(options: { readonly forget: boolean }): Promise<{ readonly kid: string }>;
}
