import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTar, writeTar } from '#adapters/bundle-files/tar.ts';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { sha256Hex } from '#domain/json.ts';
import { entryBytes } from '#domain/ledger/entry.ts';
import { naiveInclusion, naiveRoot } from '#domain/ledger/naive-tree.ts';
import { tlogProofText } from '#domain/ledger/tlog-proof.ts';
import {
  LOG,
  OTHER_RECEIPT_KEY,
  RECEIPT_KEY,
  sampleCheckpoint,
  samplePolicy,
} from '../../../tests/support/receipts.ts';
import { type BundleFiles, gatherEvidence } from './bundle.ts';
import { MANIFEST_FILE, parseManifest, RECORDS_FILE, signManifest } from './manifest.ts';
import { type EvidenceTrust, verifyEvidence } from './verify-evidence.ts';

const CONSTITUTION = Buffer.from('{"the":"constitution"}');
const digest = sha256Hex(CONSTITUTION) as ConstitutionDigest;
const trust: EvidenceTrust = { keys: [RECEIPT_KEY.signer.publicKey], policy: samplePolicy('none'), parseEntry };

/** Decisions a second apart: number n at n seconds after T0_MS. */
const T0_MS = 1_700_000_000_000;
const journal = createMemoryJournal('node-1');
const entries: Buffer[] = [];
for (let number = 1; number <= 20; number += 1) {
  const decision = { ...sampleDecision(number), timeMs: T0_MS + number * 1000 };
  const record = await journal.append({
    kind: 'decision',
    decision: { ...decision, constitution: { ...decision.constitution, digest } },
  });
  entries.push(entryBytes(record));
}

async function gather(
  fromSeconds: number,
  toSeconds: number,
  signer = RECEIPT_KEY.signer,
): Promise<Map<string, Uint8Array>> {
  const gathered = await gatherEvidence({
    journal,
    span: { fromMs: T0_MS + fromSeconds * 1000, toMs: T0_MS + toSeconds * 1000 },
    createdMs: T0_MS + 99_000,
    constitution: async () => ({ bytes: CONSTITUTION, envelope: '{}' }),
    prove: async ({ sequence }) =>
      tlogProofText({
        index: sequence - 1,
        hashes: naiveInclusion(sequence - 1, entries),
        checkpoint: {
          checkpoint: { origin: LOG.name, size: entries.length, root: naiveRoot(entries), extensions: [] },
          note: sampleCheckpoint(entries, LOG, []),
        },
      }),
    extras: new Map([['keys/receipt.pub', Buffer.from(`${RECEIPT_KEY.signer.publicKey.text}\n`)]]),
    signer,
  });
  if (!gathered.ok) throw new Error(gathered.refusal.message);
  return new Map(gathered.value);
}
const good = await gather(5, 9);
const otherSigner = await gather(5, 9, OTHER_RECEIPT_KEY.signer);
const otherManifest = (await gather(1, 3)).get(MANIFEST_FILE) ?? never();

function told(files: BundleFiles, by = trust): string {
  const { isValid, findings } = verifyEvidence(files, by);
  const wrong = findings.filter(({ state }) => state === 'false').map(({ part, code }) => `${part} ${code}`);
  expect(isValid).toBe(wrong.length === 0);
  return isValid ? 'valid' : wrong.join(', ');
}
const changed = (change: (files: Map<string, Uint8Array>) => void): BundleFiles => {
  const files = new Map(good);
  change(files);
  return files;
};
const lines = () =>
  Buffer.from(good.get(RECORDS_FILE) ?? [])
    .toString()
    .trimEnd()
    .split('\n');
