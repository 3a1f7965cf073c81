import { bodyHash, genesisPosition } from '#domain/journal/chain.ts';
import { entryTimeMs } from '#domain/journal/entry-time.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import { sha256Hex } from '#domain/json.ts';
import { entryLeafHash } from '#domain/ledger/entry.ts';
import type { LedgerPolicy } from '#domain/ledger/policy.ts';
import { decodeUtf8 } from '#domain/ledger/text.ts';
import { verifyTlogProof } from '#domain/ledger/tlog-proof.ts';
import type { Result } from '#domain/result.ts';
import { checkSignatures, type Envelope, parseEnvelope } from '#domain/signature/dsse.ts';
import type { PublicKey } from '#domain/signature/ed25519.ts';
import { type BundleFiles, constitutionFile, constitutionOf, proofFile } from './bundle.ts';
import { type LineageTrust, lineageFinding } from './lineage-finding.ts';
import { EVIDENCE_PAYLOAD_TYPE, MANIFEST_FILE, type Manifest, parseManifest, RECORDS_FILE } from './manifest.ts';

export interface EvidenceFinding {
  readonly part: 'signature' | 'files' | 'records' | 'span' | 'constitutions' | 'lineage' | 'ledger' | 'witnesses';
  readonly state: 'proved' | 'open' | 'false';
  readonly code: string;
  readonly text: string;
}

export interface VerifiedEvidence {
  readonly manifest?: Manifest;
  readonly findings: readonly EvidenceFinding[];
  /** Signed by a key that was given, and nothing is false. */
  readonly isValid: boolean;
}

export interface EvidenceTrust {
  readonly keys: readonly PublicKey[];
  readonly policy?: LedgerPolicy;
  /** Who may have signed the constitutions. */
  readonly lineage?: LineageTrust;
  /** Records are parsed as they are when a journal is read. */
  readonly parseEntry: (payload: Buffer) => Result<JournalEntry>;
}

/** Checks a bundle without asking anybody: nothing that lies in it is believed because it lies in it. */
export function verifyEvidence(files: BundleFiles, trust: EvidenceTrust): VerifiedEvidence {
  const opened = openManifest(files, trust.keys);
  const { manifest } = opened;
  if (manifest === undefined) return finish(opened.findings);
  const fileFinding = checkFiles(files, manifest);
  const records = readRecords(files, manifest, trust.parseEntry);
  return finish(
    [
      ...opened.findings,
      fileFinding,
      records.finding,
      ...(records.entries === undefined
        ? []
        : [
            spanFinding(manifest, records.entries),
            constitutionsFinding(files, records.entries),
            lineageFinding(files, digestsOf(records.entries), trust.lineage),
          ]),
      ...ledgerFindings(files, manifest, trust.policy),
    ],
    manifest,
  );
}

function finish(findings: readonly EvidenceFinding[], manifest?: Manifest): VerifiedEvidence {
  const isSigned = findings.some(({ part, state }) => part === 'signature' && state === 'proved');
  const isValid = isSigned && findings.every(({ state }) => state !== 'false');
  return { ...(manifest === undefined ? {} : { manifest }), findings, isValid };
}

function openManifest(
  files: BundleFiles,
  keys: readonly PublicKey[],
): { readonly findings: readonly EvidenceFinding[]; readonly manifest?: Manifest } {
  const part = 'signature';
  const wrong = (code: string, text: string) => ({ findings: [{ part, state: 'false', code, text } as const] });
  const bytes = files.get(MANIFEST_FILE);
  if (bytes === undefined) return wrong('manifest-absent', `There is no ${MANIFEST_FILE}.`);
  const envelope = envelopeIn(bytes);
  if (envelope === undefined || envelope.payloadType !== EVIDENCE_PAYLOAD_TYPE) {
    return wrong('manifest-malformed', `${MANIFEST_FILE} is not a signed manifest of evidence.`);
  }
  const manifest = parseManifest(envelope);
  if (!manifest.ok) return wrong(manifest.refusal.code, manifest.refusal.message);
  const found = checkSignatures(envelope, keys);
  if (found.some(({ kind }) => kind === 'invalid')) {
    return wrong('signature-invalid', 'The signature is not over this manifest: it was changed, or the signature was.');
  }
  const valid = found.find(({ kind }) => kind === 'valid');
  if (valid === undefined) return wrong('key-unknown', 'No key that you gave has signed the manifest.');
  const text = `Signed by the key ${valid.keyId.slice(0, 16)}… that you gave, on ${iso(manifest.value.createdMs)}.`;
  return { findings: [{ part, state: 'proved', code: 'signed', text }], manifest: manifest.value };
}

