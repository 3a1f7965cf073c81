import type { Effect } from '#domain/action/effect.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Evaluate, Evaluation } from '#domain/policy/evaluate.ts';
import { readsTime } from '#domain/policy/reads-time.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';

/** Answers kept for one list of effects: principals and sessions for which the same command was decided. */
const ANSWERS_MAX = 32;

/**
 * The same as `evaluate`, without asking the policies again for what they have answered. An answer is kept with the list of
 * effects that it is about, and found by everything else that the policies are told (`PolicyInput`) but the time; where a
 * policy reads the time, nothing is kept. The cache is one constitution's and ends with it: what comes into force begins anew.
 *
 * The list is told by its identity, so this pays where effects come from `createCachedEffectsOf`; and what that forgets, this
 * forgets with it.
 */
export function createCachedEvaluate(
  given: { readonly constitution: Pick<Constitution, 'policies'>; readonly evaluate: Evaluate },
  onLookUp: (isHit: boolean) => void,
): Evaluate {
  const { evaluate } = given;
  if (readsTime(given.constitution.policies)) return evaluate;
  const answers = new WeakMap<readonly Effect[], Map<string, Evaluation>>();
  return (input) => {
    const key = keyOf(input);
    const known = answers.get(input.effects);
    const answer = known?.get(key);
    onLookUp(answer !== undefined);
    if (answer !== undefined) return answer;
    const evaluation = evaluate(input);
    if (known === undefined) answers.set(input.effects, new Map([[key, evaluation]]));
    else {
      if (known.size >= ANSWERS_MAX) known.clear();
      known.set(key, evaluation);
    }
    return evaluation;
  };
}

/** Every field of the input but the effects and the time: a new field does not compile until it is here. */
function keyOf({
  action,
  principal,
  alongside,
  labels,
  approval,
  stale,
  effects: _,
  timeMs: __,
  ...rest
}: PolicyInput): string {
  const nothing: Record<string, never> = rest;
  return JSON.stringify([
    action.kind,
    action.workspaceRoots,
    principal,
    alongside ?? null,
    labels,
    approval ?? null,
    stale ?? false,
    nothing,
  ]);
}
