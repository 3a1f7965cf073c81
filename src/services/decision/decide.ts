import { LRUCache } from 'lru-cache';
import type { Action } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { Approval } from '#domain/approval/approval.ts';
import { type ConstitutionDemand, ConstitutionMismatch, meets } from '#domain/constitution/demand.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { DecisionMetrics } from '#domain/decision/decision-metrics.ts';
import { delegationOf } from '#domain/identity/delegation.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { type Journal, JournalUnavailable } from '#domain/journal/journal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Evaluation } from '#domain/policy/evaluate.ts';
import { evaluateNarrowest } from '#domain/policy/evaluate-narrowest.ts';
import type { ApprovalFacts } from '#domain/policy/requests.ts';
import { withinSession } from '#domain/session/fold.ts';
import type { SessionRef } from '#domain/session/session.ts';
import type { StandingGrant } from '#domain/standing-grant/standing-grant.ts';
import type { Memory } from '#services/decision/memory.ts';
import { createFindStandIn } from '#services/decision/stand-ins.ts';

/** How long two events of one action are taken for one, in milliseconds (Cursor fires both within one call). */
const COALESCE_MS = 60_000;
const COALESCED_MAX = 5_000;

/** What stands before the decision in the record that `record` below makes of it. */
const RECORD_HEAD = '{"kind":"decision","decision":';

export interface DecideRequest {
  readonly principal: Principal;
  readonly action: Action;
  readonly session?: SessionRef;
  readonly toolUseId?: string;
  /** The caller takes a decision under this constitution only (`If-Constitution`). */
  readonly demand?: ConstitutionDemand | undefined;
  /** The agent tells of one call in several events: those with the same key are one decision, each event once. */
  readonly coalesce?: { readonly key: string; readonly eventName: string };
}

export interface Decided {
  readonly decision: Decision;
  /** The decision as JSON: what was recorded, word for word, when it was. */
  readonly json: string;
  /** False: the journal could not be written, so the verdict is a deny that no record shows. */
  readonly recorded: boolean;
}

interface Coalesced {
  readonly decided: Promise<Decided>;
  /** Names of the events that it has answered. */
  readonly events: Set<string>;
}

/** What the policies say, with whatever made them say it. */
interface Evaluated {
  readonly evaluation: Evaluation;
  readonly used?: Approval;
  readonly standingGrant?: StandingGrant;
}

export type Decide = (request: DecideRequest) => Promise<Decided>;

/**
 * Load, decide, save: the way of one action through the node. Throws only on a bug; the caller then blocks.
 * @throws {ConstitutionMismatch} when another constitution governs than the caller demands
 */
