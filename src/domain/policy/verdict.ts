import type { Span } from '#domain/action/effect.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';

export const VERDICTS = ['allow', 'deny', 'ask', 'modify', 'defer'] as const;

/**
 * `allow`, `deny`, `ask` (a person of `role` must approve), `modify` (allowed with a rewritten input),
 * `defer` (come back later). The starter constitution produces the first three.
 */
export type Verdict =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny' }
  | { readonly kind: 'ask'; readonly role: string }
  | { readonly kind: 'modify'; readonly input: Readonly<Record<string, unknown>> }
  | { readonly kind: 'defer'; readonly retryAfterMs: number };

/** Why: a policy that determined the verdict, in its own words (its annotations). */
export interface Reason {
  /** The policy, or `default-deny` when no policy permits, or `evaluation-error` when a forbid could not be evaluated. */
  readonly policy: PolicyId;
  /** Number of the article it implements. */
  readonly article?: string;
  /** For the person: why the rule exists. Annotation `@reason`. */
  readonly reason: string;
  /** For the agent: what to do instead. Annotation `@advice`. */
  readonly advice?: string;
  /** What it is about, in words: `delete /home/u/project`. */
  readonly effect: string;
  readonly span?: Span;
}
