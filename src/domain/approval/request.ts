import type { Approval } from '#domain/approval/approval.ts';
import type { ApprovalRules } from '#domain/constitution/sections.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';

/** An `ask` that people answer, with the answers so far and the decision that used it up. */
export interface ApprovalRequest {
  /** Its verdict is an `ask`. Its id names the request, and is the agent's ticket. */
  readonly decision: Decision;
  /** In the order in which they were given; one of each person. */
  readonly answers: readonly Approval[];
  readonly usedBy?: DecisionId;
}

export type RequestState =
  | { readonly kind: 'waiting'; readonly missing: number; readonly untilMs: number }
  /** Waits for the agent to come back. */
  | { readonly kind: 'granted'; readonly by: readonly string[]; readonly untilMs: number }
  | { readonly kind: 'refused'; readonly by: string }
  | { readonly kind: 'used'; readonly decisionId: DecisionId }
  /** Nobody answered in time, or the agent did not come back in time. */
  | { readonly kind: 'expired' };

export const REQUEST_STATES = ['waiting', 'granted', 'refused', 'used', 'expired'] as const;

const MINUTE_MS = 60_000;

/** Where a request stands. Time decides by itself: no record says that one has expired. */
export function stateOf(request: ApprovalRequest, rules: ApprovalRules, nowMs: number): RequestState {
  const { answers, decision, usedBy } = request;
  if (usedBy !== undefined) return { kind: 'used', decisionId: usedBy };
  const refusal = answers.find(({ answer }) => answer === 'refused');
  if (refusal !== undefined) return { kind: 'refused', by: refusal.by.id };
  const last = answers.at(-1);
  if (last !== undefined && last.outstanding === 0) {
    if (nowMs >= last.expiresMs) return { kind: 'expired' };
    return { kind: 'granted', by: answers.map(({ by }) => by.id), untilMs: last.expiresMs };
  }
  const untilMs = decision.timeMs + rules.requestMinutes * MINUTE_MS;
  if (nowMs >= untilMs) return { kind: 'expired' };
  return { kind: 'waiting', missing: last?.outstanding ?? personsNeeded(decision, rules), untilMs };
}

/** How many persons must say yes. */
export function personsNeeded({ verdict }: Decision, rules: ApprovalRules): number {
  return verdict.kind === 'ask' ? (rules.quorum[verdict.role] ?? 1) : 0;
}

/** The roles that may answer for the one that is asked: itself, and those after it in the constitution's order. */
export function rolesThatMayAnswer(asked: string, approverRoles: readonly string[]): readonly string[] {
  const at = approverRoles.indexOf(asked);
  return at < 0 ? [] : approverRoles.slice(at);
}
