import { BUNDLE_PAYLOAD_TYPE } from '#domain/constitution/bundle.ts';
import type { SignerKey, Signers } from '#domain/constitution/sections.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';
import {
  checkSignatures,
  type Envelope,
  envelopePayload,
  parseEnvelope,
  type SignatureFinding,
} from '#domain/signature/dsse.ts';
import { type PublicKey, parsePublicKey } from '#domain/signature/ed25519.ts';

export type SignedByRefusalCode =
  | 'envelope-malformed'
  | 'envelope-type'
  | 'envelope-payload'
  | 'signature-foreign'
  | 'signature-wrong'
  | 'signature-repeated'
  | 'signature-order'
  | 'signatures-too-few';

/**
 * Whether an envelope carries enough signatures over exactly this bundle. Nothing in it is passed over: each signature must be a valid
 * one of another signer, in the order in which the signers are named. So there is one envelope for one set of signatures, and one that
 * was added to, shuffled or made to look like more is refused, although enough good ones may be left in it.
 *
 * @param bytes of the bundle
 * @param envelope as it was found
 * @param signers those that the parent names
 */
export function signedBy(
  bytes: Uint8Array,
  envelope: unknown,
  signers: Signers,
): Result<{ readonly envelope: Envelope; readonly signers: readonly SignerKey[] }, SignedByRefusalCode> {
  const parsed = parseEnvelope(envelope);
  if (!parsed.ok) return parsed;
  if (parsed.value.payloadType !== BUNDLE_PAYLOAD_TYPE) {
    return refuse('envelope-type', `What was signed is "${parsed.value.payloadType}", not a constitution.`);
  }
  if (!Buffer.from(bytes).equals(envelopePayload(parsed.value))) {
    return refuse(
      'envelope-payload',
      'What was signed is not this bundle: the payload of the envelope differs from it.',
    );
  }
  const findings = checkSignatures(parsed.value, keysOf(signers));
  for (const finding of findings) {
    const refused = refusalOf(finding);
    if (refused !== undefined) return refused;
  }
  const places = findings.map(({ keyId }) => keysOf(signers).findIndex(({ id }) => id === keyId));
  if (places.some((place, at) => at > 0 && place <= (places[at - 1] ?? -1))) {
    return refuse('signature-order', 'The signatures are not in the order in which the signers are named.');
  }
  if (places.length < signers.threshold) {
    const { length } = signers.keys;
    return refuse(
      'signatures-too-few',
      `${places.length} of the ${signers.threshold} signatures that are needed (of ${length} signers).`,
    );
  }
  return ok({ envelope: parsed.value, signers: signers.keys.filter((_, place) => places.includes(place)) });
}

/** Their keys, as `checkDocument` has accepted them. */
export function keysOf({ keys }: Signers): readonly PublicKey[] {
  return keys.map(({ name, publicKey }) => {
    const key = parsePublicKey(publicKey);
    if (!key.ok) throw new Error(`the public key of ${name} was accepted and does not parse`);
    return key.value;
  });
}

function refusalOf(finding: SignatureFinding) {
  const keyId = finding.keyId.slice(0, 16);
  switch (finding.kind) {
    case 'valid':
      return undefined;
    case 'foreign':
      return refuse('signature-foreign', `The key ${keyId}… is none of the signers.`);
    case 'invalid':
      return refuse('signature-wrong', `The signature of the key ${keyId}… is not its signature over this bundle.`);
    case 'repeated':
      return refuse('signature-repeated', `The key ${keyId}… has signed twice: that is one signature.`);
    default:
      return never(finding);
  }
}
