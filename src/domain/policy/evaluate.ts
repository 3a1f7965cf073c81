import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Authorizer, PolicyId } from '#domain/policy/authorization.ts';
import { effectText } from '#domain/policy/effect-text.ts';
import {
  type ApprovalFacts,
  approvedRequest,
  type EffectRequest,
  type PolicyInput,
  requestsOf,
} from '#domain/policy/requests.ts';
import type { Reason, Verdict } from '#domain/policy/verdict.ts';

export interface Evaluation {
  readonly verdict: Verdict;
  /** Never empty, and bounded: the policies that permit (allow), or those that stand in the way (deny, ask). */
  readonly reasons: readonly Reason[];
}

export type Evaluate = (input: PolicyInput) => Evaluation;

/** Reasons of one evaluation; an action may have thousands of effects, and people and agents read the first few. */
export const REASONS_MAX = 16;
/** Effects named per policy, so that one policy does not crowd out the others. */
const EFFECTS_PER_POLICY_MAX = 3;
/** Denied effects that are looked at more closely, to name first what no approval can lift. */
const CLOSER_LOOKS_MAX = 32;

const DEFAULT_DENY = 'default-deny' as PolicyId;
const EVALUATION_ERROR = 'evaluation-error' as PolicyId;
const LIMIT = 'limit' as PolicyId;

type Judgement =
  | { readonly kind: 'allowed'; readonly permits: readonly PolicyId[] }
  | {
      readonly kind: 'denied';
      /** Empty together with `broken`: no policy permits it. */
      readonly forbids: readonly PolicyId[];
      /** Forbids that could not be evaluated. Cedar skips them; we do not. */
      readonly broken: readonly PolicyId[];
    };

type Cause = {
  readonly asked: EffectRequest;
  readonly policies: readonly PolicyId[];
  readonly broken: readonly PolicyId[];
};

/**
 * Decides an action: deny by default, a forbid wins, and every effect must be allowed.
 *
 * An `ask` is computed. What is denied as it stands is evaluated again as if a person of role R had approved it, in the
 * constitution's order of roles. First only the denied effects, as one that stays denied settles the role; if all of them
 * pass, the effects that were allowed are evaluated too, because an approval may also make a forbid apply or a permit not.
 * Hence the promise: `ask R` is given only when the same input with an approval by R is allowed.
 */