/** As whoever holds the key would sign it: only what the records themselves show is left to find. */
function resigned(records: readonly string[], manifestChange: object = {}): BundleFiles {
  const manifest = verifyEvidence(good, trust).manifest;
  if (manifest === undefined) throw new Error('it is whole');
  const bytes = Buffer.from(`${records.join('\n')}\n`);
  const files = manifest.files.map((file) =>
    file.path === RECORDS_FILE ? { ...file, bytes: bytes.length, sha256: sha256Hex(bytes) } : file,
  );
  const { format: _, ...rest } = manifest;
  return changed((all) => {
    all.set(RECORDS_FILE, bytes);
    all.set(MANIFEST_FILE, Buffer.from(signManifest({ ...rest, files, ...manifestChange }, RECEIPT_KEY.signer)));
  });
}

describe('evidence', () => {
  it.each<[string, BundleFiles, string, EvidenceTrust?]>([
    ['without its manifest', changed((files) => files.delete(MANIFEST_FILE)), 'signature manifest-absent'],
    [
      'with a manifest that is none',
      changed((files) => files.set(MANIFEST_FILE, Buffer.from('{}'))),
      'signature manifest-malformed',
    ],
    ['signed by another key', otherSigner, 'signature key-unknown'],
    [
      'with the manifest of another span',
      changed((files) => files.set(MANIFEST_FILE, otherManifest)),
      'files files-changed, records records-missing, ledger proof-absent',
    ],
    ['with a file too few', changed((files) => files.delete('keys/receipt.pub')), 'files files-changed'],
    ['with a file too many', changed((files) => files.set('notes.txt', Buffer.from('x'))), 'files files-changed'],
    [
      'with another key beside it',
      changed((files) => files.set('keys/receipt.pub', Buffer.from(`${OTHER_RECEIPT_KEY.signer.publicKey.text}\n`))),
      'files files-changed',
    ],
    ['whose signer has left a record out', resigned(lines().toSpliced(2, 1)), 'records records-missing'],
    [
      'whose signer has left a record out and counted anew',
      resigned(lines().toSpliced(2, 1), { records: { ...recordsOf(), last: recordsOf().last - 1 } }),
      'records chain-broken, ledger proof-absent',
    ],
    [
      'whose signer has changed a record',
      resigned(lines().map((line) => line.replace('"allow"', '"deny"'))),
      'records chain-broken',
    ],
    [
      'whose signer has swapped two records',
      resigned([...lines().slice(1, 2), ...lines().slice(0, 1), ...lines().slice(2)]),
      'records chain-broken',
    ],
    ['whose signer has doubled a record', resigned([...lines().slice(0, 1), ...lines()]), 'records records-missing'],
    [
      'whose signer has made up a record',
      resigned(['{"kind":"made-up"}', ...lines().slice(1)]),
      'records record-malformed',
    ],
    [
      'with the last record of another log',
      good,
      'ledger inclusion-unproved',
      { ...trust, policy: samplePolicy('none') },
    ],
    [
      'without the witnesses that are asked for',
      good,
      'ledger quorum-missed',
      { ...trust, policy: samplePolicy('both') },
    ],
  ])('%s is seen', (name, files, expected, by) => {
    if (name === 'with the last record of another log') {
      const manifest = verifyEvidence(good, trust).manifest;
      const { format: _, ...rest } = manifest ?? never();
      const forged = signManifest({ ...rest, node: 'node-2' }, RECEIPT_KEY.signer);
      expect(
        told(
          changed((all) => all.set(MANIFEST_FILE, Buffer.from(forged))),
          by,
        ),
      ).toBe(expected);
    } else expect(told(files, by)).toBe(expected);
  });

  it('that is whole proves that nothing of the span is left out', () => {
    const { findings, isValid, manifest } = verifyEvidence(good, trust);
    expect(isValid).toBe(true);
    // 5 to 8 s, and one around them on each side.
    expect(manifest?.records).toMatchObject({ first: 4, last: 9 });
    expect(findings.map(({ part, state }) => `${part} ${state}`)).toEqual([
      'signature proved',
      'files proved',
      'records proved',
      'span proved',
      'constitutions proved',
      'lineage open',
      'ledger proved',
      'witnesses open',
    ]);
  });

  it('says what it does not prove: the end of a journal, a constitution that is gone, no log', async () => {
    const stateOf = (files: BundleFiles, part: string, by = trust) =>
      verifyEvidence(files, by).findings.find((one) => one.part === part)?.code;
    expect(stateOf(await gather(5, 99), 'span')).toBe('ends-early');
    expect(stateOf(await gather(-5, 9), 'span')).toBe('complete');
    expect(stateOf(good, 'ledger', { keys: trust.keys, parseEntry })).toBe('not-checked');
    const { format: _, ...rest } = verifyEvidence(good, trust).manifest ?? never();
    const files = rest.files.filter(({ path }) => !path.startsWith('constitutions/'));
    const without = changed((all) => {
      for (const path of [...all.keys()]) if (path.startsWith('constitutions/')) all.delete(path);
      all.set(MANIFEST_FILE, Buffer.from(signManifest({ ...rest, files }, RECEIPT_KEY.signer)));
    });
    expect(told(without)).toBe('valid');
    expect(stateOf(without, 'constitutions')).toBe('constitution-absent');
  });

  it('does not outlive any change: a byte, a file, an order', () => {
    const paths = [...good.keys()];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.nat(), fc.nat(254), (path, place, by) => {
        const bytes = Buffer.from(good.get(path) ?? []);
        const at = place % bytes.length;
        bytes[at] = ((bytes[at] ?? 0) + 1 + by) % 256;
        expect(told(changed((files) => files.set(path, bytes)))).not.toBe('valid');
      }),
      { numRuns: 1_500 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.uint8Array({ maxLength: 3 }),
        fc.nat(9),
        (path, place, insert, cut) => {
          const bytes = Buffer.from(good.get(path) ?? []);
          const at = place % (bytes.length + 1);
          const next = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + cut)]);
          fc.pre(!next.equals(bytes));
          expect(told(changed((files) => files.set(path, next)))).not.toBe('valid');
        },
      ),
      { numRuns: 1_500 },
    );
  });
});

