import type { Governance } from '#domain/constitution/governance.ts';
import type { Decision } from '#domain/decision/decision.ts';
import { type Denials, repositoryOf } from '#domain/enforcement/denials.ts';
import { stepInForce } from '#domain/enforcement/enforce.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import { ok } from '#domain/result.ts';
import type { ProceedingsKeeper } from '#services/constitution/proceedings-keeper.ts';

/** Denials that a suspension names; the journal has all of them. */
const DECISIONS_NAMED_MAX = 20;

/**
 * Counts denials as they are recorded, and makes the last step lasting: once an agent has brought a suspension upon itself, only a person
 * lets it go on. Until that is in the journal the count itself denies, so nothing slips through between.
 */
export function createEnforcement(deps: {
  readonly denials: Denials;
  readonly governance: Governance;
  /** Absent on a node that follows a constitution service: there the count denies as long as it lasts. */
  readonly keeper: () => ProceedingsKeeper | undefined;
  readonly onError: (error: unknown) => void;
}) {
  /** Called with every decision once it is durable. */
  return function decided(decision: Decision): void {
    const { principal, timeMs } = decision;
    if (decision.verdict.kind !== 'deny' || principal.kind !== 'agent') return;
    deps.denials.apply(decision);
    const { workspaceRoots } = decision.action;
    const repository = repositoryOf(workspaceRoots);
    const rules = deps.governance.active().constitution.enforcement.filter(({ step }) => step === 'suspend');
    const step = stepInForce(rules, { agent: principal.id, repository, timeMs }, deps.denials);
    const keeper = deps.keeper();
    if (step?.kind !== 'counted' || keeper === undefined) return;
    const agent = principal.id as AgentId; // an agent's, as checked
    if (keeper.current().suspendedAgents.has(agent)) return;
    const { rule } = step;
    const decisions = step.denials.slice(-DECISIONS_NAMED_MAX).map((denial) => denial.decision);
    const place = repository === undefined || rule.per === 'agent' ? {} : { repository };
    keeper
      .record((at) => ok({ kind: 'agent-suspended', at, agent, rule, ...place, decisions } as const))
      .then((recorded) => {
        // Two denials at once ask for the same; a rule that is no longer in force asks for nothing.
        if (!recorded.ok && recorded.refusal.code !== 'suspension-exists') deps.onError(recorded.refusal);
      }, deps.onError);
  };
}
