import type { Approval, ApprovalId } from '#domain/approval/approval.ts';
import type { ConstitutionRef, Decision } from '#domain/decision/decision.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

export type GrantRefusalCode =
  | 'approval-not-asked'
  | 'approval-own'
  | 'approval-answered'
  | 'approval-not-entitled'
  | 'approval-constitution-changed';

/**
 * A person answers an `ask`. The approval is bound to the action's digest, the constitution and the agent that asked;
 * nobody grants their own, and agents grant nothing.
 */
export function grant(input: {
  readonly id: ApprovalId;
  readonly decision: Decision;
  /** The answer that this request has had already. */
  readonly earlier?: Approval;
  readonly answer: Approval['answer'];
  readonly by: Principal;
  readonly constitution: ConstitutionRef;
  /** How long a granted approval waits for the agent to come back: the constitution's `limits.approvalMinutes`. */
  readonly approvalMinutes: number;
  readonly nowMs: number;
}): Result<Approval, GrantRefusalCode> {
  const { decision, by } = input;
  if (by.kind !== 'person') return refuse('approval-not-entitled', 'Only a person can answer an approval request.');
  if (decision.verdict.kind !== 'ask') {
    return refuse('approval-not-asked', `The decision is "${decision.verdict.kind}": nothing was asked.`);
  }
  if (input.earlier !== undefined) {
    return refuse('approval-answered', `The request was ${input.earlier.answer} by ${input.earlier.by.id} already.`);
  }
  if (by.id === decision.principal.id) return refuse('approval-own', 'Nobody answers their own request.');
  if (decision.constitution.digest !== input.constitution.digest) {
    return refuse(
      'approval-constitution-changed',
      'The constitution has changed since the request: the agent must ask again.',
    );
  }
  return ok({
    id: input.id,
    timeMs: input.nowMs,
    decisionId: decision.id,
    answer: input.answer,
    by: { kind: 'person', id: by.id },
    role: decision.verdict.role,
    principalId: decision.principal.id,
    actionDigest: decision.actionDigest,
    constitution: input.constitution,
    expiresMs: input.nowMs + input.approvalMinutes * 60_000,
  });
}

/** Whether an approval is good for this action now. Single use is kept by whoever holds the approvals. */
export function isUsable(
  approval: Approval,
  use: {
    readonly principalId: string;
    readonly actionDigest: string;
    readonly constitutionDigest: string;
    readonly nowMs: number;
  },
): boolean {
  return (
    approval.answer === 'granted' &&
    approval.principalId === use.principalId &&
    approval.actionDigest === use.actionDigest &&
    approval.constitution.digest === use.constitutionDigest &&
    use.nowMs >= approval.timeMs &&
    use.nowMs < approval.expiresMs
  );
}