/** Of exactly the form that is written: one line of JSON. */
function envelopeIn(bytes: Uint8Array): Envelope | undefined {
  try {
    const text = decodeUtf8(bytes) ?? '';
    const envelope = parseEnvelope(JSON.parse(text));
    return envelope.ok && `${JSON.stringify(envelope.value)}\n` === text ? envelope.value : undefined;
  } catch {
    return undefined;
  }
}

function checkFiles(files: BundleFiles, manifest: Manifest): EvidenceFinding {
  const part = 'files';
  const wrong: string[] = [];
  const known = new Set([MANIFEST_FILE]);
  for (const { path, bytes, sha256 } of manifest.files) {
    known.add(path);
    const file = files.get(path);
    if (file === undefined) wrong.push(`${path} is missing`);
    else if (file.length !== bytes || sha256Hex(file) !== sha256) wrong.push(`${path} is not the one that was signed`);
  }
  for (const path of files.keys()) if (!known.has(path)) wrong.push(`${path} does not belong to it`);
  return wrong.length === 0
    ? {
        part,
        state: 'proved',
        code: 'files-whole',
        text: `All ${manifest.files.length} files are there, unchanged, and no others.`,
      }
    : { part, state: 'false', code: 'files-changed', text: `${wrong.join('; ')}.` };
}

function readRecords(
  files: BundleFiles,
  { node, records }: Manifest,
  parseEntry: EvidenceTrust['parseEntry'],
): { readonly finding: EvidenceFinding; readonly entries?: readonly JournalEntry[] } {
  const part = 'records';
  const wrong = (code: string, text: string) => ({ finding: { part, state: 'false', code, text } as const });
  const bytes = Buffer.from(files.get(RECORDS_FILE) ?? []);
  let hash: Buffer = Buffer.from(records.previousHash, 'hex');
  const entries: JournalEntry[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    const sequence = records.first + entries.length;
    if (end === -1) return wrong('records-cut', `Record ${sequence} is cut off.`);
    const line = bytes.subarray(start, end);
    const entry = parseEntry(line);
    if (!entry.ok) return wrong('record-malformed', `Record ${sequence} is not one of a journal.`);
    hash = bodyHash(Buffer.concat([hash, line]));
    entries.push(entry.value);
    start = end + 1;
  }
  if (entries.length !== records.last - records.first + 1) {
    return wrong(
      'records-missing',
      `There are ${entries.length} records, not those from ${records.first} to ${records.last}.`,
    );
  }
  if (hash.toString('hex') !== records.headHash) {
    return wrong(
      'chain-broken',
      'The records do not hash into the last one: one was changed, moved, added or taken out.',
    );
  }
  if (records.first === 1 && records.previousHash !== genesisPosition(node).hash.toString('hex')) {
    return wrong('genesis-other', `The first record does not begin the journal of node ${node}.`);
  }
  const text = `Records ${records.first} to ${records.last} of node ${node} follow each other by their hashes, without a gap.`;
  return { finding: { part, state: 'proved', code: 'chained', text }, entries };
}

