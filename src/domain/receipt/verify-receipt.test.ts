import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type JsonObject, type JsonValue } from '#domain/json.ts';
import { entryBytes } from '#domain/ledger/entry.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { verifyCheckpoint } from '#domain/ledger/verify-checkpoint.ts';
import { signEnvelope } from '#domain/signature/dsse.ts';
import {
  LOG,
  OTHER_LOG,
  OTHER_RECEIPT_KEY,
  RECEIPT_KEY,
  RECORDS,
  SAMPLE_APPROVAL,
  sampleCheckpoint,
  sampleFile,
  samplePolicy,
  sampleProof,
  sampleReceipt,
  WITNESSES,
} from '../../../tests/support/receipts.ts';
import { parseReceipt } from './parse-receipt.ts';
import { parseReceiptFile, type ReceiptFile, signReceipt, statementOf } from './receipt-file.ts';
import { RECEIPT_PAYLOAD_TYPE, type Receipt, recordBytes } from './statement.ts';
import { type Finding, type ReceiptTrust, verifyReceipt } from './verify-receipt.ts';

const keys = [RECEIPT_KEY.signer.publicKey];
const trust: ReceiptTrust = { keys, policy: samplePolicy('none') };

/** `part code` of every false finding; `valid` when there is none. */
function told(file: ReceiptFile, by: ReceiptTrust = trust): string {
  const { findings, isValid } = verifyReceipt(file, by);
  const wrong = findings.filter(({ state }) => state === 'false').map(({ part, code }) => `${part} ${code}`);
  expect(isValid).toBe(wrong.length === 0);
  return isValid ? 'valid' : wrong.join(', ');
}

/** As a thief of the key, or a faulty signer, would make it: signed, whatever it says. */
function forged(change: Partial<Receipt>, number = 3): ReceiptFile {
  return signReceipt({ ...sampleReceipt(number), ...change }, RECEIPT_KEY.signer, sampleProof(number));
}
const signedStatement = (statement: JsonValue): ReceiptFile => ({
  format: 'acgs-receipt-v1',
  envelope: signEnvelope(RECEIPT_PAYLOAD_TYPE, Buffer.from(canonicalJson(statement)), [RECEIPT_KEY.signer]),
});
const good = sampleFile(3);
const statement = statementOf(sampleReceipt(3));
const predicate = statement.predicate as JsonObject; // as `statementOf` makes it

function trusted(size: number, log = LOG, entries = RECORDS.slice(0, size).map(({ record }) => entryBytes(record))) {
  const verified = verifyCheckpoint(noteText(sampleCheckpoint(entries, log, [])), samplePolicy('none'));
  if (!verified.ok) throw new Error(verified.refusal.message);
  return verified.value;
}

