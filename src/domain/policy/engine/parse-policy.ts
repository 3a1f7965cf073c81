import type { Expression, PolicyTree, Scope } from '#domain/policy/engine/expression.ts';
import { isTypeName } from '#domain/policy/engine/names.ts';
import { parseExpression } from '#domain/policy/engine/parse-expression.ts';
import {
  isObject,
  type JsonLike,
  members,
  PolicyFormError,
  parseEntityReference,
} from '#domain/policy/engine/policy-form.ts';
import type { EntityValue } from '#domain/policy/engine/value.ts';

/** Values of a template's slots: `?principal`, `?resource`. */
export type SlotValues = ReadonlyMap<string, EntityValue>;

const NO_SLOTS: SlotValues = new Map();

/**
 * Reads a policy of Cedar's JSON form (the EST that the official parser makes), or a template together with the values
 * of its slots.
 * @throws {PolicyFormError} for anything that the form does not have, and for slots without a value or values without a slot.
 */
export function parsePolicy(json: JsonLike, slots: SlotValues = NO_SLOTS): PolicyTree {
  const form = members(json, 'policy', ['effect', 'principal', 'action', 'resource', 'conditions'], ['annotations']);
  if (form.effect !== 'permit' && form.effect !== 'forbid') throw new PolicyFormError('an unknown effect');
  if (!Array.isArray(form.conditions)) throw new PolicyFormError('conditions that are not a list');
  const used = new Set<string>();
  const tree: PolicyTree = {
    effect: form.effect,
    principal: parseScope(form.principal, '?principal', slots, used),
    action: parseActionScope(form.action),
    resource: parseScope(form.resource, '?resource', slots, used),
    conditions: form.conditions.map(parseClause),
  };
  for (const name of slots.keys())
    if (!used.has(name)) throw new PolicyFormError(`a value for the slot ${name}, which the template does not have`);
  return tree;
}

function parseClause(json: JsonLike): Expression {
  const { kind, body } = members(json, 'condition', ['kind', 'body']);
  const expression = parseExpression(body);
  if (kind === 'when') return expression;
  if (kind === 'unless') return { kind: 'not', of: expression };
  throw new PolicyFormError('a condition that is neither `when` nor `unless`');
}

function parseScope(json: JsonLike, slot: string, slots: SlotValues, used: Set<string>): Scope {
  if (!isObject(json)) throw new PolicyFormError('a scope that is not an object');
  const target = (holder: JsonLike): EntityValue => {
    if (isObject(holder) && holder.slot !== undefined) {
      if (holder.slot !== slot) throw new PolicyFormError('a slot in the wrong place');
      used.add(slot);
      const value = slots.get(slot);
      if (value === undefined) throw new PolicyFormError(`no value for the slot ${slot}`);
      return value;
    }
    if (isObject(holder) && holder.entity !== undefined) return parseEntityReference(holder.entity);
    throw new PolicyFormError('a scope without an entity');
  };
  switch (json.op) {
    case 'All':
      return { kind: 'any' };
    case '==':
      return { kind: 'equal', entity: target(json) };
    case 'in':
      return { kind: 'in', entities: [target(json)] };
    case 'is': {
      const type = json.entity_type;
      if (typeof type !== 'string' || !isTypeName(type)) throw new PolicyFormError('a scope with a malformed type');
      return json.in === undefined ? { kind: 'is', type } : { kind: 'in', entities: [target(json.in)], type };
    }
    default:
      throw new PolicyFormError('an unknown scope');
  }
}

function parseActionScope(json: JsonLike): Scope {
  if (!isObject(json)) throw new PolicyFormError('a scope that is not an object');
  switch (json.op) {
    case 'All':
      return { kind: 'any' };
    case '==':
      return { kind: 'equal', entity: parseAction(json.entity) };
    case 'in':
      return {
        kind: 'in',
        entities: Array.isArray(json.entities) ? json.entities.map(parseAction) : [parseAction(json.entity)],
      };
    default:
      throw new PolicyFormError('an unknown action scope');
  }
}

/** Only entities of a type `Action`, in whatever namespace, can be actions. */
function parseAction(json: JsonLike | undefined): EntityValue {
  if (json === undefined) throw new PolicyFormError('an action scope without an action');
  const action = parseEntityReference(json);
  if (action.type !== 'Action' && !action.type.endsWith('::Action'))
    throw new PolicyFormError('an action whose type is not `Action`');
  return action;
}
