import { canonicalJson, type JsonValue } from '#domain/json.ts';
import { parsePolicy } from '#domain/ledger/policy.ts';
import { decodeUtf8 } from '#domain/ledger/text.ts';
import { parseReceiptFile, type ReceiptFile, signReceipt, statementOf } from '#domain/receipt/receipt-file.ts';
import { RECEIPT_PAYLOAD_TYPE, recordBytes } from '#domain/receipt/statement.ts';
import { verifyReceipt } from '#domain/receipt/verify-receipt.ts';
import { signEnvelope } from '#domain/signature/dsse.ts';
import { between, pick, type Random } from '../support/random.ts';
import {
  OTHER_RECEIPT_KEY,
  RECEIPT_KEY,
  RECORDS,
  samplePolicyText,
  sampleProof,
  sampleReceipt,
  WITNESSES,
} from '../support/receipts.ts';
import type { Case } from './cases.ts';
import { mutateText } from './mutate-text.ts';

/** Values that a verifier may take for something else. */
const OTHER_VALUES: readonly JsonValue[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  2 ** 53,
  '',
  '0',
  'ä€😀\u0001"\\',
  'a'.repeat(64),
  'A'.repeat(64),
  [],
  {},
  ['x'],
  { kind: 'allow' },
  { kind: 'ask' },
  { kind: 'modify', input: { command: 'true', timeout: 1.25e-7 } },
  { kind: 'defer', retryAfterMs: 1 },
];

/** Receipts as issued, changed in a byte, and signed by the right key although they say what no receipt may. */
export function createReceiptCase(file: (bytes: Buffer | string) => string, random: Random): Case {
  const number = between(random, 1, RECORDS.length + 1);
  const bytes = receiptBytes(number, random);
  const keys = pick(random, [[RECEIPT_KEY], [RECEIPT_KEY], [RECEIPT_KEY, OTHER_RECEIPT_KEY], [OTHER_RECEIPT_KEY]]);
  const policyText = random() < 0.6 ? samplePolicyText(pick(random, ['none', 'w1', 'both'])) : undefined;
  const record = random() < 0.4 ? recordOf(random() < 0.8 ? number : 1 + (number % RECORDS.length)) : undefined;
  const action =
    random() < 0.4 ? sampleReceipt(random() < 0.8 ? number : 1 + (number % RECORDS.length)).action.digest : undefined;

  const parsed = parseReceiptFile(decodeUtf8(bytes) ?? '');
  const policy = policyText === undefined ? undefined : parsePolicy(Buffer.from(policyText));
  if (policy?.ok === false) throw new Error(policy.refusal.message);
  const verified = parsed.ok
    ? verifyReceipt(parsed.value, {
        keys: keys.map(({ signer }) => signer.publicKey),
        ...(policy === undefined ? {} : { policy: policy.value }),
        ...(record === undefined ? {} : { record }),
        ...(action === undefined ? {} : { expected: { actionDigest: action } }),
      }).isValid
    : false;
  const words = [
    ...keys.flatMap(({ signer }) => ['--key', signer.publicKey.text]),
    ...(policyText === undefined ? [] : ['--policy', file(policyText)]),
    ...(record === undefined ? [] : ['--record', file(record)]),
    ...(action === undefined ? [] : ['--action', action]),
  ];
  return { what: 'receipt', words: ['receipt', file(bytes), ...words], isVerified: verified };
}

function receiptBytes(number: number, random: Random): Buffer {
  const witnesses = WITNESSES.filter(() => random() < 0.8);
  const proof = random() < 0.9 ? sampleProof(number, RECORDS.length, { witnesses }) : undefined;
  const receipt = sampleReceipt(number);
  const issued = signReceipt(receipt, RECEIPT_KEY.signer, proof);
  const asText = (value: unknown) => Buffer.from(JSON.stringify(value));
  switch (between(random, 0, 10)) {
    case 0:
    case 1:
      return mutateText(asText(issued), random);
    case 2:
    case 3:
    case 4:
      return asText(signed(canonicalJson(changed(statementOf(receipt), random)), proof));
    case 5:
      return asText(signed(mutateText(Buffer.from(canonicalJson(statementOf(receipt))), random), proof));
    case 6:
      return asText(changed(plain(issued), random));
    default:
      return asText(issued);
  }
}

/** A statement with a byte that is no UTF-8 where a text stands, signed by the right key. Random cases have found that it passed. */
export function receiptWithoutUtf8(): ReceiptFile {
  const payload = Buffer.from(canonicalJson(statementOf(sampleReceipt(1))));
  const at = payload.indexOf('claude-code');
  payload.writeUInt8(0xff, at);
  return signed(payload, undefined);
}

/** What the right key signs, whatever it is. */
function signed(payload: string | Buffer, proof: string | undefined): ReceiptFile {
  const envelope = signEnvelope(RECEIPT_PAYLOAD_TYPE, Buffer.from(payload), [RECEIPT_KEY.signer]);
  return { format: 'acgs-receipt-v1', envelope, ...(proof === undefined ? {} : { proof }) };
}

/** The value with one of its parts removed, added or replaced, however deep. */
function changed(value: JsonValue, random: Random): JsonValue {
  if (typeof value !== 'object' || value === null) return pick(random, OTHER_VALUES);
  if (isList(value)) {
    const at = between(random, 0, value.length + 1);
    return value[at] === undefined
      ? [...value, pick(random, OTHER_VALUES)]
      : value.with(at, changed(value[at], random));
  }
  const names = Object.keys(value);
  const name = pick(random, [...names, 'more']);
  const { [name]: old, ...others } = value;
  if (old === undefined || random() < 0.2)
    return old === undefined ? { ...value, [name]: pick(random, OTHER_VALUES) } : others;
  return { ...value, [name]: random() < 0.3 ? pick(random, OTHER_VALUES) : changed(old, random) };
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function plain(receipt: ReceiptFile): JsonValue {
  return JSON.parse(JSON.stringify(receipt));
}

function recordOf(number: number): Buffer {
  const place = RECORDS[number - 1];
  if (place === undefined) throw new RangeError(`there is no record ${number}`);
  return recordBytes(place.record.entry);
}
