import { hash as digestOf } from 'node:crypto';
import { ok, type Result, refuse } from '#domain/result.ts';
import { type PublicKey, publicKeyBytes, publicKeyOfBytes } from '#domain/signature/ed25519.ts';
import { decodeBase64 } from './text.ts';

/** Names a signer in signature lines: a URL without scheme, such as `acgs.example/ledger`. */
export type KeyName = string & { readonly __brand: 'KeyName' };

/**
 * What a note may be signed with (C2SP signed-note, Signature types): a log signs the text of a note, a witness signs it
 * together with the time. The type is hashed into the key's id, so that one key cannot pass for the other kind.
 */
export type VerifierKind = 'log' | 'witness';

export interface VerifierKey {
  readonly kind: VerifierKind;
  readonly name: KeyName;
  /** 4 bytes, hex. With the name it says which key made a signature; it proves nothing. */
  readonly id: string;
  readonly publicKey: PublicKey;
}

const TYPE_BYTES: Readonly<Record<VerifierKind, number>> = { log: 0x01, witness: 0x04 };
const KEY_ID_BYTES = 4;

/** Longer ones are of no use to anybody, and every signature line repeats the name. */
const KEY_NAME_BYTES_MAX = 255;

/** Refuses an empty name, and one with Unicode spaces, control characters or a plus (C2SP signed-note, Format). */
export function parseKeyName(text: string): Result<KeyName, 'key-name-invalid'> {
  if (text === '' || Buffer.byteLength(text) > KEY_NAME_BYTES_MAX || !isKeyNameText(text)) {
    return refuse(
      'key-name-invalid',
      `A key name has 1 to ${KEY_NAME_BYTES_MAX} bytes, no spaces, no control characters, no "+".`,
    );
  }
  return ok(text as KeyName); // checked just now
}

function isKeyNameText(text: string): boolean {
  return text.isWellFormed() && !/[+\p{White_Space}\p{Cc}]/u.test(text);
}

export function verifierKey(kind: VerifierKind, name: KeyName, publicKey: PublicKey): VerifierKey {
  const material = Buffer.concat([
    Buffer.from(`${name}\n`),
    Buffer.from([TYPE_BYTES[kind]]),
    publicKeyBytes(publicKey),
  ]);
  const id = digestOf('sha256', material, 'buffer').subarray(0, KEY_ID_BYTES).toString('hex');
  return { kind, name, id, publicKey };
}

/** A verifier key as it is handed from person to person: `<name>+<id>+<base64 of type and public key>`, a *vkey*. */
export function verifierKeyText({ kind, name, id, publicKey }: VerifierKey): string {
  const material = Buffer.concat([Buffer.from([TYPE_BYTES[kind]]), publicKeyBytes(publicKey)]);
  return `${name}+${id}+${material.toString('base64')}`;
}

/** Refuses another form, another type, and an id that is not that of name and key: a slip of the hand must not pass. */
export function parseVerifierKey(
  text: string,
): Result<VerifierKey, 'verifier-key-malformed' | 'verifier-key-unsupported'> {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text);
  const name = parseKeyName(match?.[1] ?? '');
  const material = decodeBase64(match?.[3] ?? '');
  if (!name.ok || material === undefined) {
    return refuse('verifier-key-malformed', 'A verifier key has the form <name>+<8 hex digits>+<base64>.');
  }
  const kind = material[0] === TYPE_BYTES.log ? 'log' : material[0] === TYPE_BYTES.witness ? 'witness' : undefined;
  if (kind === undefined || material.length !== 33) {
    return refuse(
      'verifier-key-unsupported',
      `The key of ${name.value} is neither Ed25519 (1) nor an Ed25519 cosigner (4).`,
    );
  }
  const key = verifierKey(kind, name.value, publicKeyOfBytes(material.subarray(1)));
  if (key.id !== match?.[2]) {
    return refuse('verifier-key-malformed', `The key id of ${name.value} is ${key.id}, not ${match?.[2]}.`);
  }
  return ok(key);
}
