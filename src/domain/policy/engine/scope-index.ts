import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Test } from '#domain/policy/engine/closures.ts';
import type { PolicyTree, Scope } from '#domain/policy/engine/expression.ts';
import { Table } from '#domain/policy/engine/scope-table.ts';
import type { EntityValue } from '#domain/policy/engine/value.ts';

/** A compiled policy. */
export interface Rule {
  readonly id: PolicyId;
  /** Place in the set: answers list policies in it. */
  readonly order: number;
  readonly tree: PolicyTree;
  readonly test: Test;
}

/** More combinations of actions than this come only from requests that invent hierarchies; then the tables are built anew. */
const TABLES_MAX = 1024;

/**
 * Finds the policies whose scopes a request satisfies without looking at the others: first by what the action is and is
 * in, then by principal and resource, each by entity, ancestors and type. A scope that does not hold makes a policy
 * unsatisfied before any of it can fail, so what is not found has no part in the answer.
 */
export class ScopeIndex {
  readonly #rules: readonly Rule[];
  /** Keys that scopes of actions mention, by whether the action must be that or be in it. */
  readonly #equalKeys = new Set<string>();
  readonly #inKeys = new Set<string>();
  /** Tables by what is mentioned of an action and its ancestors: so many as the policies tell apart, not as there are actions. */
  readonly #tables = new Map<string, Table>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    for (const { tree } of rules) {
      if (tree.action.kind === 'equal') this.#equalKeys.add(tree.action.entity.key);
      if (tree.action.kind === 'in') for (const { key } of tree.action.entities) this.#inKeys.add(key);
    }
  }

  /** The policies for an action; gathered at first use. */
  table(action: EntityValue): Table {
    const signature = this.#signature(action);
    const known = this.#tables.get(signature);
    if (known !== undefined) return known;
    const table = new Table(this.#rules.filter(({ tree }) => actionHolds(tree.action, action)));
    if (this.#tables.size >= TABLES_MAX) this.#tables.clear();
    this.#tables.set(signature, table);
    return table;
  }

  #signature(action: EntityValue): string {
    const self = this.#equalKeys.has(action.key) || this.#inKeys.has(action.key) ? action.key : '';
    if (action.parents.length === 0) return self;
    const above = [...action.ancestors]
      .map(({ key }) => key)
      .filter((key) => this.#inKeys.has(key))
      .toSorted();
    return above.length === 0 ? self : JSON.stringify([self, ...above]);
  }
}

function actionHolds(scope: Scope, action: EntityValue): boolean {
  switch (scope.kind) {
    case 'any':
      return true;
    case 'equal':
      return scope.entity.key === action.key;
    case 'is':
      return scope.type === action.type;
    case 'in': {
      const keys = new Set([action.key, ...[...action.ancestors].map(({ key }) => key)]);
      return scope.entities.some(({ key }) => keys.has(key));
    }
  }
}
