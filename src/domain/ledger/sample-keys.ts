import { parseSigner, type Signer } from '#domain/signature/ed25519.ts';
import { type KeyName, parseKeyName, type VerifierKey, type VerifierKind, verifierKey } from './verifier-key.ts';

/** PKCS #8 is this prefix and the seed (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface SampleKey {
  readonly name: KeyName;
  readonly signer: Signer;
  readonly verifier: VerifierKey;
}

/** For tests: a key with a known seed, the same in every run. */
export function sampleKey(kind: VerifierKind, nameText: string, seed: number): SampleKey {
  const seedBytes = Buffer.alloc(32);
  seedBytes.writeUInt32BE(seed);
  const der = Buffer.concat([PKCS8_PREFIX, seedBytes]).toString('base64');
  const signer = parseSigner(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`);
  const name = parseKeyName(nameText);
  if (!signer.ok || !name.ok) throw new Error('a sample key is sound');
  return { name: name.value, signer: signer.value, verifier: verifierKey(kind, name.value, signer.value.publicKey) };
}
