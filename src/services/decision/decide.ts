import { LRUCache } from 'lru-cache';
import type { Action } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { Approval } from '#domain/approval/approval.ts';
import type { isUsable } from '#domain/approval/grant.ts';
import { type ConstitutionDemand, ConstitutionMismatch, meets } from '#domain/constitution/demand.ts';
import type { Governance, Governing } from '#domain/constitution/governance.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { DecisionMetrics } from '#domain/decision/decision-metrics.ts';
import { delegationOf } from '#domain/identity/delegation.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { type Journal, JournalUnavailable } from '#domain/journal/journal.ts';
import type { JsonObject } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Evaluation } from '#domain/policy/evaluate.ts';
import { evaluateNarrowest } from '#domain/policy/evaluate-narrowest.ts';
import type { ApprovalFacts } from '#domain/policy/requests.ts';
import { withinSession } from '#domain/session/fold.ts';
import type { Session, SessionRef } from '#domain/session/session.ts';
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

export interface Answered {
  readonly decision: Decision;
  /** False: the journal could not be written, so the verdict is a deny that no record shows. */
  readonly recorded: boolean;
}

export interface Decided extends Answered {
  /** The decision as JSON: what was recorded, word for word, when it was. */
  readonly json: string;
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

/** What is known of a request before its policies are asked. */
interface Understood {
  readonly request: DecideRequest;
  readonly session: Session | undefined;
  readonly action: Action;
  readonly canonical: JsonObject;
  readonly governing: Governing;
  readonly use: Parameters<typeof isUsable>[1] & Pick<Decision, 'actionDigest'>;
  /** That a person has granted for exactly this. */
  readonly held: Approval | undefined;
}

/** A decision that is not recorded yet. */
interface Made {
  readonly decision: Decision;
  readonly used: Approval | undefined;
  /** Monotonic milliseconds. */
  readonly startMs: number;
  readonly policyDoneMs: number;
}

export type Decide = (request: DecideRequest) => Promise<Decided>;

/** Many at once: each by itself, as if the others were not there, all recorded by one append. In the order of the requests. */
export type DecideAll = (requests: readonly Omit<DecideRequest, 'coalesce'>[]) => Promise<readonly Answered[]>;

/**
 * Load, decide, save: the way of one action through the node, or of many. Throws only on a bug; the caller then blocks.
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
}): { readonly decide: Decide; readonly decideAll: DecideAll } {
  const { governance, journal, memory, metrics } = deps;
  const findStandIn = createFindStandIn(memory.standingGrants);
  const coalesced = new LRUCache<string, Coalesced>({ max: COALESCED_MAX, ttl: COALESCE_MS });

  return { decide, decideAll };

  async function decide(request: DecideRequest): Promise<Decided> {
    const understood = understand(request);
    const { coalesce } = request;
    if (coalesce === undefined) return record(make(understood));
    const { use, held } = understood;
    const key = JSON.stringify([use.principalId, request.session?.id ?? null, coalesce.key, use.actionDigest]);
    const earlier = coalesced.get(key);
    // The same event once more is another call, even of the same command; and an approval makes it a new question.
    if (earlier !== undefined && !earlier.events.has(coalesce.eventName) && held === undefined) {
      earlier.events.add(coalesce.eventName);
      return earlier.decided;
    }
    const decided = record(make(understood));
    coalesced.set(key, { decided, events: new Set([coalesce.eventName]) });
    // Only what was recorded is an answer that a second event may share.
    decided.then(
      ({ recorded }) => recorded || coalesced.delete(key),
      () => coalesced.delete(key),
    );
    return decided;
  }

  async function decideAll(requests: readonly Omit<DecideRequest, 'coalesce'>[]): Promise<readonly Answered[]> {
    const all: Made[] = [];
    try {
      for (const request of requests) all.push(make(understand(request)));
    } catch (error) {
      // Nothing of it is recorded, so nothing of it has happened.
      for (const made of all) giveBack(made);
      throw error;
    }
    const count = await journal.appendAll(all.map(({ decision }) => ({ kind: 'decision', decision })));
    return all.map((made, at) => {
      const isRecorded = at < count;
      if (isRecorded) memory.apply({ kind: 'decision', decision: made.decision });
      const decision = isRecorded ? made.decision : unrecorded(made);
      countDecided(made, decision);
      return { decision, recorded: isRecorded };
    });
  }

  function understand(request: Omit<DecideRequest, 'coalesce'>): Understood {
    const session =
      request.session === undefined ? undefined : memory.session(request.principal.id, request.session.id);
    const action = withinSession(request.action, session);
    const governing = governance.governing({
      principalId: request.principal.id,
      workspaceRoots: action.workspaceRoots,
    });
    const { ref } = governing;
    // Now that the repository is known too: a roll-out may have named it.
    if (request.demand !== undefined && !meets(ref, request.demand)) throw new ConstitutionMismatch(ref);
    const canonical = canonicalAction(action);
    const use = {
      principalId: request.principal.id,
      actionDigest: actionDigest(canonical),
      constitutionDigest: ref.digest,
      nowMs: deps.nowMs(),
    };
    return { request, session, action, canonical, governing, use, held: memory.approvals.approvalFor(use) };
  }

  function make(understood: Understood): Made {
    const { request, action, canonical, governing, use } = understood;
    const startMs = deps.elapsedMs();
    const effects = deps.effectsOf(action);
    const effectsDoneMs = deps.elapsedMs();
    const { evaluation, used, standingGrant } = evaluateWith(understood, effects);
    const policyDoneMs = deps.elapsedMs();
    metrics.stage('effects', effectsDoneMs - startMs);
    metrics.stage('policy', policyDoneMs - effectsDoneMs);

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
      actionDigest: use.actionDigest,
      effects,
      verdict: evaluation.verdict,
      reasons: evaluation.reasons,
      constitution: governing.ref,
    };
    return { decision: deps.redact(decision), used, startMs, policyDoneMs };
  }

  function evaluateWith(understood: Understood, effects: readonly Effect[]): Evaluated {
    const { request, session, action, governing, use, held } = understood;
    const { constitution, ref, evaluate } = governing;
    const { principal } = request;
    const input = { action, effects, principal, labels: session?.labels ?? [], timeMs: use.nowMs };
    const { approverRoles } = constitution;
    const evaluation = evaluateNarrowest(evaluate, input, approverRoles);
    if (evaluation.verdict.kind !== 'ask') return { evaluation };
    const approved = (approval: ApprovalFacts) => evaluateNarrowest(evaluate, { ...input, approval }, approverRoles);
    if (held !== undefined) {
      const answered = approved({ role: held.role, by: held.by.id });
      // Used up only where it is what makes the difference; and only by one of two requests at once.
      if (answered.verdict.kind === 'allow' && memory.approvals.take(held)) return { evaluation: answered, used: held };
    }
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

  /** Nothing is answered before it is written; what cannot be written is denied. */
  async function record(made: Made): Promise<Decided> {
    const { decision } = made;
    try {
      const { entry, json } = await journal.append({ kind: 'decision', decision });
      memory.apply(entry);
      countDecided(made, decision);
      return { decision, json: json.slice(RECORD_HEAD.length, -1), recorded: true };
    } catch (error) {
      if (!(error instanceof JournalUnavailable)) {
        giveBack(made);
        throw error;
      }
      const denied = unrecorded(made);
      countDecided(made, denied);
      return { decision: denied, json: JSON.stringify(denied), recorded: false };
    }
  }

  function unrecorded(made: Made): Decision {
    giveBack(made);
    metrics.unrecorded();
    return denyUnrecorded(made.decision);
  }

  function giveBack({ used }: Made): void {
    if (used !== undefined) memory.approvals.giveBack(used);
  }

  function countDecided({ startMs, policyDoneMs }: Made, { verdict, agent }: Decision): void {
    const nowMs = deps.elapsedMs();
    metrics.stage('journal', nowMs - policyDoneMs);
    metrics.stage('total', nowMs - startMs);
    metrics.decided(verdict.kind, agent);
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
