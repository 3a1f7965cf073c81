import { canonicalJson, type JsonObject } from '#domain/json.ts';
import { decodeUtf8 } from '#domain/ledger/text.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { type Envelope, envelopePayload, signEnvelope } from '#domain/signature/dsse.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

export const EVIDENCE_PAYLOAD_TYPE = 'application/vnd.acgs.evidence+json';
const FORMAT = 'acgs-evidence-v1';

export const MANIFEST_FILE = 'manifest.json';
/** One line for each record: its bytes as they are in the journal. */
export const RECORDS_FILE = 'records.ndjson';

/** What a bundle is said to hold. Hashes are SHA-256 in hex, times Unix milliseconds. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly createdMs: number;
  readonly node: string;
  /** `fromMs` inclusive, `toMs` exclusive. */
  readonly span: { readonly fromMs: number; readonly toMs: number };
  /**
   * All records of the span, one before it and one after it where there are any, so that it can be seen that none is left out.
   * `last` is `first - 1` when there is none.
   */
  readonly records: {
    readonly first: number;
    readonly last: number;
    /** What the first record builds on, and the hash of the last. */
    readonly previousHash: string;
    readonly headHash: string;
  };
  /** Every other file, by path. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** The manifest's file: a DSSE envelope. */
export function signManifest(manifest: Omit<Manifest, 'format'>, signer: Signer): string {
  const payload: JsonObject = {
    ...manifest,
    format: FORMAT,
    span: { ...manifest.span },
    records: { ...manifest.records },
    files: manifest.files.map((file) => ({ ...file })),
  };
  return `${JSON.stringify(signEnvelope(EVIDENCE_PAYLOAD_TYPE, Buffer.from(canonicalJson(payload)), [signer]))}\n`;
}

/** Refuses what is not the canonical form of a manifest. Whether it is signed is another question. */
export function parseManifest(envelope: Envelope): Result<Manifest, 'manifest-malformed'> {
  const text = decodeUtf8(envelopePayload(envelope)) ?? '';
  const malformed = refuse('manifest-malformed', 'The manifest is not one of an evidence bundle, in its one form.');
  try {
    const value: unknown = JSON.parse(text);
    // `isManifest` has checked that it is an object of JSON values.
    return isManifest(value) && canonicalJson(value as unknown as JsonObject) === text ? ok(value) : malformed;
  } catch {
    return malformed;
  }
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value, ['format', 'createdMs', 'node', 'span', 'records', 'files'])) return false;
  const { format, createdMs, node, span, records, files } = value;
  return (
    format === FORMAT &&
    isTime(createdMs) &&
    typeof node === 'string' &&
    isRecord(span, ['fromMs', 'toMs']) &&
    isTime(span.fromMs) &&
    isTime(span.toMs) &&
    isRecord(records, ['first', 'last', 'previousHash', 'headHash']) &&
    isCount(records.first) &&
    isCount(records.last) &&
    isHash(records.previousHash) &&
    isHash(records.headHash) &&
    Array.isArray(files) &&
    files.every(
      (file: unknown) =>
        isRecord(file, ['path', 'bytes', 'sha256']) &&
        typeof file.path === 'string' &&
        isCount(file.bytes) &&
        isHash(file.sha256),
    )
  );
}

function isRecord(value: unknown, names: readonly string[]): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name))
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** As far as ECMAScript counts time. */
const TIME_MS_MAX = 8.64e15;

function isTime(value: unknown): value is number {
  return isCount(value) && value <= TIME_MS_MAX;
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
