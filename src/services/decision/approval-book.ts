import { LRUCache } from 'lru-cache';
import type { Approval, ApprovalId } from '#domain/approval/approval.ts';
import { isUsable } from '#domain/approval/grant.ts';
import type { ApprovalRequest } from '#domain/approval/request.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';

/** Each bound keeps memory flat; what falls out is still in the journal, and must be asked for again. */
const REQUESTS_MAX = 10_000;
const GRANTED_MAX = 10_000;

/** Told of every request that is new or has changed, once it is durable. */
export type RequestListener = (request: ApprovalRequest) => void;

/** What people are asked and have answered: a bounded fold over the journal. */
export function createApprovalBook() {
  /** By the decision that asks; the oldest falls out first. */
  const requests = new LRUCache<DecisionId, ApprovalRequest>({ max: REQUESTS_MAX });
  /** Granted and not yet used, by what they are bound to. */
  const granted = new LRUCache<string, Approval>({ max: GRANTED_MAX });
  /** Which request a granted approval belongs to. */
  const askedIn = new LRUCache<ApprovalId, DecisionId>({ max: GRANTED_MAX });
  const listeners = new Set<RequestListener>();
  /** Of this process: one that restarts does not take an old version for its own. */
  const origin = Math.random().toString(36).slice(2);
  let changes = 0;

  function put(request: ApprovalRequest): void {
    requests.set(request.decision.id, request);
    changes += 1;
    for (const listener of listeners) listener(request);
  }

  return {
    applyDecision(decision: Decision): void {
      if (decision.verdict.kind === 'ask') put({ decision, answers: [] });
      const { approvalId } = decision;
      if (approvalId === undefined) return;
      granted.delete(approvalKey(decision.principal.id, decision.actionDigest));
      const asked = askedIn.get(approvalId);
      const request = asked === undefined ? undefined : requests.peek(asked);
      if (request !== undefined) put({ ...request, usedBy: decision.id });
    },

    applyAnswer(approval: Approval): void {
      const key = approvalKey(approval.principalId, approval.actionDigest);
      if (approval.answer === 'refused') granted.delete(key);
      else if (approval.outstanding === 0) {
        granted.set(key, approval);
        askedIn.set(approval.id, approval.decisionId);
      }
      const request = requests.peek(approval.decisionId);
      if (request !== undefined) put({ ...request, answers: [...request.answers, approval] });
    },

    request(id: DecisionId): ApprovalRequest | undefined {
      return requests.peek(id);
    },

    /** The request that an approval has granted, used or not. */
    requestOf(id: string): ApprovalRequest | undefined {
      const asked = askedIn.peek(id as ApprovalId); // one that is not known is not found
      return asked === undefined ? undefined : requests.peek(asked);
    },

    /** Oldest first. */
    requests(): readonly ApprovalRequest[] {
      return [...requests.rvalues()].filter((request) => request !== undefined);
    },

    /** Whether a granted approval waits for this action, without using it. */
    approvalFor(use: Parameters<typeof isUsable>[1]): Approval | undefined {
      const approval = granted.get(approvalKey(use.principalId, use.actionDigest));
      return approval !== undefined && isUsable(approval, use) ? approval : undefined;
    },

    /** Takes the approval out before anything is awaited: of two requests at once, one gets it. */
    take(approval: Approval): boolean {
      return granted.delete(approvalKey(approval.principalId, approval.actionDigest));
    },

    /** Gives back an approval whose use could not be recorded, and so did not happen. */
    giveBack(approval: Approval): void {
      granted.set(approvalKey(approval.principalId, approval.actionDigest), approval);
    },

    /** Changes with every request that is new or has changed. */
    version: () => `${origin}-${changes}`,

    /** Resolves with the next change, after `ms`, or when the signal is aborted. */
    changed(ms: number, signal: AbortSignal): Promise<void> {
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          listeners.delete(end);
          signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        listeners.add(end);
        signal.addEventListener('abort', end);
        if (signal.aborted) end();
      });
    },

    /** @returns ends it */
    onChange(listener: RequestListener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type ApprovalBook = ReturnType<typeof createApprovalBook>;

/** JSON arrays as keys: no separator that an agent's own ids could forge. */
function approvalKey(principalId: string, actionDigest: string): string {
  return JSON.stringify([principalId, actionDigest]);
}
