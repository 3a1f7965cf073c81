import { secretSpans } from '#domain/action/secret-spans.ts';
import type { Approval, ApprovalId } from '#domain/approval/approval.ts';
import { type GrantRefusalCode, grant } from '#domain/approval/grant.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { RoleHolders } from '#domain/identity/directory.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { Memory } from '#services/decision/memory.ts';

export type AnswerApproval = (request: {
  readonly decision: Decision;
  readonly answer: Approval['answer'];
  /** Why, in the person's own words. */
  readonly reason?: string;
  readonly by: Principal;
}) => Promise<Result<Approval, GrantRefusalCode | 'reason-secret'>>;

/**
 * A person's answer to an `ask`, in the journal before it counts.
 * @throws {JournalUnavailable}
 */
export function createAnswerApproval(deps: {
  readonly governance: Governance;
  readonly roleHolders: RoleHolders;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly nowMs: () => number;
  readonly newId: () => string;
}): AnswerApproval {
  const { governance } = deps;
  /** Requests whose answer is being written: a second answer waits for the first, and is then refused. */
  const writing = new Map<DecisionId, Promise<unknown>>();

  return async function answerApproval(request) {
    const { id } = request.decision;
    // The record is kept for good and shown to many, and nobody needs a secret to say why.
    if (secretSpans(request.reason ?? '').length > 0) {
      return refuse('reason-secret', 'The reason holds what looks like a secret; say it without.');
    }
    while (writing.has(id)) await writing.get(id);
    const answering = answer(request);
    writing.set(
      id,
      answering.catch(() => undefined),
    );
    try {
      return await answering;
    } finally {
      writing.delete(id);
    }
  };

  async function answer(request: Parameters<AnswerApproval>[0]): ReturnType<AnswerApproval> {
    const asked = deps.memory.approvals.request(request.decision.id);
    if (asked === undefined && request.decision.verdict.kind === 'ask') {
      return refuse('approval-expired', 'The request is too old to be answered: the agent must ask again.');
    }
    const { constitution, ref } = governance.inForce(request.decision.constitution.digest) ?? governance.active();
    const granted = grant({
      id: deps.newId() as ApprovalId, // minted here, and nowhere else
      request: asked ?? { decision: request.decision, answers: [] },
      answer: request.answer,
      ...(request.reason === undefined ? {} : { reason: request.reason }),
      by: request.by,
      constitution,
      ref,
      isHeld: (role) => deps.roleHolders.peopleWithRole(role).length > 0,
      nowMs: deps.nowMs(),
    });
    if (!granted.ok) return granted;
    const { entry } = await deps.journal.append({ kind: 'approval', approval: granted.value });
    deps.memory.apply(entry);
    return ok(granted.value);
  }
}
