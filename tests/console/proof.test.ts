import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, canonicalJson as serverJson } from '#domain/json.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import { signReceipt } from '#domain/receipt/receipt-file.ts';
import { recordBytes } from '#domain/receipt/statement.ts';
import { verifyReceipt } from '#domain/receipt/verify-receipt.ts';
import { fromBase64, isSigned, utf8 } from '../../console/src/proof/bytes.ts';
import { canonicalJson, type Json } from '../../console/src/proof/canonical-json.ts';
import { checkReceipt, type Trust } from '../../console/src/proof/check-receipt.ts';
import {
  DECISIONS,
  LOG,
  OTHER_LOG,
  OTHER_RECEIPT_KEY,
  RECEIPT_KEY,
  RECORDS,
  sampleFile,
  samplePolicy,
  sampleProof,
  sampleReceipt,
  WITNESSES,
} from '../support/receipts.ts';

const TRUST: Trust = {
  receiptKeys: [OTHER_RECEIPT_KEY.signer.publicKey.text, RECEIPT_KEY.signer.publicKey.text],
  logKeys: [verifierKeyText(LOG.verifier)],
  witnessKeys: WITNESSES.map(({ verifier }) => verifierKeyText(verifier)),
};

const NUMBER = 3;
const witnessed = sampleProof(NUMBER, undefined, { witnesses: WITNESSES });

/** What the server hands out of record `number`, as the browser gets it. */
function given(proof: string | undefined = witnessed, number = NUMBER) {
  const record = RECORDS[number - 1];
  if (record === undefined) throw new RangeError('there is no such record');
  return {
    receipt: JSON.parse(JSON.stringify(sampleFile(number, proof))) as unknown,
    record: recordBytes(record.record.entry).toString(),
    shown: JSON.parse(JSON.stringify(DECISIONS[number - 1])) as unknown,
  };
}

const codes = async (one: Parameters<typeof checkReceipt>[0], trust = TRUST) =>
  (await checkReceipt(one, trust)).steps.map(({ code }) => code);

const PROVED = ['signed', 'statement-matches', 'record-matches', 'page-matches', 'included', 'log-signed', 'cosigned'];

