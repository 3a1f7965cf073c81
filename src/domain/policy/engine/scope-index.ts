import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Test } from '#domain/policy/engine/closures.ts';
import type { PolicyTree } from '#domain/policy/engine/expression.ts';
import type { Guard } from '#domain/policy/engine/guards.ts';
import { Table } from '#domain/policy/engine/scope-table.ts';
import type { EntityValue } from '#domain/policy/engine/value.ts';
import { never } from '#domain/result.ts';

/** A compiled policy. */
export interface Rule {
  readonly id: PolicyId;
  /** Place in the set: answers list policies in it. */
  readonly order: number;
  readonly scopes: Pick<PolicyTree, 'effect' | 'principal' | 'action' | 'resource'>;
  readonly test: Test;
  readonly guard: Guard | undefined;
}

/** More combinations of actions than this come only from requests that invent hierarchies; then the tables are built anew. */
const TABLES_MAX = 1024;

/**
 * Finds the policies whose scopes a request satisfies without looking at the others: first by what the action is and is
 * in, then by principal and resource, each by entity, ancestors and type. A scope that does not hold makes a policy
 * unsatisfied before any of it can fail, so what is not found has no part in the answer.
 */
export class ScopeIndex {
  readonly #any: Rule[] = [];
  readonly #equal = new Map<string, Rule[]>();
  readonly #in = new Map<string, Rule[]>();
  /** Tables by what is mentioned of an action and its ancestors: so many as the policies tell apart, not as there are actions. */
  readonly #bySignature = new Map<string, Table>();
  /** The same by the action itself, which for a schema's actions is always the same object. */
  readonly #byEntity = new WeakMap<EntityValue, Table>();

  /** All rules are added before the first table is asked for. */
  add(rule: Rule): void {
    const scope = rule.scopes.action;
    switch (scope.kind) {
      case 'any':
        this.#any.push(rule);
        break;
      case 'equal':
        append(this.#equal, scope.entity.key, rule);
        break;
      case 'in':
        for (const { key } of scope.entities) append(this.#in, key, rule);
        break;
      case 'is':
        throw new Error('no scope of an action asks for a type');
      default:
        never(scope);
    }
  }

  /** The policies for an action; gathered at first use. */
  table(action: EntityValue): Table {
    const known = this.#byEntity.get(action);
    if (known !== undefined) return known;
    const table = this.#tableFor(action);
    this.#byEntity.set(action, table);
    return table;
  }

  #tableFor(action: EntityValue): Table {
    const equal = this.#equal.get(action.key);
    const keys = [action, ...action.ancestors].map(({ key }) => key).filter((key) => this.#in.has(key));
    const signature = JSON.stringify([equal === undefined ? null : action.key, ...keys.toSorted()]);
    const known = this.#bySignature.get(signature);
    if (known !== undefined) return known;
    // A list of actions may name an action and a group that it is in: the rule counts once.
    const rules = new Set([...this.#any, ...(equal ?? []), ...keys.flatMap((key) => this.#in.get(key) ?? [])]);
    const table = new Table([...rules]);
    if (this.#bySignature.size >= TABLES_MAX) this.#bySignature.clear();
    this.#bySignature.set(signature, table);
    return table;
  }
}

function append(rules: Map<string, Rule[]>, key: string, rule: Rule): void {
  const known = rules.get(key);
  if (known === undefined) rules.set(key, [rule]);
  else known.push(rule);
}
