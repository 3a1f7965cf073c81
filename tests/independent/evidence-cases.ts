import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTar, writeTar } from '#adapters/bundle-files/tar.ts';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { type BundleFiles, gatherEvidence } from '#domain/evidence/bundle.ts';
import { MANIFEST_FILE, type Manifest, RECORDS_FILE, signManifest } from '#domain/evidence/manifest.ts';
import { verifyEvidence } from '#domain/evidence/verify-evidence.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { sha256Hex } from '#domain/json.ts';
import { entryBytes } from '#domain/ledger/entry.ts';
import { naiveInclusion, naiveRoot } from '#domain/ledger/naive-tree.ts';
import { tlogProofText } from '#domain/ledger/tlog-proof.ts';
import { between, pick, type Random } from '../support/random.ts';
import {
  LOG,
  OTHER_RECEIPT_KEY,
  RECEIPT_KEY,
  sampleCheckpoint,
  samplePolicy,
  samplePolicyText,
  WITNESSES,
} from '../support/receipts.ts';
import type { Case } from './cases.ts';
import { mutateText } from './mutate-text.ts';

const CONSTITUTION = Buffer.from('{"the":"constitution"}');
const T0_MS = 1_700_000_000_000;
const RECORDS = 20;

/** A journal of decisions a second apart, and the entries of a ledger that has them all. */
export async function createEvidenceSource() {
  const journal = createMemoryJournal('node-1');
  const entries: Buffer[] = [];
  const digest = sha256Hex(CONSTITUTION) as ConstitutionDigest;
  for (let number = 1; number <= RECORDS; number += 1) {
    const decision = sampleDecision(number);
    const constitution = { ...decision.constitution, digest };
    const record = await journal.append({
      kind: 'decision',
      decision: { ...decision, timeMs: T0_MS + number * 1000, constitution },
    });
    entries.push(entryBytes(record));
  }
  return { journal, entries };
}

/** Bundles as written, changed in a file, and signed by the right key although a record was left out, moved or changed. */
export async function createEvidenceCase(
  source: { readonly journal: Journal; readonly entries: readonly Buffer[] },
  root: string,
  file: (bytes: Buffer | string) => string,
  random: Random,
): Promise<Case> {
  const good = await gather(source, random);
  const { files, what } = changed(good, random);
  const keys = pick(random, [[RECEIPT_KEY], [RECEIPT_KEY], [OTHER_RECEIPT_KEY]]);
  const quorum = random() < 0.6 ? pick(random, ['none', 'w1', 'both']) : undefined;
  const isTar = random() < 0.3;
  const path = isTar ? file(writeTar(files, 1_700_000_000)) : folderOf(files, root);
  const read = isTar ? readTar(writeTar(files, 1_700_000_000)) : { ok: true as const, value: files };
  const trust = {
    keys: keys.map(({ signer }) => signer.publicKey),
    parseEntry,
    ...(quorum === undefined ? {} : { policy: samplePolicy(quorum) }),
  };
  const words = [
    ...keys.flatMap(({ signer }) => ['--key', signer.publicKey.text]),
    ...(quorum === undefined ? [] : ['--policy', file(samplePolicyText(quorum))]),
  ];
  return {
    what,
    words: ['evidence', path, ...words],
    isVerified: read.ok && verifyEvidence(read.value, trust).isValid,
  };
}

async function gather(
  { journal, entries }: { readonly journal: Journal; readonly entries: readonly Buffer[] },
  random: Random,
) {
  const from = between(random, 0, RECORDS - 2);
  const witnesses = WITNESSES.filter(() => random() < 0.8);
  const gathered = await gatherEvidence({
    journal,
    span: { fromMs: T0_MS + from * 1000, toMs: T0_MS + between(random, from + 1, RECORDS + 2) * 1000 },
    createdMs: T0_MS + 99_000,
    constitution: async () => ({ bytes: CONSTITUTION, envelope: '{}' }),
    prove: async ({ sequence }) =>
      tlogProofText({
        index: sequence - 1,
        hashes: naiveInclusion(sequence - 1, entries),
        checkpoint: {
          checkpoint: { origin: LOG.name, size: entries.length, root: naiveRoot(entries), extensions: [] },
          note: sampleCheckpoint(entries, LOG, witnesses),
        },
      }),
    extras: new Map([['keys/receipt.pub', Buffer.from(`${RECEIPT_KEY.signer.publicKey.text}\n`)]]),
    signer: RECEIPT_KEY.signer,
  });
  if (!gathered.ok) throw new Error(gathered.refusal.message);
  return gathered.value;
}

function changed(good: BundleFiles, random: Random): { readonly files: BundleFiles; readonly what: string } {
  const files = new Map(good);
  const path = pick(random, [...files.keys()]);
  const bytes = Buffer.from(files.get(path) ?? []);
  switch (between(random, 0, 8)) {
    case 0:
      files.set(path, mutateText(bytes, random));
      return { files, what: `${path} changed` };
    case 1:
      files.delete(path);
      return { files, what: `${path} removed` };
    case 2:
      files.set('notes.txt', bytes);
      return { files, what: 'a file added' };
    case 3:
    case 4:
      return { files: resigned(good, random), what: 'records changed, and signed' };
    default:
      return { files, what: 'as gathered' };
  }
}

/** Signed by the right key: only the records themselves show it. */
function resigned(good: BundleFiles, random: Random): BundleFiles {
  const manifest = verifyEvidence(good, { keys: [RECEIPT_KEY.signer.publicKey], parseEntry }).manifest;
  if (manifest === undefined) throw new Error('it is whole');
  const lines = Buffer.from(good.get(RECORDS_FILE) ?? [])
    .toString()
    .trimEnd()
    .split('\n');
  const at = between(random, 0, lines.length);
  const [line = '', other = ''] = [lines[at], pick(random, lines)];
  const records = pick(random, [
    lines.toSpliced(at, 1),
    lines.toSpliced(at, 0, other),
    lines.with(at, other),
    lines.with(at, line.replace('"allow"', '"deny"')),
    lines.slice(0, at),
  ]);
  const counted = random() < 0.5 ? { last: manifest.records.first + records.length - 1 } : {};
  return signedAnew(good, manifest, records, { ...manifest.records, ...counted });
}

function signedAnew(
  good: BundleFiles,
  { format: _, ...manifest }: Manifest,
  lines: readonly string[],
  records: Manifest['records'],
): BundleFiles {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const files = manifest.files.map((file) =>
    file.path === RECORDS_FILE ? { ...file, bytes: bytes.length, sha256: sha256Hex(bytes) } : file,
  );
  const signed = signManifest({ ...manifest, files, records }, RECEIPT_KEY.signer);
  return new Map(good).set(RECORDS_FILE, bytes).set(MANIFEST_FILE, Buffer.from(signed));
}

function folderOf(files: BundleFiles, root: string): string {
  const folder = mkdtempSync(join(root, 'evidence-'));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}
