import type { Principal } from '#domain/identity/principal.ts';
import type { Evaluate, Evaluation } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import type { Verdict } from '#domain/policy/verdict.ts';

/** From what lets through to what stops. */
const SEVERITY: Readonly<Record<Verdict['kind'], number>> = { allow: 0, modify: 1, ask: 2, defer: 3, deny: 4 };

/**
 * Evaluates for an agent that acts on behalf of others: for everyone in the chain by themselves, and the most severe answer holds.
 * So nobody can do through another what they may not do, nor lend a right that the other lacks. Of two questions the one for the
 * later approver role is put: what it settles must still satisfy the other, which is evaluated again with the approval.
 */
export function evaluateNarrowest(
  evaluate: Evaluate,
  input: PolicyInput,
  approverRoles: readonly string[],
): Evaluation {
  const [self, ...others] = chainOf(input.principal);
  const first = evaluate({ ...input, principal: self });
  return others
    .map((principal) => evaluate({ ...input, principal }))
    .reduce((a, b) => (isNarrower(b.verdict, a.verdict, approverRoles) ? b : a), first);
}

/** Everyone by themselves: the one who acts first. */
function chainOf(principal: Principal): readonly [Principal, ...Principal[]] {
  if (principal.kind !== 'agent' || principal.onBehalfOf === undefined) return [principal];
  const { onBehalfOf, ...self } = principal;
  return [self, ...chainOf(onBehalfOf)];
}

function isNarrower(a: Verdict, b: Verdict, approverRoles: readonly string[]): boolean {
  if (a.kind === 'ask' && b.kind === 'ask') return approverRoles.indexOf(a.role) > approverRoles.indexOf(b.role);
  return SEVERITY[a.kind] > SEVERITY[b.kind];
}
