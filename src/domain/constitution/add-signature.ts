import { BUNDLE_PAYLOAD_TYPE } from '#domain/constitution/bundle.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import { keysOf, type SignedByRefusalCode, signedBy } from '#domain/constitution/signed-by.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { type Envelope, parseEnvelope, signEnvelope } from '#domain/signature/dsse.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

/**
 * Adds one signer's signature over a bundle to those that others have given, in the order in which the signers are named: the order
 * in which people sign does not matter. What is there already must be sound, and signing twice changes nothing.
 *
 * @param envelope of the others, as it was found; undefined for the first
 * @param signers those whom the parent names
 */
export function addSignature(
  bytes: Uint8Array,
  envelope: unknown,
  signer: Signer,
  signers: Signers,
): Result<Envelope, SignedByRefusalCode> {
  const own = signEnvelope(BUNDLE_PAYLOAD_TYPE, bytes, [signer]);
  const order = keysOf(signers).map(({ id }) => id as string); // compared with key ids as they were found
  if (!order.includes(signer.publicKey.id)) {
    return refuse('signature-foreign', `The key ${signer.publicKey.id.slice(0, 16)}… is none of the signers.`);
  }
  if (envelope === undefined) return ok(own);
  // One is enough here: whether there are enough is asked when it is handed in.
  const sound = signedBy(bytes, envelope, { ...signers, threshold: 1 });
  if (!sound.ok) return sound;
  const parsed = parseEnvelope(envelope);
  if (!parsed.ok) return parsed;
  const others = parsed.value.signatures.filter(({ keyid }) => keyid !== signer.publicKey.id);
  const signatures = [...others, ...own.signatures].toSorted((a, b) => order.indexOf(a.keyid) - order.indexOf(b.keyid));
  return ok({ ...own, signatures });
}
