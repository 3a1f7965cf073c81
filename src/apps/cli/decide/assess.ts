import type { Effect } from '#domain/action/effect.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Authorizer, PolicyId } from '#domain/policy/authorization.ts';
import { type PolicyInput, requestsOf, withApproval } from '#domain/policy/requests.ts';

/** What the constitution says of one effect, seen within its action. */
export interface EffectVerdict {
  readonly effect: Effect;
  /** `ask`: denied as it stands, and allowed with an approval by `role`. */
  readonly verdict: { readonly kind: 'allow' | 'deny' } | { readonly kind: 'ask'; readonly role: string };
  /** The policies that permit or forbid it; empty when none speaks of it. */
  readonly policies: readonly PolicyId[];
}

/**
 * A verdict for each effect, for people: it shows which part of a command is in the way. The verdict of the action is
 * `evaluate`'s alone; the same requests are asked here, one by one.
 */
export function assessEffects(
  input: PolicyInput,
  given: { readonly constitution: Pick<Constitution, 'policies' | 'approverRoles'>; readonly authorizer: Authorizer },
): readonly EffectVerdict[] {
  const { constitution, authorizer } = given;
  return requestsOf(input).map(({ effect, request }) => {
    const now = judge(request);
    if (now.isAllowed) return { effect, verdict: { kind: 'allow' }, policies: now.policies };
    const role = constitution.approverRoles.find(
      (one) => judge(withApproval(request, { role: one, by: '' })).isAllowed,
    );
    return { effect, verdict: role === undefined ? { kind: 'deny' } : { kind: 'ask', role }, policies: now.policies };
  });

  function judge(request: Parameters<Authorizer['authorize']>[0]) {
    const { decision, reasons, errors } = authorizer.authorize(request);
    // A forbid that cannot be evaluated counts as a no, as it does for the action.
    const isBroken = errors.some(({ policy }) => constitution.policies[policy]?.['effect'] !== 'permit');
    return { isAllowed: decision === 'allow' && !isBroken, policies: reasons };
  }
}
