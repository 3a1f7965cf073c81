import type { DecisionId } from '#domain/decision/decision.ts';
import type { Reason, Verdict } from '#domain/policy/verdict.ts';
import { never } from '#domain/result.ts';

/** Reasons told to the agent; the rest is in the record. */
const REASONS_TOLD_MAX = 3;

/**
 * One line for the agent: what was decided, why, and what to do instead. It names policies and gives their own words;
 * never the command or a path, which may hold a secret that a transcript would then keep.
 */
export function messageForAgent(verdict: Verdict, reasons: readonly Reason[], id: DecisionId): string {
  const why = tell(reasons);
  switch (verdict.kind) {
    case 'allow':
      return `ACGS allows this (decision ${id}).`;
    case 'modify':
      return `ACGS allows this with a changed input. ${why} (decision ${id})`;
    case 'deny':
      return `ACGS denies this. ${why} (decision ${id})`;
    case 'ask':
      return `ACGS needs the approval of the role "${verdict.role}" first. ${why}`; // the agent's encoder adds the ticket
    case 'defer':
      return `ACGS cannot decide this yet. ${why} (decision ${id})`;
    default:
      return never(verdict);
  }
}

function tell(reasons: readonly Reason[]): string {
  const told = new Map<string, string>();
  for (const reason of reasons) {
    if (told.size === REASONS_TOLD_MAX) break;
    told.set(
      reason.policy,
      `${reason.reason}${reason.advice === undefined ? '' : ` Instead: ${reason.advice}`} [${reason.policy}]`,
    );
  }
  return [...told.values()].join(' ');
}
