import type { Approval, ApprovalId } from '#domain/approval/approval.ts';
import { type GrantRefusalCode, grant } from '#domain/approval/grant.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { ok, type Result } from '#domain/result.ts';
import type { Memory } from '#services/decision/memory.ts';

export type AnswerApproval = (request: {
  readonly decision: Decision;
  readonly answer: Approval['answer'];
  readonly by: Principal;
}) => Promise<Result<Approval, GrantRefusalCode>>;

/**
 * A person's answer to an `ask`, in the journal before it counts.
 * @throws {JournalUnavailable}
 */
export function createAnswerApproval(deps: {
  readonly governance: Governance;
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
    const earlier = deps.memory.answerTo(request.decision.id);
    const { constitution, ref } = governance.inForce(request.decision.constitution.digest) ?? governance.active();
    const granted = grant({
      ...request,
      ...(earlier === undefined ? {} : { earlier }),
      id: deps.newId() as ApprovalId, // minted here, and nowhere else
      constitution: ref,
      approvalMinutes: constitution.limits.approvalMinutes,
      nowMs: deps.nowMs(),
    });
    if (!granted.ok) return granted;
    const { entry } = await deps.journal.append({ kind: 'approval', approval: granted.value });
    deps.memory.apply(entry);
    return ok(granted.value);
  }
}
