import fc, { type Arbitrary } from 'fast-check';
import type { JsonLike } from '#domain/policy/engine/policy-form.ts';
import { condition, entityRef } from './expressions.ts';
import { ACTIONS, ENTITY_TYPES } from './universe.ts';

type Json = JsonLike;

type Scopes = { readonly principal: Json; readonly action: Json; readonly resource: Json };

const side = (slot: string | undefined): Arbitrary<Json> => {
  const target: Arbitrary<Record<string, Json>> =
    slot === undefined ? entityRef.map((entity) => ({ entity })) : fc.constant({ slot });
  const type = fc.constantFrom(...ENTITY_TYPES);
  return fc.oneof(
    { weight: slot === undefined ? 4 : 0, arbitrary: fc.constant<Json>({ op: 'All' }) },
    { weight: 1, arbitrary: target.map((t): Json => ({ op: '==', ...t })) },
    { weight: 2, arbitrary: target.map((t): Json => ({ op: 'in', ...t })) },
    { weight: slot === undefined ? 2 : 0, arbitrary: type.map((entity_type): Json => ({ op: 'is', entity_type })) },
    {
      weight: 1,
      arbitrary: fc.tuple(type, target).map(([entity_type, t]): Json => ({ op: 'is', entity_type, in: t })),
    },
  );
};

const actionUid = fc.constantFrom(...ACTIONS).map((id) => ({ type: 'Action', id }));
const actionScope: Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Json>({ op: 'All' }) },
  { weight: 2, arbitrary: actionUid.map((entity): Json => ({ op: '==', entity })) },
  { weight: 1, arbitrary: actionUid.map((entity): Json => ({ op: 'in', entity })) },
  { weight: 2, arbitrary: fc.array(actionUid, { maxLength: 3 }).map((entities): Json => ({ op: 'in', entities })) },
);

const policyWith = (scopes: Arbitrary<Scopes>): Arbitrary<Json> =>
  fc
    .tuple(
      fc.constantFrom('permit', 'forbid'),
      scopes,
      fc.array(fc.tuple(fc.constantFrom('when', 'when', 'when', 'unless'), condition), { maxLength: 2 }),
    )
    .map(
      ([effect, scope, clauses]): Json => ({
        effect,
        ...scope,
        conditions: clauses.map(([kind, body]): Json => ({ kind, body })),
      }),
    );

export const policy = policyWith(
  fc.record({ principal: side(undefined), action: actionScope, resource: side(undefined) }),
);
/** With a slot on both sides. */
export const template = policyWith(
  fc.record({ principal: side('?principal'), action: actionScope, resource: side('?resource') }),
);

/** Permits everything, so that forbids and allowed requests are seen too. */
export const OPEN: Json = {
  effect: 'permit',
  principal: { op: 'All' },
  action: { op: 'All' },
  resource: { op: 'All' },
  conditions: [],
};
