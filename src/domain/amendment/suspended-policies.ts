import type { PolicySuspension } from '#domain/amendment/proceedings.ts';
import type { Constitution, PolicyAnnotations } from '#domain/constitution/constitution.ts';
import { canonicalJson, type JsonObject, sha256Hex } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** How the strict copy of a suspended forbid is called: no policy of a constitution can have a name like this. */
const SUSPENDED_SUFFIX = '~suspended';

/** What of a suspension decides. */
export type SuspendedPolicy = Pick<PolicySuspension, 'policy' | 'policyDigest' | 'reason'>;

/**
 * A constitution with policies suspended. What is suspended of a policy is what it lets through:
 *
 * - a permit permits nothing: it is taken out;
 * - a forbid knows no exceptions: a copy without its `unless` clauses is put beside it. Taking the forbid itself out would allow
 *   what it forbids, and nobody may loosen the constitution at once and alone.
 *
 * Permits only fewer, forbids only more: no request can be allowed by this that was not allowed before, whoever approves
 * (suspended-policies.property.test.ts). The original stays beside the copy, because one that cannot be evaluated counts as a no, and
 * the copy might be evaluated.
 */
export function withSuspended(constitution: Constitution, suspended: readonly SuspendedPolicy[]): Constitution {
  const policies: Record<string, JsonObject> = { ...constitution.policies };
  const annotations = new Map(constitution.annotations);
  for (const suspension of suspended) {
    const { policy } = suspension;
    const original = policyOf(constitution, policy);
    // Only as it stood when it was suspended: an amendment that changed it has decided about it.
    if (original === undefined || policyDigest(original) !== suspension.policyDigest) continue;
    if (original['effect'] === 'permit') {
      delete policies[policy];
      continue;
    }
    const id = `${policy}${SUSPENDED_SUFFIX}` as PolicyId; // made by us, of one that was checked
    policies[id] = { ...original, conditions: whenClauses(original) };
    annotations.set(id, suspendedAnnotations(constitution.annotations.get(policy), suspension));
  }
  return { ...constitution, policies, annotations };
}

/** Refuses where nothing would change: a forbid without exceptions is as strict as it can be. */
export function canBeSuspended(
  constitution: Pick<Constitution, 'policies'>,
  policy: PolicyId,
): Result<{ readonly policyDigest: string }, 'policy-unknown' | 'suspension-without-effect'> {
  const found = policyOf(constitution, policy);
  if (found === undefined) return refuse('policy-unknown', 'The constitution in force has no such policy.');
  if (found['effect'] === 'forbid' && whenClauses(found).length === conditionsOf(found).length) {
    return refuse(
      'suspension-without-effect',
      'It forbids without exceptions, and a suspension only makes stricter. To loosen it, propose an emergency amendment.',
    );
  }
  return ok({ policyDigest: policyDigest(found) });
}

/** Its own policies only: the name that is asked for comes from outside. */
function policyOf({ policies }: Pick<Constitution, 'policies'>, id: PolicyId): JsonObject | undefined {
  return Object.hasOwn(policies, id) ? policies[id] : undefined;
}

/** SHA-256, hex, of a policy's canonical form. */
export function policyDigest(policy: JsonObject): string {
  return sha256Hex(canonicalJson(policy));
}

function conditionsOf(policy: JsonObject): readonly JsonObject[] {
  const { conditions } = policy;
  return Array.isArray(conditions) ? conditions : [];
}

function whenClauses(policy: JsonObject): readonly JsonObject[] {
  return conditionsOf(policy).filter((condition) => condition['kind'] === 'when');
}

function suspendedAnnotations(original: PolicyAnnotations | undefined, { reason }: SuspendedPolicy): PolicyAnnotations {
  return {
    ...original,
    reason: `${original?.reason ?? ''} Its exceptions are suspended: ${reason}`.trim(),
    advice: 'No approval lifts this while the suspension lasts: "acgs constitution history" shows until when.',
  };
}
