import { ok, type Result, refuse } from '#domain/result.ts';
import { isSignedBy, type KeyId, type PublicKey, type Signer } from '#domain/signature/ed25519.ts';

/**
 * A DSSE envelope (Dead Simple Signing Envelope, version 1.0.2, "Envelope"): the payload and who signed it, as JSON. Any tool that
 * knows DSSE can check it. `keyid` is ours (`KeyId`); as the specification asks, it only says which key to try.
 */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

export type EnvelopeRefusalCode = 'envelope-malformed';

/** Signatures of one envelope: no constitution has more signers. */
export const SIGNATURES_MAX = 64;

/** What is signed (DSSE protocol, "PAE"): lengths are in the text, so that no two pairs of type and payload give the same bytes. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

export function signEnvelope(payloadType: string, payload: Uint8Array, signers: readonly Signer[]): Envelope {
  const message = preAuthEncoding(payloadType, payload);
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: signers.map((signer) => ({
      keyid: signer.publicKey.id,
      sig: Buffer.from(signer.sign(message)).toString('base64'),
    })),
  };
}

/** Refuses what is not exactly an envelope: other fields, base64 that is not canonical, no signature, or too many. */
export function parseEnvelope(value: unknown): Result<Envelope, EnvelopeRefusalCode> {
  if (!isRecord(value, ['payloadType', 'payload', 'signatures'])) return malformed('its fields are not those of DSSE');
  const { payloadType, payload, signatures } = value;
  if (typeof payloadType !== 'string' || payloadType === '') return malformed('it has no payload type');
  if (!isBase64(payload)) return malformed('its payload is not base64');
  if (!Array.isArray(signatures) || signatures.length === 0) return malformed('it carries no signature');
  if (signatures.length > SIGNATURES_MAX) return malformed(`it carries more than ${SIGNATURES_MAX} signatures`);
  const parsed: { keyid: string; sig: string }[] = [];
  const found: readonly unknown[] = signatures;
  for (const signature of found) {
    if (!isRecord(signature, ['keyid', 'sig'])) return malformed('a signature is not a key id and a signature');
    const { keyid, sig } = signature;
    if (typeof keyid !== 'string' || !isBase64(sig)) return malformed('a signature is not in base64');
    parsed.push({ keyid, sig });
  }
  return ok({ payloadType, payload, signatures: parsed });
}

export type SignatureFinding =
  | { readonly kind: 'valid'; readonly keyId: KeyId }
  /** By a key that is not among those asked for. */
  | { readonly kind: 'foreign'; readonly keyId: string }
  /** Names a known key, and is not its signature over this payload. */
  | { readonly kind: 'invalid'; readonly keyId: KeyId }
  /** A second signature of the same key. */
  | { readonly kind: 'repeated'; readonly keyId: KeyId };

/** Checks each signature against the key that it names; what follows from the findings is for the caller. In the envelope's order. */
export function checkSignatures(envelope: Envelope, keys: readonly PublicKey[]): readonly SignatureFinding[] {
  const message = preAuthEncoding(envelope.payloadType, envelopePayload(envelope));
  const byId = new Map<string, PublicKey>(keys.map((key) => [key.id, key]));
  const seen = new Set<KeyId>();
  return envelope.signatures.map(({ keyid, sig }): SignatureFinding => {
    const key = byId.get(keyid);
    if (key === undefined) return { kind: 'foreign', keyId: keyid };
    if (!isSignedBy(message, Buffer.from(sig, 'base64'), key)) return { kind: 'invalid', keyId: key.id };
    if (seen.has(key.id)) return { kind: 'repeated', keyId: key.id };
    seen.add(key.id);
    return { kind: 'valid', keyId: key.id };
  });
}

export function envelopePayload(envelope: Envelope): Uint8Array {
  return Buffer.from(envelope.payload, 'base64');
}

function malformed(why: string) {
  return refuse('envelope-malformed', `This is not a DSSE envelope: ${why}.`);
}

function isRecord(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const found = Object.keys(value);
  return found.length === names.length && names.every((name) => found.includes(name));
}

function isBase64(value: unknown): value is string {
  return typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value;
}