describe('the proof check in the browser', () => {
  it('proves a receipt that the server has made, step by step', async () => {
    const check = await checkReceipt(given(), TRUST);
    expect(check.steps.map(({ code }) => code)).toEqual(PROVED);
    expect(check.state).toBe('proved');
    expect(check.steps.at(-1)?.text).toContain('w1 (2023-11-14T22:13:20Z) and w2');
  });

  it('leaves open what nothing at hand proves, and says which', async () => {
    expect(
      await codes({
        ...given(),
        receipt: JSON.parse(JSON.stringify(signReceipt(sampleReceipt(NUMBER), RECEIPT_KEY.signer))),
      }),
    ).toEqual([...PROVED.slice(0, 4), 'proof-absent']);
    const unwitnessed = await checkReceipt(given(sampleProof(NUMBER)), TRUST);
    expect(unwitnessed.steps.at(-1)).toMatchObject({ state: 'open', code: 'not-witnessed' });
    expect(unwitnessed.state).toBe('open');
    const { receipt } = given();
    expect(await codes({ receipt })).toContain('record-absent');
  });

  it.each<[string, string, (one: ReturnType<typeof given>) => Parameters<typeof checkReceipt>[0]]>([
    ['no receipt', 'receipt-malformed', (one) => ({ ...one, receipt: { format: 'acgs-receipt-v1' } })],
    ['no object', 'receipt-malformed', (one) => ({ ...one, receipt: 'acgs-receipt-v1' })],
    [
      'a payload of another type',
      'receipt-malformed',
      (one) => ({ ...one, receipt: edited(one.receipt, 'payloadType', 'text/plain') }),
    ],
    [
      'another payload under the signature',
      'signature-invalid',
      (one) => ({ ...one, receipt: edited(one.receipt, 'payload', payloadOf(2)) }),
    ],
    ['the receipt of another decision', 'decision-other', (one) => ({ ...one, receipt: given(undefined, 2).receipt })],
    ['another record', 'record-other', (one) => ({ ...one, record: given(undefined, 2).record })],
    ['a record with a blank more', 'record-other', (one) => ({ ...one, record: `${one.record} ` })],
    [
      'a page that shows another command',
      'page-other',
      (one) => ({ ...one, shown: { ...(one.shown as object), agentVersion: '9' } }),
    ],
    [
      'a proof of another record',
      'inclusion-unproved',
      () => given(sampleProof(2, undefined, { witnesses: WITNESSES })),
    ],
    ['a proof that is none', 'proof-malformed', () => given('c2sp.org/tlog-proof@v1\nindex 1\n\n')],
    [
      'a checkpoint of another log',
      'checkpoint-unsigned',
      () => given(sampleProof(NUMBER, undefined, { log: OTHER_LOG })),
    ],
  ])('finds %s false (%s), and goes no further', async (_what, code, mutate) => {
    const check = await checkReceipt(mutate(given()), TRUST);
    expect(check.state).toBe('false');
    expect(check.steps.filter(({ state }) => state === 'false').map((step) => step.code)).toEqual([code]);
  });

  it('believes no key that it was not given', async () => {
    const key = TRUST.receiptKeys[0] ?? '';
    expect(await codes(given(), { ...TRUST, receiptKeys: [key] })).toEqual(['key-unknown']);
    expect(await codes(given(), { ...TRUST, receiptKeys: [] })).toEqual(['key-unknown']);
    expect(await codes(given(), { ...TRUST, logKeys: [] })).toContain('log-key-absent');
    expect(await codes(given(), { ...TRUST, witnessKeys: [] })).toContain('not-witnessed');
    // A key's id is a hash over its name: another name makes another key.
    expect(await codes(given(), { ...TRUST, logKeys: [(TRUST.logKeys[0] ?? '').replace('acgs.', 'acgz.')] })).toContain(
      'log-unknown',
    );
  });

  it('takes a proof for cosigned by both, and the command line for valid, until one character of it is changed', async () => {
    const policy = samplePolicy('both');
    const judged = async (proof: string) => {
      const { receipt, record, shown } = given(proof);
      const keys = [RECEIPT_KEY.signer.publicKey];
      const { isValid } = verifyReceipt(sampleFile(NUMBER, proof), { keys, policy, record: Buffer.from(record) });
      const { state, steps } = await checkReceipt({ receipt, record, shown }, TRUST);
      // A changed name or id makes the line nobody's that is known: then the other witness stands there alone.
      return { isValid, isByBoth: state === 'proved' && /w1 \(.*\) and w2 \(/.test(steps.at(-1)?.text ?? '') };
    };
    expect(await judged(witnessed)).toEqual({ isValid: true, isByBoth: true });
    await fc.assert(
      fc.asyncProperty(fc.nat(witnessed.length - 1), fc.constantFrom('A', 'b', '7', '\n', ' '), async (at, other) => {
        fc.pre(witnessed[at] !== other);
        const changed = `${witnessed.slice(0, at)}${other}${witnessed.slice(at + 1)}`;
        expect(await judged(changed)).toEqual({ isValid: false, isByBoth: false });
      }),
      { numRuns: 150 },
    );
  });
});

describe('what it is made of', () => {
  it('writes JSON in the same one form as the server', () =>
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(isWellFormed(value));
        expect(canonicalJson(value as Json)).toBe(serverJson({ value } as JsonObject).slice('{"value":'.length, -1));
      }),
    ));

  it('takes no base64 in a second spelling, and no point that is no key', async () => {
    expect(['', 'QQ', 'QR==', 'QQ==\n', '_w=='].map(fromBase64)).toEqual(Array.from({ length: 5 }, () => undefined));
    expect(fromBase64('QQ==')).toEqual(utf8('A'));
    expect(await isSigned(utf8('x'), new Uint8Array(64), new Uint8Array(32).fill(255))).toBe(false);
    expect(await isSigned(utf8('x'), new Uint8Array(63), new Uint8Array(32))).toBe(false);
  });
});

function payloadOf(number: number): string {
  return sampleFile(number).envelope.payload;
}

function edited(receipt: unknown, field: string, value: string): unknown {
  const file = receipt as { readonly envelope: object }; // as `given` has made it
  return { ...file, envelope: { ...file.envelope, [field]: value } };
}

function isWellFormed(value: unknown): boolean {
  return JSON.stringify(value).isWellFormed() && !JSON.stringify(value).includes('\\ud');
}
