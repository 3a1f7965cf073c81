import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkSignatures,
  type Envelope,
  envelopePayload,
  parseEnvelope,
  preAuthEncoding,
  signEnvelope,
} from '#domain/signature/dsse.ts';
import { parsePublicKey, parseSigner, publicKeyBytes, type Signer } from '#domain/signature/ed25519.ts';

/** Keys with a fixed seed: PKCS #8 is this prefix and the seed (RFC 8410, section 7). */
function signerOf(seed: number): Signer {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  const signer = parseSigner(`-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`);
  if (!signer.ok) throw new Error(signer.refusal.message);
  return signer.value;
}

const [ada, ben, eve] = [signerOf(1), signerOf(2), signerOf(3)];
const payload = Buffer.from('{"a":1}');
const envelope = signEnvelope('application/vnd.acgs.test+json', payload, [ada, ben]);

describe('keys', () => {
  it('has the public key of RFC 8032, section 7.1, test 1', () => {
    const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64');
    const signer = parseSigner(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`);
    if (!signer.ok) throw new Error(signer.refusal.message);
    expect(Buffer.from(publicKeyBytes(signer.value.publicKey)).toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    );
    expect(Buffer.from(signer.value.sign(new Uint8Array())).toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });

  it.each([
    ['nothing', ''],
    ['31 bytes', Buffer.alloc(31, 1).toString('base64')],
    ['33 bytes', Buffer.alloc(33, 1).toString('base64')],
    ['base64url', Buffer.alloc(32, 0xff).toString('base64url')],
    ['a blank at the end', `${Buffer.alloc(32, 1).toString('base64')} `],
  ])('refuses %s as a public key', (_name, text) => {
    expect(parsePublicKey(text)).toMatchObject({ ok: false, refusal: { code: 'public-key-malformed' } });
  });

  it.each(['', 'no key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'])(
    'refuses %j as a private key',
    (pem) => {
      expect(parseSigner(pem)).toMatchObject({ ok: false, refusal: { code: 'private-key-malformed' } });
    },
  );
});

describe('envelopes', () => {
  it('encodes what is signed as the protocol shows it', () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('finds what was signed valid, each key once, others foreign', () => {
    expect(checkSignatures(envelope, [ada.publicKey]).map(({ kind }) => kind)).toEqual(['valid', 'foreign']);
    const [first] = envelope.signatures;
    if (first === undefined) throw new Error('it is signed');
    const repeated = { ...envelope, signatures: [first, first] };
    expect(checkSignatures(repeated, [ada.publicKey]).map(({ kind }) => kind)).toEqual(['valid', 'repeated']);
  });

  it('finds a signature under the name of another key invalid', () => {
    const forged = signEnvelope(envelope.payloadType, payload, [eve]);
    const signatures = forged.signatures.map(({ sig }) => ({ keyid: ada.publicKey.id, sig }));
    expect(checkSignatures({ ...forged, signatures }, [ada.publicKey])).toEqual([
      { kind: 'invalid', keyId: ada.publicKey.id },
    ]);
  });

  it('finds no signature valid once a byte of type or payload is another one', () => {
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(envelopePayload(envelope));
        changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
        const tampered = { ...envelope, payload: changed.toString('base64') };
        expect(checkSignatures(tampered, [ada.publicKey, ben.publicKey]).map(({ kind }) => kind)).toEqual([
          'invalid',
          'invalid',
        ]);
      }),
    );
    const retyped = { ...envelope, payloadType: `${envelope.payloadType}x` };
    expect(checkSignatures(retyped, [ada.publicKey])[0]?.kind).toBe('invalid');
  });

  it('reads back what it has written', () => {
    expect(parseEnvelope(JSON.parse(JSON.stringify(envelope)))).toEqual({ ok: true, value: envelope });
  });

  const [signature] = envelope.signatures;
  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['no signatures', { ...envelope, signatures: [] }],
    ['too many signatures', { ...envelope, signatures: Array.from({ length: 65 }, () => signature) }],
    ['an unknown field', { ...envelope, more: 1 }],
    ['a missing field', { payloadType: envelope.payloadType, payload: envelope.payload }],
    ['no type', { ...envelope, payloadType: '' }],
    ['base64url', { ...envelope, payload: '_w==' }],
    ['a signature that is a text', { ...envelope, signatures: ['x'] }],
    ['a signature without a key id', { ...envelope, signatures: [{ sig: signature?.sig }] }],
  ])('refuses %s', (_name, value) => {
    expect(parseEnvelope(value as Envelope)).toMatchObject({ ok: false, refusal: { code: 'envelope-malformed' } });
  });
});
