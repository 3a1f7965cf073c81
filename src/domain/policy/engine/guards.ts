import { closeOver, type Evaluate } from '#domain/policy/engine/closures.ts';
import type { Expression } from '#domain/policy/engine/expression.ts';
import { Fault } from '#domain/policy/engine/fault.ts';
import type { Query } from '#domain/policy/engine/operations.ts';
import type { Rule } from '#domain/policy/engine/scope-index.ts';
import type { Value } from '#domain/policy/engine/value.ts';

/**
 * What a policy's conditions demand first, if it compares one attribute with scalar literals: then the policy can be found
 * by the attribute's value. `is`: the attribute is one of the values (`resource.name == "git"`, `["a", "b"].contains(…)`);
 * `has`: it is a set with the value in it (`context.labels.contains("a")`).
 */
export interface Guard {
  readonly form: 'is' | 'has';
  /** Attributes of a variable, from the outside in: `context.session.labels`. */
  readonly attribute: Expression;
  /** Identifies form and attribute. */
  readonly key: string;
  readonly values: readonly Value[];
}

/** Fewer policies with one guard are faster evaluated than looked up. */
export const GUARDED_MIN = 4;

export function guardOf(conditions: readonly Expression[]): Guard | undefined {
  let [first] = conditions;
  while (first?.kind === 'and') [first] = first.operands;
  if (first?.kind !== 'equal' && first?.kind !== 'contains') return undefined;
  const { left, right } = first;
  if (first.kind === 'contains') return guard('has', left, scalars(right)) ?? guard('is', right, scalarElements(left));
  return guard('is', left, scalars(right)) ?? guard('is', right, scalars(left));
}

function guard(form: 'is' | 'has', attribute: Expression, values: readonly Value[] | undefined): Guard | undefined {
  const path = pathOf(attribute);
  return path === undefined || values === undefined ? undefined : { form, attribute, key: `${form} ${path}`, values };
}

function pathOf(expression: Expression): string | undefined {
  if (expression.kind === 'variable') return expression.name;
  if (expression.kind !== 'attribute') return undefined;
  const holder = pathOf(expression.of);
  return holder && `${holder} ${JSON.stringify(expression.name)}`;
}

function scalars(expression: Expression): readonly Value[] | undefined {
  return expression.kind === 'constant' && typeof expression.value !== 'object' ? [expression.value] : undefined;
}

function scalarElements({ kind, ...rest }: Expression): readonly Value[] | undefined {
  if (kind !== 'constant' || !('value' in rest)) return undefined;
  const { value } = rest;
  if (typeof value !== 'object' || value.kind !== 'set') return undefined;
  return value.elements.every((element) => typeof element !== 'object') ? value.elements : undefined;
}

const NONE: readonly Rule[] = [];

/** Rules with one guard, by the value that each waits for. */
export class GuardedRules {
  readonly #form: Guard['form'];
  readonly #evaluate: Evaluate;
  readonly #byValue = new Map<Value, Rule[]>();
  readonly #all: readonly Rule[];

  constructor({ form, attribute }: Guard, rules: readonly Rule[]) {
    this.#form = form;
    this.#evaluate = closeOver(attribute);
    this.#all = rules;
    for (const rule of rules)
      for (const value of new Set(rule.guard?.values)) {
        const known = this.#byValue.get(value);
        if (known === undefined) this.#byValue.set(value, [rule]);
        else known.push(rule);
      }
  }

  /** The rules that may hold or fail. The others are false, which no error can precede: the guard is what they evaluate first. */
  candidates(query: Query): readonly Rule[] {
    let value: Value;
    try {
      value = this.#evaluate(query);
    } catch (error) {
      // Then all of them fail, and each has to say so.
      if (error instanceof Fault) return this.#all;
      throw error;
    }
    if (this.#form === 'is') return typeof value === 'object' ? NONE : (this.#byValue.get(value) ?? NONE);
    if (typeof value !== 'object' || value.kind !== 'set') return this.#all;
    const found = new Set<Rule>();
    for (const element of value.elements) for (const rule of this.#byValue.get(element) ?? NONE) found.add(rule);
    return [...found];
  }
}