export function createDecide(deps: {
  readonly governance: Governance;
  readonly effectsOf: (action: Action) => readonly Effect[];
  /** The decision as it may be recorded and shown: without the secrets in it. */
  readonly redact: (decision: Decision) => Decision;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly metrics: DecisionMetrics;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  /** Monotonic milliseconds, for durations. */
  readonly elapsedMs: () => number;
  readonly newId: () => string;
}): Decide {
  const { governance, journal, memory, metrics } = deps;
  const findStandIn = createFindStandIn(memory.standingGrants);
  const coalesced = new LRUCache<string, Coalesced>({ max: COALESCED_MAX, ttl: COALESCE_MS });

  return async function decide(request) {
    const session =
      request.session === undefined ? undefined : memory.session(request.principal.id, request.session.id);
    const action = withinSession(request.action, session);
    const { ref, evaluate, constitution } = governance.governing({
      principalId: request.principal.id,
      workspaceRoots: action.workspaceRoots,
    });
    // Now that the repository is known too: a roll-out may have named it.
    if (request.demand !== undefined && !meets(ref, request.demand)) throw new ConstitutionMismatch(ref);
    const canonical = canonicalAction(action);
    const digest = actionDigest(canonical);
    const use = {
      principalId: request.principal.id,
      actionDigest: digest,
      constitutionDigest: ref.digest,
      nowMs: deps.nowMs(),
    };
    const approval = memory.approvals.approvalFor(use);
    const { coalesce } = request;
    if (coalesce === undefined) return decideAnew();
    const key = JSON.stringify([request.principal.id, request.session?.id ?? null, coalesce.key, digest]);
    const earlier = coalesced.get(key);
    // The same event once more is another call, even of the same command; and an approval makes it a new question.
    if (earlier !== undefined && !earlier.events.has(coalesce.eventName) && approval === undefined) {
      earlier.events.add(coalesce.eventName);
      return earlier.decided;
    }
    const decided = decideAnew();
    coalesced.set(key, { decided, events: new Set([coalesce.eventName]) });
    // Only what was recorded is an answer that a second event may share.
    decided.then(
      ({ recorded }) => recorded || coalesced.delete(key),
      () => coalesced.delete(key),
    );
    return decided;

    async function decideAnew(): Promise<Decided> {
      const start = deps.elapsedMs();
      const effects = deps.effectsOf(action);
      const effectsDone = deps.elapsedMs();
      const { evaluation, used, standingGrant } = evaluateWith(approval, effects);
      const policyDone = deps.elapsedMs();
      metrics.stage('effects', effectsDone - start);
      metrics.stage('policy', policyDone - effectsDone);

      const decision: Decision = {
        id: deps.newId() as DecisionId, // minted here, and nowhere else
        timeMs: use.nowMs,
        principal: { kind: request.principal.kind, id: request.principal.id },
        ...delegationOf(request.principal),
        agent: request.principal.kind === 'agent' ? request.principal.agent : 'api',
        ...(request.session === undefined ? {} : { sessionId: request.session.id }),
        ...(request.session?.agentVersion === undefined ? {} : { agentVersion: request.session.agentVersion }),
        ...(request.toolUseId === undefined ? {} : { toolUseId: request.toolUseId }),
        ...(used === undefined ? {} : { approvalId: used.id }),
        ...(standingGrant === undefined ? {} : { standingGrantId: standingGrant.id }),
        actionKind: action.kind,
        action: canonical,
        actionDigest: digest,
        effects,
        verdict: evaluation.verdict,
        reasons: evaluation.reasons,
        constitution: ref,
      };
      const decided = await record(deps.redact(decision), used);
      metrics.stage('journal', deps.elapsedMs() - policyDone);
      metrics.stage('total', deps.elapsedMs() - start);
      metrics.decided(decided.decision.verdict.kind, decided.decision.agent);
      return decided;
    }

    function evaluateWith(held: Approval | undefined, effects: readonly Effect[]): Evaluated {
      const input = {
        action,
        effects,
        principal: request.principal,
        labels: session?.labels ?? [],
        timeMs: use.nowMs,
      };
      const { approverRoles } = constitution;
      const evaluation = evaluateNarrowest(evaluate, input, approverRoles);
      if (evaluation.verdict.kind !== 'ask') return { evaluation };
      const approved = (approval: ApprovalFacts) => evaluateNarrowest(evaluate, { ...input, approval }, approverRoles);
      if (held !== undefined) {
        const answered = approved({ role: held.role, by: held.by.id });
        // Used up only where it is what makes the difference; and only by one of two requests at once.
        if (answered.verdict.kind === 'allow' && memory.approvals.take(held))
          return { evaluation: answered, used: held };
      }
      const { principal } = request;
      if (principal.kind !== 'agent') return { evaluation };
      const found = findStandIn({
        asked: evaluation,
        principalId: principal.id,
        agent: principal.agent,
        action,
        effects,
        governing: { constitution, ref },
        nowMs: use.nowMs,
        evaluate: approved,
      });
      return found === undefined ? { evaluation } : { evaluation: found.evaluation, standingGrant: found.grant };
    }
  };

  /** Nothing is answered before it is written; what cannot be written is denied. */
  async function record(decision: Decision, used: Approval | undefined): Promise<Decided> {
    try {
      const { entry, json } = await journal.append({ kind: 'decision', decision });
      memory.apply(entry);
      return { decision, json: json.slice(RECORD_HEAD.length, -1), recorded: true };
    } catch (error) {
      if (used !== undefined) memory.approvals.giveBack(used);
      if (!(error instanceof JournalUnavailable)) throw error;
      metrics.unrecorded();
      const denied = denyUnrecorded(decision);
      return { decision: denied, json: JSON.stringify(denied), recorded: false };
    }
  }
}

function denyUnrecorded(decision: Decision): Decision {
  const { approvalId: _unused, standingGrantId: _neither, ...rest } = decision;
  return {
    ...rest,
    verdict: { kind: 'deny' },
    reasons: [
      {
        policy: 'journal-unavailable' as PolicyId, // not a policy: the rule of the house, named like one so that it is explained like one
        reason: 'The decision could not be recorded, and nothing happens without a record.',
        advice: 'Wait until the operator has repaired the journal (disk full or read-only), then try again.',
        effect: 'record the decision',
      },
    ],
  };
}
