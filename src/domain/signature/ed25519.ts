import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** An Ed25519 public key (RFC 8032): 32 bytes in base64, as it stands in a constitution, a receipt or a key file. */
export type PublicKeyText = string & { readonly __brand: 'PublicKeyText' };

/** Names a public key: the SHA-256 of its 32 bytes, hex. */
export type KeyId = string & { readonly __brand: 'KeyId' };

export interface PublicKey {
  readonly id: KeyId;
  readonly text: PublicKeyText;
  readonly key: KeyObject;
}

/** Signs with a key that it keeps to itself. Ed25519 is deterministic: no randomness is needed. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** What precedes the 32 bytes in a DER SubjectPublicKeyInfo (RFC 8410, section 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** Refuses everything but the canonical base64 of 32 bytes. */
export function parsePublicKey(text: string): Result<PublicKey, 'public-key-malformed'> {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== PUBLIC_KEY_BYTES || bytes.toString('base64') !== text) {
    return refuse('public-key-malformed', 'An Ed25519 public key is 32 bytes in base64.');
  }
  return ok(publicKeyOfBytes(bytes));
}

/** @param bytes exactly 32 */
export function publicKeyOfBytes(bytes: Uint8Array): PublicKey {
  if (bytes.length !== PUBLIC_KEY_BYTES)
    throw new RangeError(`an Ed25519 public key has 32 bytes, not ${bytes.length}`);
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });
  return {
    id: sha256Hex(bytes) as KeyId, // minted here, and nowhere else
    text: Buffer.from(bytes).toString('base64') as PublicKeyText, // of 32 bytes, as checked
    key,
  };
}

export function publicKeyBytes(publicKey: PublicKey): Uint8Array {
  return Buffer.from(publicKey.text, 'base64');
}

/** @param pem a private key in PKCS #8 (RFC 5958) */
export function parseSigner(pem: string): Result<Signer, 'private-key-malformed'> {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch {
    return refuse('private-key-malformed', 'The private key is not PKCS #8 in PEM.');
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    return refuse('private-key-malformed', 'The private key is not an Ed25519 key.');
  }
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = publicKeyOfBytes(spki.subarray(SPKI_PREFIX.length));
  return ok({ publicKey, sign: (message) => signBytes(null, message, privateKey) });
}

export function isSignedBy(message: Uint8Array, signature: Uint8Array, publicKey: PublicKey): boolean {
  return signature.length === SIGNATURE_BYTES && verifyBytes(null, message, publicKey.key, signature);
}
