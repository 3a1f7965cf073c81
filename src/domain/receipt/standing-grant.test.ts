import { expect, it } from 'vitest';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { StandingGrantId } from '#domain/standing-grant/standing-grant.ts';
import { DECISIONS, RECEIPT_KEY, RECORDS, sampleReceipt } from '../../../tests/support/receipts.ts';
import { parseReceipt } from './parse-receipt.ts';
import { signReceipt } from './receipt-file.ts';
import { type Receipt, receiptOf } from './statement.ts';
import { verifyReceipt } from './verify-receipt.ts';

const [decision] = DECISIONS;
const [place] = RECORDS;
if (decision === undefined || place === undefined) throw new Error('there are sample decisions');
const receipt = receiptOf({
  decision,
  ...place,
  standingGrant: {
    kind: 'proposed',
    timeMs: decision.timeMs - 1,
    by: { kind: 'person', id: 'berta' },
    outstanding: 0,
    grant: {
      id: '01890a5d-ac96-774b-bcce-00000000cccc' as StandingGrantId, // as the service makes them
      decisionId: '01890a5d-ac96-774b-bcce-00000000dddd' as DecisionId, // as above
      principalId: decision.principal.id,
      role: 'maintainer',
      workspaceRoots: ['/w'],
      constitution: decision.constitution,
      clauses: [],
      expiresMs: decision.timeMs + 1,
    },
  },
});

function told(one: Receipt): readonly string[] {
  const file = signReceipt(one, RECEIPT_KEY.signer);
  const { findings } = verifyReceipt(file, { keys: [RECEIPT_KEY.signer.publicKey] });
  return findings.filter(({ part }) => part === 'approval').map(({ state, code }) => `${state} ${code}`);
}

it('says whose standing grant let it through, and reads the same again', () => {
  expect(told(receipt)).toEqual(['proved standing-grant-bound']);
  const { payload } = signReceipt(receipt, RECEIPT_KEY.signer).envelope;
  expect(parseReceipt(Buffer.from(payload, 'base64'))).toEqual({ ok: true, value: receipt });
});

it.each<[string, Partial<NonNullable<Receipt['standingGrant']>>, string]>([
  ['by the one who asked', { by: decision.principal.id }, 'false standing-grant-own'],
  ['that was over', { expiresMs: decision.timeMs }, 'false standing-grant-expired'],
  ['from later', { timeMs: decision.timeMs + 1 }, 'false standing-grant-expired'],
])('refuses one %s', (_what, change, finding) => {
  if (receipt.standingGrant === undefined) throw new Error('it has one');
  expect(told({ ...receipt, standingGrant: { ...receipt.standingGrant, ...change } })).toEqual([finding]);
});

it('is nothing of a receipt without one', () => {
  expect(told(sampleReceipt(2))).toEqual([]);
});