/** That nothing of the span is left out is seen from the records around it, as long as the node's clock went forward. */
function spanFinding({ span, records }: Manifest, entries: readonly JournalEntry[]): EvidenceFinding {
  const part = 'span';
  const times = entries.map(entryTimeMs);
  const isRising = times.every((time, at) => at === 0 || time >= (times[at - 1] ?? 0));
  const name = `from ${iso(span.fromMs)} to ${iso(span.toMs)}`;
  const open = (code: string, text: string): EvidenceFinding => ({ part, state: 'open', code, text });
  if (!isRising) return open('clock-set-back', `The node's clock was set back: what belongs ${name} is not certain.`);
  if (records.first !== 1 && (times[0] ?? 0) >= span.fromMs) {
    return open('begins-late', `It is not shown that nothing is left out at the beginning, ${name}.`);
  }
  if ((times.at(-1) ?? 0) < span.toMs) {
    return open(
      'ends-early',
      `The journal ended before the span did: up to its record ${records.last} nothing is left out ${name}.`,
    );
  }
  return {
    part,
    state: 'proved',
    code: 'complete',
    text: `Nothing that node recorded ${name} is left out: the records around it are there.`,
  };
}

function digestsOf(entries: readonly JournalEntry[]): readonly string[] {
  return [...new Set(entries.flatMap((entry) => constitutionOf(entry)?.digest ?? []))];
}

function constitutionsFinding(files: BundleFiles, entries: readonly JournalEntry[]): EvidenceFinding {
  const part = 'constitutions';
  const digests = digestsOf(entries);
  const wrong: string[] = [];
  const missing: string[] = [];
  for (const digest of digests) {
    const bytes = files.get(constitutionFile(digest));
    if (bytes === undefined) missing.push(digest);
    else if (sha256Hex(bytes) !== digest) wrong.push(digest);
  }
  const names = (some: readonly string[]) => some.map((digest) => `${digest.slice(0, 16)}…`).join(', ');
  if (wrong.length > 0) {
    return {
      part,
      state: 'false',
      code: 'constitution-other',
      text: `What is given as constitution ${names(wrong)} is another.`,
    };
  }
  if (missing.length > 0) {
    return {
      part,
      state: 'open',
      code: 'constitution-absent',
      text: `It was decided by ${names(missing)}, which is not in the bundle.`,
    };
  }
  const text = `Everything was decided by ${names(digests) || 'none'}, which the bundle holds byte for byte.`;
  return { part, state: 'proved', code: 'constitutions-whole', text };
}

function ledgerFindings(
  files: BundleFiles,
  { node, records }: Manifest,
  policy: LedgerPolicy | undefined,
): readonly EvidenceFinding[] {
  const part = 'ledger';
  const proof = files.get(proofFile(records.last));
  if (policy === undefined) {
    const text =
      proof === undefined
        ? 'It holds no proof from the ledger, and no key of a log was given.'
        : 'It holds a proof from the ledger; without the key of the log that proves nothing.';
    return [{ part, state: 'open', code: 'not-checked', text }];
  }
  if (proof === undefined) {
    return [
      { part, state: 'false', code: 'proof-absent', text: 'It holds no proof that its last record is in the ledger.' },
    ];
  }
  const leaf = entryLeafHash({ node, sequence: records.last, hash: records.headHash });
  const verified = verifyTlogProof(decodeUtf8(proof) ?? '', leaf, policy);
  if (!verified.ok) return [{ part, state: 'false', code: verified.refusal.code, text: verified.refusal.message }];
  const { index, log, checkpoint, cosigned } = verified.value;
  const text = `The last record, and by its hash all before it, is entry ${index} of the log ${log}, under the checkpoint of ${checkpoint.size} entries.`;
  const names = cosigned.map(({ name }) => name).join(', ');
  const witnesses: EvidenceFinding =
    policy.quorum.kind === 'none'
      ? {
          part: 'witnesses',
          state: 'open',
          code: 'not-witnessed',
          text: `You ask for no witness (cosigned: ${names || 'none that you named'}): the log may have shown others another tree.`,
        }
      : { part: 'witnesses', state: 'proved', code: 'quorum', text: `Enough witnesses have cosigned: ${names}.` };
  return [{ part, state: 'proved', code: 'included', text }, witnesses];
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