export function createEvaluate(given: {
  readonly constitution: Pick<Constitution, 'policies' | 'annotations' | 'approverRoles' | 'limits'>;
  readonly authorizer: Authorizer;
}): Evaluate {
  const { constitution, authorizer } = given;

  return (input) => {
    if (input.effects.length > constitution.limits.effectsPerAction) return tooManyEffects(constitution);
    const allowed: EffectRequest[] = [];
    const denied: EffectRequest[] = [];
    const causes: Cause[] = [];
    for (const asked of requestsOf(input)) {
      const judgement = judge(asked, input.approval);
      if (judgement.kind === 'allowed') {
        allowed.push(asked);
        causes.push({ asked, policies: judgement.permits, broken: [] });
      } else {
        denied.push(asked);
      }
    }
    if (denied.length === 0) return { verdict: { kind: 'allow' }, reasons: reasonsOf(causes) };
    for (const role of constitution.approverRoles) {
      const approval = { role, by: '' };
      const lifted = (asked: EffectRequest) => judge(asked, approval).kind === 'allowed';
      if (denied.every(lifted) && allowed.every(lifted)) {
        return {
          verdict: { kind: 'ask', role },
          reasons: reasonsOf(denied.slice(0, CLOSER_LOOKS_MAX).map(inTheWay(approval, input))),
        };
      }
    }
    return { verdict: { kind: 'deny' }, reasons: reasonsOf(whatNoApprovalLifts(denied, input)) };
  };

  function judge(asked: EffectRequest, approval: ApprovalFacts | undefined): Judgement {
    const answer = authorizer.authorize(approvedRequest(asked, approval));
    const broken = answer.errors
      .map((error) => error.policy)
      .filter((id) => constitution.policies[id]?.['effect'] !== 'permit');
    // Cedar's reasons are a set: sorted, so that every evaluator gives the same ones first.
    const reasons = answer.reasons.toSorted();
    if (answer.decision === 'allow' && broken.length === 0) return { kind: 'allowed', permits: reasons };
    return { kind: 'denied', forbids: answer.decision === 'deny' ? reasons : [], broken };
  }

  /**
   * What stands in the way of an effect that an approval would lift: the forbids, or else the permits that wait for the approval.
   * First come the forbids that the role before this one could not lift either: they are why this role is asked.
   */
  function inTheWay(approval: ApprovalFacts, input: PolicyInput): (asked: EffectRequest) => Cause {
    const before = constitution.approverRoles[constitution.approverRoles.indexOf(approval.role) - 1];
    return (asked) => {
      const now = judge(asked, input.approval);
      if (now.kind === 'allowed') throw new Error('an effect cannot be denied and allowed by the same policies');
      if (now.forbids.length + now.broken.length > 0) {
        const weaker = before === undefined ? now : judge(asked, { role: before, by: '' });
        const decisive = weaker.kind === 'denied' ? now.forbids.filter((id) => weaker.forbids.includes(id)) : [];
        return { asked, policies: [...new Set([...decisive, ...now.forbids])], broken: now.broken };
      }
      const then = judge(asked, approval);
      return { asked, policies: then.kind === 'allowed' ? then.permits : [], broken: [] };
    };
  }

  /** First the effects that stay denied whoever approves, with the policies that still deny them then; the others after them. */
  function whatNoApprovalLifts(denied: readonly EffectRequest[], input: PolicyInput): readonly Cause[] {
    const final: Cause[] = [];
    const others: Cause[] = [];
    const strongest = constitution.approverRoles.at(-1);
    for (const asked of denied.slice(0, CLOSER_LOOKS_MAX)) {
      const now = judge(asked, input.approval);
      const then = strongest === undefined ? now : judge(asked, { role: strongest, by: '' });
      if (then.kind === 'denied') final.push({ asked, policies: then.forbids, broken: then.broken });
      else if (now.kind === 'denied') others.push({ asked, policies: now.forbids, broken: now.broken });
    }
    return [...final, ...others];
  }

  function reasonsOf(causes: readonly Cause[]): readonly Reason[] {
    const reasons: Reason[] = [];
    const named = new Map<PolicyId, number>();
    const add = (policy: PolicyId, cause: Cause, reason: string) => {
      const count = named.get(policy) ?? 0;
      if (count === EFFECTS_PER_POLICY_MAX || reasons.length === REASONS_MAX) return;
      named.set(policy, count + 1);
      const { article, advice } = constitution.annotations.get(policy) ?? {};
      const { effect } = cause.asked;
      reasons.push({
        policy,
        ...(article === undefined ? {} : { article }),
        reason,
        ...(advice === undefined ? {} : { advice }),
        effect: effectText(effect),
        ...(effect.span === undefined ? {} : { span: effect.span }),
      });
    };
    for (const cause of causes) {
      for (const id of cause.broken)
        add(EVALUATION_ERROR, cause, `The policy ${id} could not be evaluated, so it counts as a no.`);
      for (const id of cause.policies) add(id, cause, constitution.annotations.get(id)?.reason ?? id);
      if (cause.broken.length + cause.policies.length === 0) add(DEFAULT_DENY, cause, 'No policy permits this.');
    }
    return reasons;
  }
}

function tooManyEffects(constitution: Pick<Constitution, 'limits'>): Evaluation {
  const { effectsPerAction } = constitution.limits;
  const reason = `The action has more than ${effectsPerAction} effects, more than are decided at once.`;
  return {
    verdict: { kind: 'deny' },
    reasons: [{ policy: LIMIT, reason, advice: 'Split it into smaller steps.', effect: 'all of the action' }],
  };
}
