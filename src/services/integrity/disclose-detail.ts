import type { Decision } from '#domain/decision/decision.ts';
import type { DetailStore } from '#domain/detail/detail-store.ts';
import type { Journal } from '#domain/journal/journal.ts';
import type { RedactionDetail } from '#domain/redaction/marker.ts';
import { ok, type Result } from '#domain/result.ts';

export type DiscloseDetail = (
  decision: Decision,
  by: string,
) => Promise<Result<readonly RedactionDetail[], 'detail-gone' | 'detail-damaged'>>;

/**
 * What was kept out of a decision's record, for a person. That it is shown, of what and to whom, is on stable storage before: what cannot be written down is not
 * disclosed. The record says which redactions, and nothing of what is in them.
 * @throws {DetailUnavailable} {JournalUnavailable}
 */
export function createDiscloseDetail(deps: {
  readonly store: Pick<DetailStore, 'find'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly nowMs: () => number;
}): DiscloseDetail {
  return async (decision, by) => {
    if (decision.redactions === undefined) return ok([]);
    const found = await deps.store.find(decision);
    if (!found.ok) return found;
    const disclosed = { decisionId: decision.id, numbers: found.value.map(({ number }) => number), by };
    await deps.journal.append({ kind: 'detail-disclosed', timeMs: deps.nowMs(), disclosed });
    return found;
  };
}
