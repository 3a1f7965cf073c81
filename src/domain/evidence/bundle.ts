import type { ConstitutionRef } from '#domain/decision/decision.ts';
import type { JournalEntry, JournalReader, JournalRecord } from '#domain/journal/journal.ts';
import { sha256Hex } from '#domain/json.ts';
import { firstAtOrAfter, hashBefore } from '#domain/receipt/find-record.ts';
import { recordBytes } from '#domain/receipt/statement.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { Signer } from '#domain/signature/ed25519.ts';
import { MANIFEST_FILE, type Manifest, RECORDS_FILE, signManifest } from './manifest.ts';

/** The files of a bundle, by path. Paths are relative, of `[a-z0-9._/-]`. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** Records of one bundle: with their text they are held in memory. A longer span is several bundles. */
export const EVIDENCE_RECORDS_MAX = 500_000;

export interface EvidenceParts {
  readonly journal: JournalReader;
  readonly span: Manifest['span'];
  readonly createdMs: number;
  /** The bundle of a constitution, as it was signed; undefined when it is not there any more. */
  readonly constitution: (
    digest: ConstitutionRef['digest'],
  ) => Promise<{ readonly bytes: Uint8Array; readonly envelope: string } | undefined>;
  /** What a constitution descends from, by its bytes; undefined for the first one, and for what cannot be read. */
  readonly parentOf?: (bytes: Uint8Array) => ConstitutionRef['digest'] | undefined;
  /** The tlog-proof of a record, once it is in the ledger. */
  readonly prove: (record: JournalRecord) => Promise<string | undefined>;
  /** Public keys and checkpoints, for whoever has none yet: whether to believe them is not decided here. */
  readonly extras: BundleFiles;
  readonly signer: Signer;
}

/**
 * What was recorded in a span, with everything that it takes to check it somewhere else:
 *
 *     manifest.json                      what there is, signed
 *     records.ndjson                     the records as they are in the journal
 *     proofs/<sequence>.tlog-proof       that the last record is in the ledger; it covers all before it, by the hash chain
 *     constitutions/<digest>.json        what was decided by, with all that it descends from, and `.envelope.json`, who signed that
 *     keys/…, checkpoint.txt             what an auditor should have from elsewhere
 */
export async function gatherEvidence(
  parts: EvidenceParts,
): Promise<Result<BundleFiles, 'span-empty' | 'evidence-too-large'>> {
  const { journal, span } = parts;
  if (journal.head().sequence === 0) return refuse('span-empty', 'The journal has no record.');
  const first = Math.max(1, (await firstAtOrAfter(journal, span.fromMs)) - 1);
  const last = Math.min(journal.head().sequence, await firstAtOrAfter(journal, span.toMs));
  if (last - first >= EVIDENCE_RECORDS_MAX) {
    return refuse(
      'evidence-too-large',
      `The span has more than ${EVIDENCE_RECORDS_MAX} records: ask for shorter ones.`,
    );
  }
  const files = new Map<string, Uint8Array>(parts.extras);
  const lines: Buffer[] = [];
  const digests = new Set<ConstitutionRef['digest']>();
  let record: JournalRecord | undefined;
  for await (record of journal.read(first)) {
    lines.push(recordBytes(record.entry), NEWLINE);
    const ref = constitutionOf(record.entry);
    if (ref !== undefined) digests.add(ref.digest);
    if (record.sequence === last) break;
  }
  if (record === undefined) throw new RangeError(`the journal ends before record ${first}`);
  files.set(RECORDS_FILE, Buffer.concat(lines));
  for (const digest of digests) {
    const kept = await parts.constitution(digest);
    if (kept === undefined) continue;
    files.set(constitutionFile(digest), kept.bytes);
    files.set(constitutionFile(digest, '.envelope'), Buffer.from(kept.envelope));
    // A set gives what is added to it while it is gone through: so the whole lineage comes along.
    const parent = parts.parentOf?.(kept.bytes);
    if (parent !== undefined) digests.add(parent);
  }
  const proof = await parts.prove(record);
  if (proof !== undefined) files.set(proofFile(record.sequence), Buffer.from(proof));
  const manifest = {
    createdMs: parts.createdMs,
    node: journal.node,
    span,
    records: {
      first,
      last: record.sequence,
      previousHash: await hashBefore(journal, first),
      headHash: record.hash,
    },
    files: [...files]
      .map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256Hex(bytes) }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
  files.set(MANIFEST_FILE, Buffer.from(signManifest(manifest, parts.signer)));
  return ok(files);
}

const NEWLINE = Buffer.from('\n');

export function constitutionFile(digest: string, part = ''): string {
  return `constitutions/${digest}${part}.json`;
}

export function proofFile(sequence: number): string {
  return `proofs/${sequence}.tlog-proof`;
}

/** What a record was made under, where it says so. */
export function constitutionOf(entry: JournalEntry): ConstitutionRef | undefined {
  if (entry.kind === 'decision') return entry.decision.constitution;
  if (entry.kind === 'outcome') return entry.outcome.constitution;
  if (entry.kind === 'approval') return entry.approval.constitution;
  if (entry.kind === 'standing-grant') {
    return entry.event.kind === 'proposed' ? entry.event.grant.constitution : undefined;
  }
  return entry.kind === 'node-started' ? entry.constitution : undefined;
}
