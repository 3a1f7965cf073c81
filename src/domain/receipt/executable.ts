import { ok, type Result, refuse } from '#domain/result.ts';
import type { Receipt } from './statement.ts';
import type { VerifiedReceipt } from './verify-receipt.ts';

/** How long after its decision a receipt is good for running the command, in milliseconds: an agent acts at once or asks again. */
export const RECEIPT_RUN_MS_MAX = 15 * 60_000;
/** By how much the clocks of a node and of an executor may differ, in milliseconds. */
const CLOCK_SKEW_MS = 60_000;

export type ExecutableCode =
  | 'receipt-invalid'
  | 'receipt-action-other'
  | 'receipt-not-allow'
  | 'receipt-expired'
  | 'receipt-from-future';

/** Whether a receipt lets this very action be carried out now. That it does so once only is for whoever keeps the spent ones. */
export function executable(
  verified: VerifiedReceipt,
  use: { readonly actionDigest: string; readonly nowMs: number },
): Result<Receipt, ExecutableCode> {
  const { receipt, isValid, findings } = verified;
  if (receipt === undefined || !isValid) {
    const wrong = findings.find(({ state }) => state === 'false')?.text ?? 'It is not signed.';
    return refuse('receipt-invalid', `The receipt is not valid. ${wrong}`);
  }
  if (receipt.action.digest !== use.actionDigest) {
    return refuse(
      'receipt-action-other',
      'The receipt is about another action: command, working directory and workspace must be those that were decided.',
      `${use.actionDigest} is to be run, ${receipt.action.digest} was decided`,
    );
  }
  if (receipt.verdict.kind !== 'allow') {
    return refuse('receipt-not-allow', `The decision is "${receipt.verdict.kind}", not "allow".`);
  }
  if (receipt.timeMs > use.nowMs + CLOCK_SKEW_MS) {
    return refuse('receipt-from-future', 'The receipt is from a time that has not come yet: a clock is wrong.');
  }
  if (use.nowMs >= receipt.timeMs + RECEIPT_RUN_MS_MAX) {
    return refuse('receipt-expired', `The receipt is older than ${RECEIPT_RUN_MS_MAX / 60_000} minutes: ask again.`);
  }
  return ok(receipt);
}
