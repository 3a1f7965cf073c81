import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { AuthenticatorAnswer } from '#domain/identity/passkey.ts';

/** What a test may have the authenticator, or the browser around it, get wrong. */
export interface Spoilt {
  readonly origin?: string;
  readonly relyingPartyId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** Bits of the authenticator data: 1 user present, 4 user verified, 64 attested credential. */
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string;
}

const PRESENT_AND_VERIFIED = 0x05;
const ATTESTED = 0x40;

/**
 * An authenticator with its browser, in software, for tests: it makes the bytes that real ones make (WebAuthn Level 3, sections 6.1
 * and 6.5, attestation "none"), with a key of its own. Each passkey has one.
 */
export function createSampleAuthenticator(given: {
  readonly algorithm: 'ES256' | 'EdDSA';
  readonly origin: string;
  readonly relyingPartyId: string;
}) {
  const { algorithm } = given;
  const { publicKey, privateKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const id = randomBytes(32);
  let counter = 0;
  let owner = '';

  function clientData(type: string, challenge: string, spoilt: Spoilt): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: spoilt.type ?? type,
        challenge: spoilt.challenge ?? challenge,
        origin: spoilt.origin ?? given.origin,
        crossOrigin: spoilt.crossOrigin ?? false,
      }),
    );
  }

  function authenticatorData(spoilt: Spoilt, flags: number, attested = Buffer.alloc(0)): Buffer {
    const head = Buffer.alloc(5);
    head.writeUInt8(spoilt.flags ?? flags);
    head.writeUInt32BE(spoilt.counter ?? counter, 1);
    return Buffer.concat([sha256(spoilt.relyingPartyId ?? given.relyingPartyId), head, attested]);
  }

  function signed(data: Buffer): Buffer {
    return sign(algorithm === 'ES256' ? 'sha256' : null, data, privateKey);
  }

  function answer(response: AuthenticatorAnswer['response']): AuthenticatorAnswer {
    return { id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key', response };
  }

  return {
    id: id.toString('base64url'),
    /** `navigator.credentials.create()` */
    create(options: { readonly challenge: string; readonly user: { readonly id: string } }, spoilt: Spoilt = {}) {
      owner = options.user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey)]);
      const authData = authenticatorData(spoilt, PRESENT_AND_VERIFIED | ATTESTED, attested);
      const attestation = cbor(
        new Map<string, CborValue>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authData],
        ]),
      );
      return answer({
        clientDataJSON: clientData('webauthn.create', options.challenge, spoilt).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      });
    },
    /** `navigator.credentials.get()` */
    get(options: { readonly challenge: string }, spoilt: Spoilt = {}) {
      counter += 1;
      const client = clientData('webauthn.get', options.challenge, spoilt);
      const data = authenticatorData(spoilt, PRESENT_AND_VERIFIED);
      return answer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signed(Buffer.concat([data, sha256(client)])).toString('base64url'),
        userHandle: spoilt.userHandle ?? owner,
      });
    },
  };
}

/** RFC 9053, sections 7.1.1 and 7.2: the public key as COSE writes it. */
function coseKey(key: KeyObject): Buffer {
  const { kty, x = '', y } = key.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  return cbor(
    kty === 'EC'
      ? new Map<number, CborValue>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, bytes(x)],
          [-3, bytes(y ?? '')],
        ])
      : new Map<number, CborValue>([
          [1, 1],
          [3, -8],
          [-1, 6],
          [-2, bytes(x)],
        ]),
  );
}

type CborValue = number | string | Buffer | ReadonlyMap<number | string, CborValue>;

/** RFC 8949, section 3: what attestations need of it. */
function cbor(value: CborValue): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.of((major << 5) | length);
  if (length < 256) return Buffer.of((major << 5) | 24, length);
  const bytes = Buffer.alloc(3);
  bytes.writeUInt8((major << 5) | 25);
  bytes.writeUInt16BE(length, 1);
  return bytes;
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