describe('the tar of a bundle', () => {
  const tar = writeTar(good, 1_700_000_000);

  it('gives back what was put in, whatever it is', () => {
    expect(readTar(tar)).toEqual({ ok: true, value: good });
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,8}(\/[a-z0-9._-]{1,8}[a-z])?$/), { maxLength: 6 });
    fc.assert(
      fc.property(names, fc.uint8Array({ maxLength: 1100 }), (paths, bytes) => {
        const plain = paths.filter(
          (path) => !path.includes('/.') && !paths.some((other) => path.startsWith(`${other}/`)),
        );
        const files = new Map(plain.map((path) => [path, Buffer.from(bytes)]));
        expect(readTar(writeTar(files, 0))).toEqual({ ok: true, value: files });
      }),
    );
  });

  it('is refused, or holds the same, after any change', () => {
    fc.assert(
      fc.property(fc.nat(tar.length - 1), fc.nat(254), (at, by) => {
        const bytes = Buffer.from(tar);
        bytes[at] = ((bytes[at] ?? 0) + 1 + by) % 256;
        const read = readTar(bytes);
        if (read.ok) expect(told(read.value)).not.toBe('valid');
      }),
      { numRuns: 3_000 },
    );
    for (const cut of [0, 1, 511, 512, 1024, tar.length - 1]) {
      expect(readTar(tar.subarray(0, cut)).ok).toBe(false);
    }
    expect(readTar(Buffer.concat([tar, Buffer.alloc(512)])).ok).toBe(false);
  });

  it.each(['../x', '/x', 'a/../b', 'x'.repeat(101)])('is not made of the path %s', (path) => {
    expect(() => writeTar(new Map([[path, Buffer.alloc(1)]]), 0)).toThrow(RangeError);
  });
});

function recordsOf() {
  const { records } = verifyEvidence(good, trust).manifest ?? never();
  return records;
}

function never(): never {
  throw new Error('the bundle is whole');
}

it('a manifest is read in its one form only', () => {
  expect(parseManifest({ payloadType: 't', payload: 'e30=', signatures: [] })).toMatchObject({ ok: false });
});
