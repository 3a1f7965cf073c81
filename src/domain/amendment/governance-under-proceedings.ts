import { createEvaluateSuspended } from '#domain/amendment/evaluate-suspended.ts';
import type { Stricter } from '#domain/amendment/stricter.ts';
import { type SuspendedPolicy, withSuspended } from '#domain/amendment/suspended-policies.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Governance, GovernedSubject, Governing } from '#domain/constitution/governance.ts';
import { type Denials, repositoryOf } from '#domain/enforcement/denials.ts';
import { enforce, type StepInForce, stepInForce } from '#domain/enforcement/enforce.ts';
import type { Evaluate } from '#domain/policy/evaluate.ts';

/** Strict evaluators that are kept: of what is in force and of what is being rolled out, before and after a change. */
const STRICT_MAX = 4;

/**
 * What governs, with what people and denials have made stricter meanwhile: suspended policies, the graduated response, suspended agents.
 * It goes around the evaluation of whatever constitution governs a subject, so a canary cohort is bound by it as everybody is; where
 * nothing of it applies, it is not there.
 */
export function governanceUnderProceedings(
  governance: Governance,
  deps: {
    /** Asked for with every decision: a new value when it changes, the same one as long as it does not. */
    readonly stricter: () => Stricter;
    readonly denials: Denials;
    /** Synchronous, because it happens within a decision: a few milliseconds, once for each change. */
    readonly evaluatorOf: (constitution: Constitution) => Evaluate;
  },
): Governance {
  const strict = new Map<string, Evaluate>();

  function evaluateSuspended(governing: Governing, suspended: readonly SuspendedPolicy[]): Evaluate {
    const { constitution, evaluate, ref } = governing;
    const key = JSON.stringify([
      ref.digest,
      suspended.map(({ policy, policyDigest, reason }) => [policy, policyDigest, reason]),
    ]);
    const known = strict.get(key);
    if (known !== undefined) return known;
    const evaluateStrict = deps.evaluatorOf(withSuspended(constitution, suspended));
    const made = createEvaluateSuspended({ constitution, suspended, evaluate, evaluateStrict });
    const oldest = strict.keys().next();
    if (strict.size >= STRICT_MAX && oldest.done === false) strict.delete(oldest.value);
    strict.set(key, made);
    return made;
  }

  return {
    active: () => governance.active(),
    inForce: (digest) => governance.inForce(digest),
    governing(subject) {
      const governing = governance.governing(subject);
      const { constitution } = governing;
      const { policies: suspended, agents } = deps.stricter();
      const agent = agents.find((one) => one.agent === subject.principalId);
      const isEnforced = agent !== undefined || constitution.enforcement.length > 0;
      if (suspended.length === 0 && !isEnforced) return governing;
      const evaluate = suspended.length === 0 ? governing.evaluate : evaluateSuspended(governing, suspended);
      if (!isEnforced) return { ...governing, evaluate };
      return {
        ...governing,
        evaluate: (input) => {
          const step: StepInForce | undefined =
            agent !== undefined
              ? { kind: 'suspended', why: agent.why }
              : stepInForce(constitution.enforcement, { ...placeOf(subject), timeMs: input.timeMs }, deps.denials);
          const { effects, approval } = input;
          return enforce(evaluate(input), input.principal.kind === 'agent' ? step : undefined, {
            constitution,
            effects,
            ...(approval === undefined ? {} : { approval }),
          });
        },
      };
    },
  };
}

function placeOf({ principalId, workspaceRoots }: GovernedSubject) {
  return { agent: principalId, repository: repositoryOf(workspaceRoots) };
}
