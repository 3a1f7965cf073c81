import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { verifyReceipt } from '#domain/receipt/verify-receipt.ts';
import { randomFrom } from '../support/random.ts';
import { RECEIPT_KEY } from '../support/receipts.ts';
import { mutate } from '../tamper/mutations.ts';
import { firstFinding } from '../tamper/verify.ts';
import { createWorld, type Files, LOG, WITNESSES } from '../tamper/world.ts';
import { type Case, createCases } from './cases.ts';
import { createEvidenceCase, createEvidenceSource } from './evidence-cases.ts';
import { createReceiptCase, receiptWithoutUtf8 } from './receipt-cases.ts';
import { askSecondVerifier, runSecondVerifier } from './second-verifier.ts';

/** Cases of each kind; ACGS_INDEPENDENT_CASES sets another number, ACGS_INDEPENDENT_SEED repeats a failure. */
const CASES = Number(process.env['ACGS_INDEPENDENT_CASES'] ?? 150);
const SEED = Number(process.env['ACGS_INDEPENDENT_SEED'] ?? Date.now() % 2 ** 31);
const TIMEOUT_MS = 600_000;

const root = mkdtempSync(join(tmpdir(), 'acgs-independent-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Both say the same of every case, and not always the same thing. */
async function expectAgreement(cases: readonly Case[]): Promise<void> {
  const second = await askSecondVerifier(cases.map(({ words }) => words));
  const differing = cases.flatMap(({ what, words, isVerified }, at) => {
    const { code, lines } = second[at] ?? { code: -1, lines: [] };
    return (code === 0) === isVerified && code < 2
      ? []
      : [`${what}: we say ${isVerified}, it says ${code} (${lines.join(' ')}): ${words.join(' ')}`];
  });
  expect(differing, `ACGS_INDEPENDENT_SEED=${SEED}`).toEqual([]);
  const verifiedCount = cases.filter(({ isVerified }) => isVerified).length;
  expect(verifiedCount).toBeGreaterThan(cases.length / 20);
  expect(verifiedCount).toBeLessThan((cases.length * 19) / 20);
}

const source = await createEvidenceSource();

describe(`a second verifier, written from the specifications, agrees (seed ${SEED})`, () => {
  const random = randomFrom(SEED);
  const made = createCases(root, random);
  it.each([
    ['checkpoints, cosignatures and policies', made.checkpoint],
    ['tlog-proofs', made.proof],
    ['consistency proofs', made.consistency],
    ['inclusion proofs', made.inclusion],
    ['receipts', () => createReceiptCase(made.file, random)],
    ['evidence bundles', () => createEvidenceCase(source, root, made.file, random)],
  ] as const)('on %s', { timeout: TIMEOUT_MS }, async (_name, make) => {
    const cases: Case[] = [];
    for (let number = 0; number < CASES; number += 1) cases.push(await make());
    await expectAgreement(cases);
  });

  it('that a statement that is no UTF-8 is none', async () => {
    const receipt = receiptWithoutUtf8();
    const keys = [RECEIPT_KEY.signer.publicKey];
    expect(verifyReceipt(receipt, { keys })).toMatchObject({ isValid: false });
    const words = ['receipt', made.file(JSON.stringify(receipt)), '--key', RECEIPT_KEY.signer.publicKey.text];
    expect(await askSecondVerifier([words])).toEqual([{ code: 1, lines: ['It is not UTF-8 text.'] }]);
  });

  it('on whole ledgers, sound and tampered with', { timeout: TIMEOUT_MS }, async () => {
    const policy = made.file(
      [
        `log ${verifierKeyText(LOG.verifier)}`,
        ...WITNESSES.map(({ name, verifier }) => `witness ${name} ${verifierKeyText(verifier)}`),
        `group both all ${WITNESSES.map(({ name }) => name).join(' ')}\nquorum both\n`,
      ].join('\n'),
    );
    const cases: Case[] = [];
    for (let number = 0; number < CASES / 3; number += 1) {
      const world = createWorld(random);
      const kind = (['edit', 'delete', 'truncate', 'key-swap', 'fork'] as const)[number % 5] ?? 'edit';
      const mutated = number % 4 === 0 ? undefined : mutate(world, kind, random);
      const files: Files = { objects: (mutated?.files ?? world.files).objects, journals: new Map() };
      // What was seen before and the order of sequences are no part of what a folder can show by itself.
      const finding = await firstFinding(files, []);
      const folder = join(root, `ledger-${number}`);
      for (const [path, bytes] of files.objects) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }
      const isStray = finding?.startsWith('tile-different in tile/') === true && isSuperseded(finding, files);
      if (!isStray) {
        cases.push({
          what: mutated?.what ?? 'sound',
          words: ['ledger', folder, '--policy', policy],
          isVerified: finding === undefined,
        });
      }
    }
    await expectAgreement(cases);
  });
});

/** Whether a finding is about a partial tile of an earlier size: the second verifier looks only at what the present one needs. */
function isSuperseded(finding: string, { objects }: Files): boolean {
  const path = finding.split(' in ')[1] ?? '';
  const [stem, width] = path.split('.p/');
  return [...objects.keys()].some((other) => {
    const [otherStem, otherWidth] = other.split('.p/');
    return otherStem === stem && (otherWidth === undefined || Number(otherWidth) > Number(width));
  });
}

describe('the second verifier', () => {
  it('tells a person what was proved, with exit code 0', async () => {
    const made = createCases(root, () => 0.65);
    const { words } = made.checkpoint();
    const { code, out } = await runSecondVerifier(words);
    expect(out).toContain('verified\nThe log acgs.example/ledger has signed a tree of ');
    expect(code).toBe(0);
  });

  it('tells what is wrong with 1, and that it was asked wrongly with 2', async () => {
    const { file } = createCases(root, () => 0.5);
    const none = file('quorum none\n');
    expect(await runSecondVerifier(['checkpoint', file('x'), '--policy', none])).toEqual({
      code: 1,
      out: 'NOT VERIFIED\nThe note has no signatures.\n',
      err: '',
    });
    expect(await runSecondVerifier(['checkpoint', join(root, 'none'), '--policy', none])).toMatchObject({
      code: 2,
      out: '',
    });
    expect(await runSecondVerifier(['believe', 'me'])).toMatchObject({ code: 2, out: '' });
  });
});
