import type { Scope } from '#domain/policy/engine/expression.ts';
import { GUARDED_MIN, GuardedRules } from '#domain/policy/engine/guards.ts';
import type { Rule } from '#domain/policy/engine/scope-index.ts';
import type { EntityValue } from '#domain/policy/engine/value.ts';

/** Rules whose scopes hold for the same requests, save for the types that `is … in` demands. */
export interface Leaf {
  readonly forbids: RuleList;
  readonly permits: RuleList;
}

/** Rules of one effect and scope; many that begin by asking for one attribute are found by its value. */
export interface RuleList {
  readonly plain: readonly Rule[];
  readonly guarded: readonly GuardedRules[];
}

/** The policies for one action, by principal and resource. */
export class Table {
  readonly #split: Split<Split<Leaf>>;
  readonly #principalFirst: boolean;

  constructor(rules: readonly Rule[]) {
    // The side that more policies restrict leaves fewer for the other.
    const restricted = (side: 'principal' | 'resource') =>
      rules.filter(({ scopes }) => scopes[side].kind !== 'any').length;
    this.#principalFirst = restricted('principal') >= restricted('resource');
    const [first, second] = this.#principalFirst
      ? (['principal', 'resource'] as const)
      : (['resource', 'principal'] as const);
    this.#split = new Split(rules, first, (some) => new Split(some, second, leaf));
  }

  /** Adds the leaves whose scopes hold. */
  find(principal: EntityValue, resource: EntityValue, leaves: Leaf[]): void {
    const [first, second] = this.#principalFirst ? [principal, resource] : [resource, principal];
    const inner: Split<Leaf>[] = [];
    this.#split.find(first, inner);
    for (const split of inner) split.find(second, leaves);
  }
}

function leaf(rules: readonly Rule[]): Leaf {
  return {
    forbids: listOf(rules.filter(({ scopes }) => scopes.effect === 'forbid')),
    permits: listOf(rules.filter(({ scopes }) => scopes.effect === 'permit')),
  };
}

function listOf(rules: readonly Rule[]): RuleList {
  const plain: Rule[] = [];
  const guarded: GuardedRules[] = [];
  for (const [, group] of Map.groupBy(rules, ({ guard }) => guard?.key)) {
    const guard = group[0]?.guard;
    if (guard === undefined || group.length < GUARDED_MIN) plain.push(...group);
    else guarded.push(new GuardedRules(guard, group));
  }
  return { plain, guarded };
}

/** Rules by what their scope demands of one variable. */
class Split<Part> {
  readonly #any: Part | undefined;
  readonly #equal: ReadonlyMap<string, Part>;
  readonly #within: ReadonlyMap<string, Part>;
  readonly #is: ReadonlyMap<string, Part>;

  constructor(rules: readonly Rule[], side: 'principal' | 'resource', part: (rules: readonly Rule[]) => Part) {
    const any = rules.filter(({ scopes }) => scopes[side].kind === 'any');
    this.#any = any.length === 0 ? undefined : part(any);
    this.#equal = group(rules, side, part, (scope) => (scope.kind === 'equal' ? scope.entity.key : undefined));
    this.#within = group(rules, side, part, (scope) => (scope.kind === 'in' ? scope.entities[0]?.key : undefined));
    this.#is = group(rules, side, part, (scope) => (scope.kind === 'is' ? scope.type : undefined));
  }

  /** Adds the parts whose demand the entity meets. */
  find(entity: EntityValue, found: Part[]): void {
    if (this.#any !== undefined) found.push(this.#any);
    if (this.#equal.size > 0) addFrom(this.#equal, entity.key, found);
    if (this.#is.size > 0) addFrom(this.#is, entity.type, found);
    if (this.#within.size === 0) return;
    addFrom(this.#within, entity.key, found);
    if (entity.parents.length > 0) for (const { key } of entity.ancestors) addFrom(this.#within, key, found);
  }
}

function addFrom<Part>(parts: ReadonlyMap<string, Part>, key: string, found: Part[]): void {
  const part = parts.get(key);
  if (part !== undefined) found.push(part);
}

function group<Part>(
  rules: readonly Rule[],
  side: 'principal' | 'resource',
  part: (rules: readonly Rule[]) => Part,
  keyOf: (scope: Scope) => string | undefined,
): ReadonlyMap<string, Part> {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = keyOf(rule.scopes[side]);
    if (key === undefined) continue;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [rule]);
    else members.push(rule);
  }
  return new Map([...groups].map(([key, members]) => [key, part(members)] as const));
}
