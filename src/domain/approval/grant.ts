import type { Approval, ApprovalId } from '#domain/approval/approval.ts';
import { mayAnswer } from '#domain/approval/entitled.ts';
import { type ApprovalRequest, personsNeeded, stateOf } from '#domain/approval/request.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { ConstitutionRef } from '#domain/decision/decision.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';

export type GrantRefusalCode =
  | 'approval-not-asked'
  | 'approval-own'
  | 'approval-answered'
  | 'approval-expired'
  | 'approval-not-entitled'
  | 'approval-constitution-changed';

const MINUTE_MS = 60_000;

/**
 * A person answers an `ask`. The approval is bound to the action's digest, the constitution and the agent that asked;
 * nobody grants their own, agents grant nothing, one person counts once, and one refusal settles it.
 */
export function grant(input: {
  readonly id: ApprovalId;
  readonly request: ApprovalRequest;
  readonly answer: Approval['answer'];
  readonly reason?: string;
  readonly by: Principal;
  /** What is in force for whoever asked. */
  readonly constitution: Pick<Constitution, 'approverRoles' | 'approvals' | 'limits'>;
  readonly ref: ConstitutionRef;
  /** Whether somebody holds a role: where nobody holds one that may answer, the operator stands in. */
  readonly isHeld: (role: string) => boolean;
  readonly nowMs: number;
}): Result<Approval, GrantRefusalCode> {
  const { request, by, constitution, nowMs } = input;
  const { decision, answers } = request;
  const entitled = mayAnswer({ ...input, decision });
  if (!entitled.ok) return entitled;
  const open = stillOpen(request, constitution, nowMs);
  if (!open.ok) return open;
  if (answers.some((answer) => answer.by.id === by.id)) {
    return refuse('approval-answered', 'You have said yes already; another person has to as well.');
  }
  if (decision.constitution.digest !== input.ref.digest) {
    return refuse(
      'approval-constitution-changed',
      'The constitution has changed since the request: the agent must ask again.',
    );
  }
  const missing = answers.at(-1)?.outstanding ?? personsNeeded(decision, constitution.approvals);
  return ok({
    id: input.id,
    timeMs: nowMs,
    decisionId: decision.id,
    answer: input.answer,
    by: { kind: 'person', id: by.id },
    role: entitled.value,
    ...(input.reason === undefined ? {} : { reason: input.reason }),
    outstanding: input.answer === 'granted' ? missing - 1 : missing,
    principalId: decision.principal.id,
    actionDigest: decision.actionDigest,
    constitution: input.ref,
    expiresMs: nowMs + constitution.limits.approvalMinutes * MINUTE_MS,
  });
}

function stillOpen(
  request: ApprovalRequest,
  { approvals }: Pick<Constitution, 'approvals'>,
  nowMs: number,
): Result<undefined, 'approval-answered' | 'approval-expired'> {
  const state = stateOf(request, approvals, nowMs);
  switch (state.kind) {
    case 'waiting':
      return ok(undefined);
    case 'granted':
      return refuse('approval-answered', `The request was granted by ${state.by.join(' and ')} already.`);
    case 'refused':
      return refuse('approval-answered', `The request was refused by ${state.by} already.`);
    case 'used':
      return refuse('approval-answered', 'The request was granted and used already.');
    case 'expired':
      return refuse('approval-expired', 'The request has expired: the agent must ask again.');
    default:
      return never(state);
  }
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
    approval.outstanding === 0 &&
    approval.principalId === use.principalId &&
    approval.actionDigest === use.actionDigest &&
    approval.constitution.digest === use.constitutionDigest &&
    use.nowMs >= approval.timeMs &&
    use.nowMs < approval.expiresMs
  );
}
