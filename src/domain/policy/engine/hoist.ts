import type { Expression, PolicyTree, Scope, Variable } from '#domain/policy/engine/expression.ts';

type Side = 'principal' | 'resource';

/**
 * Moves what a condition demands first of principal or resource into the scope, where the index can use it:
 * `when { principal in Team::"a" && … }` becomes `principal in Team::"a"`. The answer stays the same: such a demand cannot
 * fail, and only what nothing comes before is moved, so no error appears or vanishes.
 */
export function hoistScopes(tree: PolicyTree): PolicyTree {
  const demands = tree.conditions.flatMap(conjuncts);
  const scopes: Record<Side, Scope> = { principal: tree.principal, resource: tree.resource };
  let taken = 0;
  for (const demand of demands) {
    const found = scopeOf(demand);
    if (found === undefined || scopes[found.side].kind !== 'any') break;
    scopes[found.side] = found.scope;
    taken += 1;
  }
  return taken === 0 ? tree : { ...tree, ...scopes, conditions: demands.slice(taken) };
}

function conjuncts(condition: Expression): readonly Expression[] {
  return condition.kind === 'and' ? condition.operands.flatMap(conjuncts) : [condition];
}

function scopeOf(demand: Expression): { readonly side: Side; readonly scope: Scope } | undefined {
  if (demand.kind === 'is') {
    const side = sideOf(demand.of);
    return side && { side, scope: { kind: 'is', type: demand.type } };
  }
  if (demand.kind !== 'equal' && demand.kind !== 'in') return undefined;
  const side = sideOf(demand.left);
  if (side === undefined || demand.right.kind !== 'constant') return undefined;
  const { value } = demand.right;
  if (typeof value !== 'object' || value.kind !== 'entity') return undefined;
  return {
    side,
    scope: demand.kind === 'equal' ? { kind: 'equal', entity: value } : { kind: 'in', entities: [value] },
  };
}

function sideOf(expression: Expression): Side | undefined {
  const name: Variable | undefined = expression.kind === 'variable' ? expression.name : undefined;
  return name === 'principal' || name === 'resource' ? name : undefined;
}
