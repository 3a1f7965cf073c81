import fc, { type Arbitrary } from 'fast-check';
import type { JsonLike } from '#domain/policy/engine/policy-form.ts';
import { condition, entityRef } from './expressions.ts';
import { ENTITY_TYPES, LONGS, STRINGS } from './universe.ts';

type Json = JsonLike;

const at = (variable: string, ...names: readonly string[]): Json =>
  names.reduce<Json>((left, attr) => ({ '.': { left, attr } }), { Var: variable });
const value = (json: Json): Json => ({ Value: json });

/** Attributes that policies of one family begin with; most often of the right type, sometimes missing or of another. */
const scalarAttribute = fc.constantFrom<Json>(
  at('context', 's'),
  at('principal', 's'),
  at('resource', 'n'),
  at('context', 'n'),
  at('context', 'rec', 's'),
  at('context', 'deep', 'rec', 'n'),
  at('resource', 'owner', 's'),
  at('principal', 'color'),
  at('context', 'flag'),
);
const setAttribute = fc.constantFrom<Json>(
  at('context', 'names'),
  at('resource', 'names'),
  at('principal', 'longs'),
  at('context', 'longs'),
  at('context', 's'),
);
const scalar = fc.oneof(fc.constantFrom<Json>(...STRINGS), fc.constantFrom<Json>(...LONGS), fc.boolean());
const binary = (operator: string, left: Json, right: Json): Json => ({ [operator]: { left, right } });

/** What the policies of a family demand first: one attribute, each of them with literals of its own. */
const demands: Arbitrary<readonly Json[]> = fc.oneof(
  fc
    .tuple(scalarAttribute, fc.boolean(), fc.array(scalar, { minLength: 4, maxLength: 8 }))
    .map(([attribute, swapped, literals]) =>
      literals.map((literal) =>
        swapped ? binary('==', value(literal), attribute) : binary('==', attribute, value(literal)),
      ),
    ),
  fc
    .tuple(setAttribute, fc.array(scalar, { minLength: 4, maxLength: 8 }))
    .map(([attribute, literals]) => literals.map((literal) => binary('contains', attribute, value(literal)))),
  fc
    .tuple(scalarAttribute, fc.array(fc.array(scalar, { maxLength: 3 }), { minLength: 4, maxLength: 8 }))
    .map(([attribute, sets]) => sets.map((literals) => binary('contains', { Set: literals.map(value) }, attribute))),
  // What could as well be a scope.
  fc
    .tuple(
      fc.constantFrom('principal', 'resource'),
      fc.constantFrom('in', '=='),
      fc.array(entityRef, { minLength: 4, maxLength: 6 }),
    )
    .map(([variable, operator, uids]) => uids.map((uid) => binary(operator, at(variable), value({ __entity: uid })))),
  fc
    .constantFrom('principal', 'resource')
    .map((variable) => ENTITY_TYPES.map((entity_type): Json => ({ is: { left: at(variable), entity_type } }))),
);

/** Policies that begin alike, which the engine finds by an index instead of evaluating them one by one. */
export const family: Arbitrary<readonly Json[]> = fc
  .tuple(demands, fc.constantFrom('permit', 'forbid'), fc.option(condition), fc.boolean())
  .map(([firsts, effect, rest, joined]) =>
    firsts.map((first): Json => {
      const bodies = rest === null ? [first] : joined ? [binary('&&', first, rest)] : [first, rest];
      const any = { op: 'All' };
      return {
        effect,
        principal: any,
        action: any,
        resource: any,
        conditions: bodies.map((body): Json => ({ kind: 'when', body })),
      };
    }),
  );
