import type { AgentAdapter } from '#agents/agent.ts';
import type { Action } from '#domain/action/action.ts';
import type { Effect } from '#domain/action/effect.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { DecisionSearch } from '#domain/decision/decision-index.ts';
import type { DecisionMetrics } from '#domain/decision/decision-metrics.ts';
import type { RoleHolders } from '#domain/identity/directory.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { createAccessRequests } from '#services/decision/access-requests.ts';
import { createAnswerApproval } from '#services/decision/answer-approval.ts';
import { createDecide } from '#services/decision/decide.ts';
import { createDecideWithPeople } from '#services/decision/decide-with-people.ts';
import type { Memory } from '#services/decision/memory.ts';
import { createRecordOutcome } from '#services/decision/record-outcome.ts';
import { registerAccessRequestRoutes } from '#services/decision/routes/access-requests.ts';
import { registerApprovalRoutes } from '#services/decision/routes/approvals.ts';
import { registerAssessmentRoutes } from '#services/decision/routes/assessments.ts';
import { registerAuthzenRoutes } from '#services/decision/routes/authzen.ts';
import { registerDecisionRoutes } from '#services/decision/routes/decisions.ts';
import { registerGrantRoutes } from '#services/decision/routes/grants.ts';
import { registerHistoryRoutes } from '#services/decision/routes/history.ts';
import { registerHookRoutes } from '#services/decision/routes/hooks.ts';
import { registerSessionRoutes } from '#services/decision/routes/sessions.ts';
import { registerToolhiveRoutes } from '#services/decision/routes/toolhive.ts';
import { createStandingGrants, type ReadPolicy } from '#services/decision/standing-grants.ts';
import type { EdgeServer } from '#services/edge.ts';

export interface DecisionServiceDeps {
  readonly governance: Governance;
  readonly roleHolders: RoleHolders;
  readonly effectsOf: (action: Action) => readonly Effect[];
  /** The decision without the secrets in it (`#domain/redaction/redact.ts`). */
  readonly redact: (decision: Decision) => Decision;
  readonly journal: Journal;
  readonly memory: Memory;
  readonly index: DecisionSearch;
  readonly agents: ReadonlyMap<string, AgentAdapter>;
  readonly metrics: DecisionMetrics;
  readonly nowMs: () => number;
  readonly elapsedMs: () => number;
  readonly newId: () => string;
  readonly readPolicy: ReadPolicy;
  readonly publicUrl: string;
  readonly toolhiveSecret: string | undefined;
}

/** The decision service: hooks, native API, AuthZEN and webhooks over one `decide`. */
export function registerDecisionService(app: EdgeServer, deps: DecisionServiceDeps) {
  const { decide, decideAll } = createDecide(deps);
  const recordOutcome = createRecordOutcome(deps);
  const { decideWithPeople, waiting } = createDecideWithPeople({ ...deps, decide, approvals: deps.memory.approvals });
  registerDecisionRoutes(app, { ...deps, decideWithPeople, recordOutcome });
  registerApprovalRoutes(app, {
    ...deps,
    approvals: deps.memory.approvals,
    answerApproval: createAnswerApproval(deps),
  });
  registerGrantRoutes(app, { ...deps, grants: createStandingGrants(deps) });
  registerHookRoutes(app, { ...deps, decideWithPeople, recordOutcome });
  const accessRequests = createAccessRequests({ ...deps, approvals: deps.memory.approvals });
  registerAuthzenRoutes(app, { decide, decideAll, accessRequests, publicUrl: deps.publicUrl });
  registerAccessRequestRoutes(app, { accessRequests });
  registerToolhiveRoutes(app, { decide, secret: deps.toolhiveSecret, nowMs: deps.nowMs });
  registerSessionRoutes(app, deps);
  registerHistoryRoutes(app, deps);
  registerAssessmentRoutes(app, deps);
  return { waiting };
}
