import { canonicalJson, type JsonObject } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { type Envelope, parseEnvelope, signEnvelope } from '#domain/signature/dsse.ts';
import type { Signer } from '#domain/signature/ed25519.ts';
import {
  RECEIPT_PAYLOAD_TYPE,
  RECEIPT_PREDICATE_TYPE,
  type Receipt,
  STATEMENT_TYPE,
  SUBJECT_NAME,
} from './statement.ts';

/** Bytes of a receipt's file: a decision with a thousand reasons stays below. */
export const RECEIPT_BYTES_MAX = 4 * 1024 * 1024;

const FORMAT = 'acgs-receipt-v1';

/** A receipt as it is handed on: the signed statement and, once the record is in the ledger, the proof of that. */
export interface ReceiptFile {
  readonly format: typeof FORMAT;
  readonly envelope: Envelope;
  /** C2SP tlog-proof of the record's ledger entry. */
  readonly proof?: string;
}

/** Signs a receipt: an in-toto statement in its RFC 8785 form, in a DSSE envelope. */
export function signReceipt(receipt: Receipt, signer: Signer, proof?: string): ReceiptFile {
  const payload = Buffer.from(canonicalJson(statementOf(receipt)));
  const envelope = signEnvelope(RECEIPT_PAYLOAD_TYPE, payload, [signer]);
  return { format: FORMAT, envelope, ...(proof === undefined ? {} : { proof }) };
}

/** The action's digest is the subject, so that it stands in one place only. */
export function statementOf(receipt: Receipt): JsonObject {
  const { action, ...predicate } = receipt;
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: SUBJECT_NAME, digest: { sha256: action.digest } }],
    predicateType: RECEIPT_PREDICATE_TYPE,
    predicate: plainJson({ ...predicate, action: { kind: action.kind } }),
  };
}

/** Domain values are JSON but for fields that are absent. */
function plainJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject; // an object in, an object out
}

/** Refuses what is not exactly such a file. Nothing in it is believed yet. */
export function parseReceiptFile(text: string): Result<ReceiptFile, 'receipt-malformed'> {
  const malformed = (why: string) => refuse('receipt-malformed', `This is not a receipt: ${why}.`);
  if (Buffer.byteLength(text) > RECEIPT_BYTES_MAX) return malformed('it is too large');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed('it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return malformed('it is not an object');
  const { format, envelope, proof, ...others }: Readonly<Record<string, unknown>> = { ...value };
  if (format !== FORMAT) return malformed(`its format is not ${FORMAT}`);
  if (Object.keys(others).length > 0) return malformed(`it has other fields (${Object.keys(others).join(', ')})`);
  if (proof !== undefined && typeof proof !== 'string') return malformed('its proof is not a text');
  const parsed = parseEnvelope(envelope);
  if (!parsed.ok) return malformed(parsed.refusal.message.replace(/\.$/, ''));
  return ok({ format: FORMAT, envelope: parsed.value, ...(proof === undefined ? {} : { proof }) });
}
