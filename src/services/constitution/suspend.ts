import { HOUR_MS } from '#domain/amendment/ballot.ts';
import type { SuspensionId } from '#domain/amendment/ids.ts';
import type { AmendmentRefusalCode, PolicySuspension } from '#domain/amendment/proceedings.ts';
import { canBeSuspended } from '#domain/amendment/suspended-policies.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { actorOf, type Person } from '#services/constitution/person.ts';
import type { ProceedingsKeeper } from '#services/constitution/proceedings-keeper.ts';

export interface SuspendDeps {
  readonly keeper: ProceedingsKeeper;
  readonly governance: Governance;
  readonly newId: () => string;
}

/**
 * Suspends what a policy lets through, at once: by the time this resolves, decisions are made without it.
 * @throws {JournalUnavailable}
 */
export async function suspendPolicy(
  deps: SuspendDeps,
  by: Person,
  policy: PolicyId,
  reason: string,
): Promise<Result<PolicySuspension, AmendmentRefusalCode>> {
  const suspension = deps.newId() as SuspensionId; // minted here, and nowhere else
  const recorded = await deps.keeper.record((at, { inForce }) => {
    if (inForce === undefined) return refuse('nothing-in-force', 'No constitution is in force.');
    const found = canBeSuspended(deps.governance.active().constitution, policy);
    if (!found.ok) return found;
    const expiresMs = at.timeMs + inForce.content.rules.suspension.hours * HOUR_MS;
    const { policyDigest } = found.value;
    return ok({ kind: 'policy-suspended', at, suspension, by: actorOf(by), policy, policyDigest, reason, expiresMs });
  });
  return recorded.ok ? inEffect(deps, suspension) : recorded;
}

/** @throws {JournalUnavailable} */
export async function liftSuspension(
  deps: SuspendDeps,
  by: Person,
  suspension: SuspensionId,
): Promise<Result<PolicySuspension, AmendmentRefusalCode>> {
  const lifted = await deps.keeper.record((at) =>
    ok({ kind: 'suspension-lifted', at, suspension, by: actorOf(by) } as const),
  );
  return lifted.ok ? inEffect(deps, suspension) : lifted;
}

/** @throws {JournalUnavailable} */
export async function reinstateAgent(
  deps: Pick<SuspendDeps, 'keeper'>,
  by: Person,
  agent: AgentId,
  reason: string,
): Promise<Result<undefined, AmendmentRefusalCode>> {
  const reinstated = await deps.keeper.record((at) =>
    ok({ kind: 'agent-reinstated', at, agent, by: actorOf(by), reason } as const),
  );
  return reinstated.ok ? ok(undefined) : reinstated;
}

function inEffect(deps: SuspendDeps, id: SuspensionId): Result<PolicySuspension, 'suspension-unknown'> {
  const suspension = deps.keeper.current().suspensions.get(id);
  return suspension === undefined ? refuse('suspension-unknown', 'There is no such suspension.') : ok(suspension);
}
