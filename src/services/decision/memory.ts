import { LRUCache } from 'lru-cache';
import type { Decision, DecisionId, Outcome } from '#domain/decision/decision.ts';
import type { JournalEntry } from '#domain/journal/journal.ts';
import { never } from '#domain/result.ts';
import { afterDecision } from '#domain/session/fold.ts';
import type { Session, SessionId } from '#domain/session/session.ts';
import { createApprovalBook } from '#services/decision/approval-book.ts';
import { createStandingGrantBook } from '#services/decision/standing-grant-book.ts';

/** Each bound keeps memory flat; what falls out is still in the journal and the index. */
const SESSIONS_MAX = 10_000;
const DECISIONS_MAX = 2_000;
const LINKS_MAX = 20_000;

/** Records that a starting node folds. What is older is forgotten: sessions begin anew, approvals must be asked for again. */
export const REPLAY_RECORDS_MAX = 100_000;

interface CallRef {
  readonly principalId: string;
  readonly sessionId: SessionId | undefined;
  readonly toolUseId: string | undefined;
  readonly actionDigest: string | undefined;
}

/**
 * What a node remembers between requests: sessions, open approvals, and which decision an outcome belongs to.
 * A bounded fold over the journal, so that a node that restarts knows what it knew.
 */
export function createMemory() {
  const sessions = new LRUCache<string, Session>({ max: SESSIONS_MAX });
  const decisions = new LRUCache<DecisionId, Decision>({ max: DECISIONS_MAX });
  const links = new LRUCache<string, DecisionId>({ max: LINKS_MAX });
  const approvals = createApprovalBook();
  const standingGrants = createStandingGrantBook();

  function applyDecision(decision: Decision): void {
    decisions.set(decision.id, decision);
    approvals.applyDecision(decision);
    const { sessionId } = decision;
    if (sessionId !== undefined) {
      const key = sessionKey(decision.principal.id, sessionId);
      sessions.set(key, afterDecision(sessions.get(key), { ...decision, sessionId }));
    }
    for (const key of linkKeys({
      ...decision,
      principalId: decision.principal.id,
      sessionId,
      toolUseId: decision.toolUseId,
    })) {
      links.set(key, decision.id);
    }
  }

  function applyOutcome(outcome: Outcome): void {
    // An outcome closes its link, so that the next run of the same command is not taken for the same action.
    const ref = {
      principalId: outcome.principal.id,
      sessionId: outcome.sessionId,
      toolUseId: outcome.toolUseId,
      actionDigest: outcome.actionDigest,
    };
    for (const key of linkKeys(ref)) links.delete(key);
  }

  return {
    /** Called with every entry once it is durable, and with the journal's tail at start. */
    apply(entry: JournalEntry): void {
      switch (entry.kind) {
        case 'node-started':
        case 'roll-out':
        case 'order-taken':
        case 'detail-shredded':
        case 'detail-disclosed':
          return;
        case 'decision':
          applyDecision(entry.decision);
          return;
        case 'outcome':
          applyOutcome(entry.outcome);
          return;
        case 'identity':
          standingGrants.applyIdentity(entry.event);
          return;
        case 'amendment':
          standingGrants.applyAmendment(entry.event);
          return;
        case 'standing-grant':
          standingGrants.apply(entry.event);
          return;
        case 'approval':
          approvals.applyAnswer(entry.approval);
          return;
        default:
          never(entry);
      }
    },

    /** What others wrote that ends standing grants: heard of every entry once it is durable, and of `apply`'s own twice, which is the same. */
    hear(entry: JournalEntry): void {
      if (entry.kind === 'identity') standingGrants.applyIdentity(entry.event);
      if (entry.kind === 'amendment') standingGrants.applyAmendment(entry.event);
    },

    session(principalId: string, sessionId: SessionId): Session | undefined {
      return sessions.get(sessionKey(principalId, sessionId));
    },

    decision(id: DecisionId): Decision | undefined {
      return decisions.get(id);
    },

    /** The decision that an outcome belongs to: by the agent's own id of the call, else by the same action in the same session. */
    linked(ref: CallRef): DecisionId | undefined {
      for (const key of linkKeys(ref)) {
        const id = links.get(key);
        if (id !== undefined) return id;
      }
      return undefined;
    },

    approvals,
    standingGrants,
  };
}

export type Memory = ReturnType<typeof createMemory>;

// JSON arrays as keys: no separator that an agent's own ids could forge.
function sessionKey(principalId: string, sessionId: SessionId): string {
  return JSON.stringify([principalId, sessionId]);
}

function linkKeys(ref: CallRef): string[] {
  const keys: string[] = [];
  if (ref.toolUseId !== undefined)
    keys.push(JSON.stringify([ref.principalId, ref.sessionId ?? null, 'tool', ref.toolUseId]));
  if (ref.actionDigest !== undefined) {
    keys.push(JSON.stringify([ref.principalId, ref.sessionId ?? null, 'action', ref.actionDigest]));
  }
  return keys;
}
