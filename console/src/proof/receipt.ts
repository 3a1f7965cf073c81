import { type Bytes, fromBase64, joined, utf8, utf8Text } from './bytes.ts';
import { canonicalJson, type Json } from './canonical-json.ts';

/** A receipt as the API hands it out (acgs-receipt-v1): a statement in a DSSE envelope, and perhaps its proof. */
export interface ReceiptFile {
  readonly payloadType: string;
  readonly payload: Bytes;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
  readonly proof?: string;
}

const PAYLOAD_TYPE = 'application/vnd.acgs.receipt+json';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'urn:acgs:receipt:v1';

export function parseReceiptFile(value: unknown): ReceiptFile | undefined {
  const file = fieldsOf(value);
  const envelope = fieldsOf(file?.['envelope']);
  if (file?.['format'] !== 'acgs-receipt-v1' || envelope === undefined) return undefined;
  const { payloadType, payload, signatures } = envelope;
  const { proof } = file;
  const bytes = typeof payload === 'string' ? fromBase64(payload) : undefined;
  if (payloadType !== PAYLOAD_TYPE || bytes === undefined || !Array.isArray(signatures)) return undefined;
  if (proof !== undefined && typeof proof !== 'string') return undefined;
  const read: { readonly keyid: string; readonly sig: string }[] = [];
  for (const one of signatures) {
    const { keyid, sig } = fieldsOf(one) ?? {};
    if (typeof keyid !== 'string' || typeof sig !== 'string') return undefined;
    read.push({ keyid, sig });
  }
  return { payloadType, payload: bytes, signatures: read, ...(proof === undefined ? {} : { proof }) };
}

/** What is signed (DSSE protocol, "PAE"). */
export function preAuthEncoding({ payloadType, payload }: Pick<ReceiptFile, 'payloadType' | 'payload'>): Bytes {
  const type = utf8(payloadType);
  return joined(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

/** What a receipt says, as far as it is checked here. */
export interface Statement {
  readonly id: string;
  readonly verdict: Json;
  readonly actionDigest: string;
  readonly constitutionDigest: string;
  readonly journal: {
    readonly node: string;
    readonly sequence: number;
    readonly hash: string;
    readonly previousHash: string;
  };
  readonly recordSha256: string;
}

/** Undefined unless the payload is a receipt's statement in its one form (RFC 8785): another form could be read in another way. */
export function parseStatement(payload: Bytes): Statement | undefined {
  const text = utf8Text(payload);
  if (text === undefined) return undefined;
  try {
    const value: Json = JSON.parse(text);
    if (canonicalJson(value) !== text) return undefined;
    const statement = fieldsOf(value);
    if (statement?.['_type'] !== STATEMENT_TYPE || statement['predicateType'] !== PREDICATE_TYPE) return undefined;
    const subjects = statement['subject'];
    const subject = Array.isArray(subjects) && subjects.length === 1 ? fieldsOf(subjects[0]) : undefined;
    const predicate = fieldsOf(statement['predicate']);
    const journal = fieldsOf(predicate?.['journal']);
    const sequence = journal?.['sequence'];
    const verdict = predicate?.['verdict'];
    const read = {
      id: predicate?.['id'],
      actionDigest: fieldsOf(subject?.['digest'])?.['sha256'],
      constitutionDigest: fieldsOf(predicate?.['constitution'])?.['digest'],
      node: journal?.['node'],
      hash: journal?.['hash'],
      previousHash: journal?.['previousHash'],
      recordSha256: fieldsOf(predicate?.['record'])?.['sha256'],
    };
    const { id, actionDigest, constitutionDigest, node, hash, previousHash, recordSha256 } = read;
    if (typeof id !== 'string' || typeof node !== 'string' || verdict === undefined) return undefined;
    if (!isHash(actionDigest) || !isHash(constitutionDigest) || !isHash(hash)) return undefined;
    if (!isHash(previousHash) || !isHash(recordSha256)) return undefined;
    if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 1) return undefined;
    const place = { node, sequence, hash, previousHash };
    return { id, verdict, actionDigest, constitutionDigest, journal: place, recordSha256 };
  } catch {
    return undefined;
  }
}

/** An object's fields; what a text from outside holds is looked at field by field. */
export function fieldsOf(value: unknown): Readonly<Record<string, Json>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function isHash(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