describe('an attack', () => {
  it.each<[string, ReceiptFile, string, ReceiptTrust?]>([
    [
      'by another key',
      signReceipt(sampleReceipt(3), OTHER_RECEIPT_KEY.signer, sampleProof(3)),
      'signature key-unknown',
    ],
    [
      'by another key under the name of the right one',
      {
        ...good,
        envelope: {
          ...good.envelope,
          signatures: signReceipt(sampleReceipt(3), OTHER_RECEIPT_KEY.signer).envelope.signatures.map(({ sig }) => ({
            keyid: RECEIPT_KEY.signer.publicKey.id,
            sig,
          })),
        },
      },
      'signature signature-invalid',
    ],
    [
      'with the signature of another receipt',
      { ...good, envelope: { ...good.envelope, signatures: sampleFile(4).envelope.signatures } },
      'signature signature-invalid',
    ],
    [
      'with a payload of another type, signed by the right key',
      {
        ...good,
        envelope: signEnvelope('application/vnd.acgs.evidence+json', Buffer.from(good.envelope.payload, 'base64'), [
          RECEIPT_KEY.signer,
        ]),
      },
      'signature payload-type-other',
    ],
    [
      'with the right type put on a payload of another',
      {
        ...good,
        envelope: {
          ...signEnvelope('text/plain', Buffer.from(good.envelope.payload, 'base64'), [RECEIPT_KEY.signer]),
          payloadType: RECEIPT_PAYLOAD_TYPE,
        },
      },
      'signature signature-invalid',
    ],
    [
      'with a receipt of another action',
      good,
      'action action-other',
      { ...trust, expected: { actionDigest: sampleReceipt(4).action.digest } },
    ],
    [
      'with a receipt of another decision',
      good,
      'action decision-other',
      { ...trust, expected: { decisionId: sampleReceipt(4).id } },
    ],
    ['with the proof taken off', signReceipt(sampleReceipt(3), RECEIPT_KEY.signer), 'inclusion proof-absent'],
    ['with the proof of another record', sampleFile(3, sampleProof(4)), 'inclusion inclusion-unproved'],
    [
      'with a checkpoint from before the record',
      sampleFile(
        3,
        sampleProof(3, 5).replace(
          /\n\n[\s\S]*$/,
          `\n\n${noteText(
            sampleCheckpoint(
              RECORDS.slice(0, 2).map(({ record }) => entryBytes(record)),
              LOG,
              [],
            ),
          )}`,
        ),
      ),
      'inclusion inclusion-unproved',
    ],
    [
      'with a checkpoint of another log’s key',
      sampleFile(3, sampleProof(3, 5, { log: OTHER_LOG })),
      'inclusion signature-invalid',
    ],
    [
      'without the witnesses that are asked for',
      good,
      'inclusion quorum-missed',
      { keys, policy: samplePolicy('both') },
    ],
    [
      'with too few of them',
      sampleFile(3, sampleProof(3, 5, { witnesses: [WITNESSES[0]] })),
      'inclusion quorum-missed',
      { keys, policy: samplePolicy('both') },
    ],
    [
      'with a witness’s key in the place of the log’s',
      sampleFile(3, sampleProof(3, 5, { log: WITNESSES[0] })),
      'inclusion signature-invalid',
    ],
    [
      'with the approval of another person',
      good,
      'approval approval-other',
      { ...trust, expected: { approvedBy: 'carla' } },
    ],
    [
      'with an approval that nobody gave',
      sampleFile(2),
      'approval approval-absent',
      { ...trust, expected: { approvedBy: 'berta' } },
    ],
    [
      'with an approval of oneself',
      forged({ approval: { ...approvalOf(), by: 'alice-laptop' } }),
      'approval approval-own',
    ],
    [
      'with an approval that had expired',
      forged({ approval: { ...approvalOf(), expiresMs: 1_700_000_000_003 } }),
      'approval approval-expired',
    ],
    [
      'with an approval that came later',
      forged({ approval: { ...approvalOf(), timeMs: 1_700_000_000_004 } }),
      'approval approval-expired',
    ],
    [
      'under another lineage',
      forged({ constitution: { ...sampleReceipt(3).constitution, lineage: 'deadbeefdeadbeef' } }),
      'constitution lineage-other',
    ],
    [
      'under another constitution',
      good,
      'constitution constitution-other',
      { ...trust, expected: { constitutionDigest: 'a'.repeat(64) } },
    ],
    [
      'with a record of another sequence',
      forged({ journal: { ...sampleReceipt(3).journal, sequence: 4 } }),
      'inclusion inclusion-unproved',
    ],
    [
      'with a record of another node',
      forged({ journal: { ...sampleReceipt(3).journal, node: 'node-2' } }),
      'inclusion inclusion-unproved',
    ],
    [
      'beside another record',
      good,
      'record record-other',
      { ...trust, record: recordBytes(RECORDS[3]?.record.entry ?? never()) },
    ],
    [
      'beside its record with another predecessor',
      forged({ journal: { ...sampleReceipt(3).journal, previousHash: 'a'.repeat(64) } }),
      'record record-other',
      { keys, record: recordBytes(RECORDS[2]?.record.entry ?? never()) },
    ],
    [
      'with a field that is not known',
      signedStatement({ ...statement, predicate: { ...predicate, exempt: true } }),
      'statement statement-malformed',
    ],
    [
      'with a field missing',
      signedStatement({ ...statement, predicate: without(predicate, 'verdict') }),
      'statement statement-malformed',
    ],
    [
      'with a verdict that is not known',
      signedStatement({ ...statement, predicate: { ...predicate, verdict: { kind: 'permit' } } }),
      'statement statement-malformed',
    ],
    [
      'with two subjects',
      signedStatement({
        ...statement,
        subject: [...(statement.subject as readonly JsonObject[]), ...(statement.subject as readonly JsonObject[])],
      }),
      'statement statement-malformed',
    ],
    [
      'of another kind of statement',
      signedStatement({ ...statement, predicateType: 'https://slsa.dev/provenance/v1' }),
      'statement statement-malformed',
    ],
    [
      'shown beside a fork of the log',
      good,
      'checkpoint log-forked',
      {
        ...trust,
        checkpoint: trusted(
          5,
          LOG,
          RECORDS.map(({ record }) => entryBytes({ ...record, node: 'x' })),
        ),
      },
    ],
  ])('%s is seen', (_name, file, expected, by) => {
    expect(told(file, by)).toBe(expected);
  });

  it('that has the payload in another JSON form is seen, though it is signed', () => {
    const text = `${Buffer.from(good.envelope.payload, 'base64').toString()} `;
    const envelope = signEnvelope(RECEIPT_PAYLOAD_TYPE, Buffer.from(text), [RECEIPT_KEY.signer]);
    expect(told({ ...good, envelope })).toBe('statement statement-malformed');
  });

  it('on any field of the statement breaks the signature', () => {
    const leaves = leavesOf(statement);
    expect(leaves.length).toBeGreaterThan(25);
    fc.assert(
      fc.property(fc.constantFrom(...leaves), fc.jsonValue(), (path, value) => {
        const changed = set(statement, path, value as JsonValue);
        fc.pre(canonicalJson(changed) !== canonicalJson(statement));
        const payload = Buffer.from(canonicalJson(changed)).toString('base64');
        expect(told({ ...good, envelope: { ...good.envelope, payload } })).toContain('signature signature-invalid');
      }),
      { numRuns: 400 },
    );
  });

  it('on any byte of the file leaves nothing valid that says something else', () => {
    const text = JSON.stringify(good);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(254), (at, by) => {
        const bytes = Buffer.from(text);
        bytes[at] = ((bytes[at] ?? 0) + 1 + by) % 256;
        const file = parseReceiptFile(bytes.toString('utf8'));
        if (!file.ok) return;
        const { isValid, receipt } = verifyReceipt(file.value, trust);
        expect(isValid ? receipt : sampleReceipt(3)).toEqual(sampleReceipt(3));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a receipt', () => {
  const stateOf = (findings: readonly Finding[], part: string) => findings.find((one) => one.part === part)?.code;

  it('comes back as it was, from its file and from its statement', () => {
    const file = parseReceiptFile(JSON.stringify(good));
    expect(file).toEqual({ ok: true, value: good });
    expect(parseReceipt(Buffer.from(canonicalJson(statement)))).toEqual({ ok: true, value: sampleReceipt(3) });
  });

  it('that is whole proves all that was asked, and says so', () => {
    const by: ReceiptTrust = {
      keys: [OTHER_RECEIPT_KEY.signer.publicKey, ...keys],
      policy: samplePolicy('both'),
      checkpoint: trusted(5),
      expected: {
        actionDigest: sampleReceipt(3).action.digest,
        decisionId: sampleReceipt(3).id,
        constitutionDigest: sampleReceipt(3).constitution.digest,
        approvedBy: 'berta',
      },
      record: recordBytes(RECORDS[2]?.record.entry ?? never()),
    };
    const { findings, isValid, receipt } = verifyReceipt(
      sampleFile(3, sampleProof(3, 5, { witnesses: WITNESSES })),
      by,
    );
    expect(isValid).toBe(true);
    expect(receipt).toEqual(sampleReceipt(3));
    expect(findings.map(({ part, state }) => `${part} ${state}`)).toEqual(
      [
        'signature',
        'statement',
        'approval',
        'action',
        'constitution',
        'record',
        'inclusion',
        'witnesses',
        'checkpoint',
      ].map((part) => `${part} proved`),
    );
  });

  it('says what it does not prove', () => {
    const { findings, isValid } = verifyReceipt(sampleFile(2), { keys });
    expect(isValid).toBe(true);
    expect(findings.filter(({ state }) => state === 'open').map(({ part }) => part)).toEqual([
      'action',
      'constitution',
      'record',
      'inclusion',
    ]);
    const seen = verifyReceipt(sampleFile(2), { ...trust, checkpoint: trusted(4) }).findings;
    expect([stateOf(seen, 'witnesses'), stateOf(seen, 'checkpoint')]).toEqual(['not-witnessed', 'not-consistent']);
  });

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['another format', JSON.stringify({ ...good, format: 'acgs-receipt-v2' })],
    ['another field', JSON.stringify({ ...good, valid: true })],
    ['a proof that is no text', JSON.stringify({ ...good, proof: 1 })],
    ['no envelope', JSON.stringify({ ...good, envelope: null })],
    ['an envelope without a signature', JSON.stringify({ ...good, envelope: { ...good.envelope, signatures: [] } })],
    ['too much', JSON.stringify({ ...good, proof: 'x'.repeat(5 * 2 ** 20) })],
  ])('is not %s', (_name, text) => {
    expect(parseReceiptFile(text)).toMatchObject({ ok: false, refusal: { code: 'receipt-malformed' } });
  });
});

function approvalOf() {
  const { by, ...rest } = SAMPLE_APPROVAL;
  const { id, decisionId, role, timeMs, expiresMs } = rest;
  return { id, decisionId, by: by.id, role, timeMs, expiresMs };
}

function never(): never {
  throw new Error('there are five records');
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

type Path = readonly (string | number)[];

function leavesOf(value: JsonValue, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, field]) =>
    leavesOf(field, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

function set(value: JsonValue, [key, ...rest]: Path, to: JsonValue): JsonValue {
  if (key === undefined) return to;
  if (Array.isArray(value)) return value.map((field: JsonValue, at) => (at === key ? set(field, rest, to) : field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, name === key ? set(field, rest, to) : field]),
  );
}
