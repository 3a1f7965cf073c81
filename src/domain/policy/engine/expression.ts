import type { EntityValue, Value } from '#domain/policy/engine/value.ts';

/** A condition of a policy, checked and brought to a core of few forms: what the two back ends translate. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'variable'; readonly name: Variable }
  | { readonly kind: 'not' | 'negate' | 'is-empty'; readonly of: Expression }
  /** Of one or more operands, from left to right, ending at the first that decides. */
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: BinaryKind; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'attribute' | 'has'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'like'; readonly of: Expression; readonly pattern: Pattern }
  | { readonly kind: 'is'; readonly of: Expression; readonly type: string }
  | { readonly kind: 'if'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'set'; readonly elements: readonly Expression[] }
  /** In Cedar's order of evaluation: by name. */
  | { readonly kind: 'record'; readonly fields: readonly (readonly [name: string, Expression])[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

export type Variable = 'principal' | 'action' | 'resource' | 'context';

export type BinaryKind =
  | 'equal'
  | 'less'
  | 'less-or-equal'
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'in'
  | 'contains'
  | 'contains-all'
  | 'contains-any'
  | 'has-tag'
  | 'get-tag';

/** Literal pieces of a `like` pattern, between which anything may stand: `a*b*` is `['a', 'b', '']`. */
export type Pattern = readonly string[];

/** What a policy's head demands of one variable. */
export type Scope =
  | { readonly kind: 'any' }
  | { readonly kind: 'equal'; readonly entity: EntityValue }
  | { readonly kind: 'is'; readonly type: string }
  /** In any of the entities; `type` where `is … in` demands one too. */
  | { readonly kind: 'in'; readonly entities: readonly EntityValue[]; readonly type?: string };

/** A policy, or a template with its slots filled, ready to be compiled. */
export interface PolicyTree {
  readonly effect: 'permit' | 'forbid';
  readonly principal: Scope;
  readonly action: Scope;
  readonly resource: Scope;
  /** `when` and negated `unless` clauses, all of which must hold, in order. */
  readonly conditions: readonly Expression[];
}
