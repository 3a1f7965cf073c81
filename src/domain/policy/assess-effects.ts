import type { Effect } from '#domain/action/effect.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Evaluate } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import type { Verdict } from '#domain/policy/verdict.ts';

/** What the constitution says of one effect, seen within its action. */
export interface EffectVerdict {
  readonly effect: Effect;
  /** `ask`: denied as it stands, and allowed with an approval by `role`. */
  readonly verdict: Verdict;
  /** The policies that permit it, or stand in its way. */
  readonly policies: readonly PolicyId[];
}

/**
 * A verdict for each effect, for people: it shows which part of a command is in the way. The verdict of the action is that of
 * the whole alone. Equal effects are asked about once.
 * @param count effects that are looked at, from the first on
 */
export function assessEffects(input: PolicyInput, evaluate: Evaluate, count: number): readonly EffectVerdict[] {
  const alongside = [...new Set(input.effects.map(({ kind }) => kind))];
  const known = new Map<string, Omit<EffectVerdict, 'effect'>>();
  return input.effects.slice(0, count).map((effect) => {
    const { span: _, ...what } = effect;
    const key = JSON.stringify(what);
    const assessed = known.get(key) ?? assess(effect);
    known.set(key, assessed);
    return { effect, ...assessed };
  });

  function assess(effect: Effect): Omit<EffectVerdict, 'effect'> {
    const { verdict, reasons } = evaluate({ ...input, alongside, effects: [effect] });
    return { verdict, policies: [...new Set(reasons.map(({ policy }) => policy))] };
  }
}
