import type { Signer } from '#domain/signature/ed25519.ts';
import { type KeyName, parseKeyName, type VerifierKey, verifierKey } from './verifier-key.ts';

/** The log that a sequencer writes: its name, and the key that signs for it. */
export interface LogIdentity {
  /** Name of the key, and first line of every checkpoint. */
  readonly origin: KeyName;
  readonly signer: Signer;
  readonly verifier: VerifierKey;
}

/** Hex digits of the key's id that tell one installation's ledger from another's where nobody has named it. */
const DEFAULT_NAME_DIGITS = 16;

/** @param name a key name; by default one that follows from the key, so that no two logs share an origin by oversight */
export function logIdentity(signer: Signer, name?: KeyName): LogIdentity {
  const origin = name ?? defaultOrigin(signer);
  return { origin, signer, verifier: verifierKey('log', origin, signer.publicKey) };
}

function defaultOrigin({ publicKey }: Signer): KeyName {
  const name = parseKeyName(`acgs.local/ledger/${publicKey.id.slice(0, DEFAULT_NAME_DIGITS)}`);
  if (!name.ok) throw new Error('hex digits are a key name');
  return name.value;
}
