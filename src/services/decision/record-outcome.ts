import type { Action } from '#domain/action/action.ts';
import { actionDigest, canonicalAction } from '#domain/action/digest.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { DecisionId, Outcome } from '#domain/decision/decision.ts';
import type { DecisionMetrics } from '#domain/decision/decision-metrics.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { withinSession } from '#domain/session/fold.ts';
import type { SessionRef } from '#domain/session/session.ts';
import type { Memory } from '#services/decision/memory.ts';

export interface OutcomeReport {
  readonly principal: Principal;
  readonly session?: SessionRef;
  readonly toolUseId?: string;
  /** Given by callers of the native API, who know it. */
  readonly decisionId?: DecisionId;
  readonly action?: Action;
  readonly status: Outcome['status'];
  readonly durationMs?: number;
}

export type RecordOutcome = (report: OutcomeReport) => Promise<Outcome>;

/**
 * Writes down what became of an action. One that no decision belongs to is kept too: it shows that an action went past ACGS.
 * @throws {JournalUnavailable}
 */
export function createRecordOutcome(deps: {
  readonly governance: Governance;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly metrics: DecisionMetrics;
  readonly nowMs: () => number;
}): RecordOutcome {
  return async function recordOutcome(report) {
    const sessionId = report.session?.id;
    const session = sessionId === undefined ? undefined : deps.memory.session(report.principal.id, sessionId);
    // As it was decided: by the same rule, so that the digests meet.
    const digest =
      report.action === undefined ? undefined : actionDigest(canonicalAction(withinSession(report.action, session)));
    const decisionId =
      report.decisionId ??
      deps.memory.linked({
        principalId: report.principal.id,
        sessionId,
        toolUseId: report.toolUseId,
        actionDigest: digest,
      });
    // The outcome closes the decision's own links, also where the report named the call in another way.
    const decision = decisionId === undefined ? undefined : deps.memory.decision(decisionId);
    const outcome: Outcome = {
      timeMs: deps.nowMs(),
      principal: { kind: report.principal.kind, id: report.principal.id },
      agent: report.principal.kind === 'agent' ? report.principal.agent : 'api',
      ...optional('sessionId', sessionId ?? decision?.sessionId),
      ...optional('toolUseId', report.toolUseId ?? decision?.toolUseId),
      ...optional('decisionId', decisionId),
      ...optional('actionDigest', digest ?? decision?.actionDigest),
      status: report.status,
      ...optional('durationMs', report.durationMs),
      constitution: decision?.constitution ?? deps.governance.active().ref,
    };
    const { entry } = await deps.journal.append({ kind: 'outcome', outcome });
    deps.memory.apply(entry);
    deps.metrics.outcome(outcome.status, decisionId !== undefined);
    return outcome;
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  // One key, one value: the cast only tells the compiler that a computed key is K.
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
