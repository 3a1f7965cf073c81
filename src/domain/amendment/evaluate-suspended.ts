import type { SuspendedPolicy } from '#domain/amendment/suspended-policies.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Evaluate } from '#domain/policy/evaluate.ts';
import type { Reason } from '#domain/policy/verdict.ts';

/**
 * Decides by the constitution with its suspensions, and says so where they make the difference: a permit that is suspended leaves no
 * trace among the reasons, and "no policy permits this" would be half of the truth.
 */
export function createEvaluateSuspended(parts: {
  readonly constitution: Pick<Constitution, 'policies' | 'annotations'>;
  readonly suspended: readonly SuspendedPolicy[];
  /** By the constitution as it stands. */
  readonly evaluate: Evaluate;
  /** By `withSuspended` of it. */
  readonly evaluateStrict: Evaluate;
}): Evaluate {
  const permits = parts.suspended
    .filter(({ policy }) => parts.constitution.policies[policy]?.['effect'] === 'permit')
    .map((suspension): Reason => {
      const article = parts.constitution.annotations.get(suspension.policy)?.article;
      return {
        policy: suspension.policy,
        ...(article === undefined ? {} : { article }),
        reason: `The policy that permits this is suspended: ${suspension.reason}`,
        advice: 'Wait until the suspension ends, or work without it.',
        effect: 'suspended policy',
      };
    });
  if (permits.length === 0) return parts.evaluateStrict;
  return (input) => {
    const strict = parts.evaluateStrict(input);
    if (strict.verdict.kind === 'allow') return strict;
    const normal = parts.evaluate(input);
    const [was, is] = [normal.verdict, strict.verdict];
    const isSame = was.kind === is.kind && (was.kind !== 'ask' || is.kind !== 'ask' || was.role === is.role);
    if (isSame) return strict;
    const used = new Set(normal.reasons.map(({ policy }) => policy));
    // An ask or a deny names what stands in the way, not what permits the rest: then any of them may be what is missing.
    const named = permits.filter(({ policy }) => used.has(policy));
    return { verdict: is, reasons: [...(named.length > 0 ? named : permits), ...strict.reasons] };
  };
}
