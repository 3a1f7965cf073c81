import { isSignedBy, SIGNATURE_BYTES, type Signer } from '#domain/signature/ed25519.ts';
import type { NoteSignature } from './signed-note.ts';
import { TREE_SIZE_MAX } from './tile.ts';
import { type KeyName, type VerifierKey, verifierKey } from './verifier-key.ts';

const TIME_BYTES = 8;

/**
 * A witness's statement that, at this time, the checkpoint is the largest of its log that it has seen, and consistent with
 * all before it (C2SP tlog-cosignature, Ed25519 signed message). The extension lines are signed along, and vouched for by nobody.
 * @param text of the checkpoint's note
 */
export function cosign(text: string, name: KeyName, signer: Signer, timeSeconds: number): NoteSignature {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(timeSeconds));
  const signature = Buffer.concat([time, signer.sign(cosignedMessage(text, timeSeconds))]);
  return { name, keyId: verifierKey('witness', name, signer.publicKey).id, signature };
}

/** The time of a right cosignature, in seconds since 1970; undefined for one that is not right. */
export function cosignatureTime(text: string, { signature }: NoteSignature, key: VerifierKey): number | undefined {
  if (key.kind !== 'witness' || signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const time = signature.readBigUInt64BE(0);
  if (time > BigInt(TREE_SIZE_MAX)) return undefined;
  const timeSeconds = Number(time);
  const isRight = isSignedBy(cosignedMessage(text, timeSeconds), signature.subarray(TIME_BYTES), key.publicKey);
  return isRight ? timeSeconds : undefined;
}

function cosignedMessage(text: string, timeSeconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${timeSeconds}\n${text}`);
}
