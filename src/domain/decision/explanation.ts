import type { Effect } from '#domain/action/effect.ts';
import type { Article, Constitution } from '#domain/constitution/constitution.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { effectText } from '#domain/policy/effect-text.ts';
import type { Reason } from '#domain/policy/verdict.ts';

/** A policy that a decision names, with what it says in words. */
export interface ExplainedPolicy {
  readonly id: PolicyId;
  /** `undefined` for a rule of the house that is no policy (`default-deny`, `limit`, …). */
  readonly effect?: 'permit' | 'forbid';
  readonly article?: string;
  readonly reason: string;
  readonly advice?: string;
}

/** What a decision's reasons rest on, in the words of the constitution that it was made under. */
export interface Explanation {
  /** In the order in which the reasons name them. */
  readonly policies: readonly ExplainedPolicy[];
  readonly articles: readonly Article[];
}

export function explain(
  reasons: readonly Reason[],
  constitution: Pick<Constitution, 'articles' | 'policies' | 'annotations'>,
): Explanation {
  const policies = new Map<PolicyId, ExplainedPolicy>();
  for (const { policy, article, reason, advice } of reasons) {
    if (policies.has(policy)) continue;
    const effect = constitution.policies[policy]?.['effect'];
    policies.set(policy, {
      id: policy,
      ...(effect === 'permit' || effect === 'forbid' ? { effect } : {}),
      ...(article === undefined ? {} : { article }),
      reason,
      ...(advice === undefined ? {} : { advice }),
    });
  }
  const cited = new Set([...policies.values()].map(({ article }) => article));
  return {
    policies: [...policies.values()],
    articles: constitution.articles.filter(({ number }) => cited.has(number)),
  };
}

/** An effect as people read it: its words, and where in the command it was seen. */
export function drawnEffect(effect: Effect): Pick<Effect, 'kind' | 'span'> & { readonly text: string } {
  const { kind, span } = effect;
  return { kind, text: effectText(effect), ...(span === undefined ? {} : { span }) };
}
