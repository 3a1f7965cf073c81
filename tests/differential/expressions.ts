import fc, { type Arbitrary } from 'fast-check';
import type { JsonLike } from '#domain/policy/engine/policy-form.ts';
import {
  ACTIONS,
  ATTRIBUTE_NAMES,
  type AttributeName,
  type AttributeType,
  attributeType,
  DATETIMES,
  DECIMALS,
  DURATIONS,
  ENTITY_TYPES,
  IDS,
  IPS,
  LONGS,
  STRINGS,
} from './universe.ts';

/** An expression in Cedar's JSON form. */
type Json = JsonLike;

/** What an expression is meant to be. One in twenty operands is meant to be something else, so types also clash. */
const MEANINGS = [
  'boolean',
  'long',
  'string',
  'entity',
  'set',
  'record',
  'ip',
  'decimal',
  'datetime',
  'duration',
] as const;
type Meaning = (typeof MEANINGS)[number];

const DEPTH_MAX = 4;

export const entityRef: Arbitrary<{ type: string; id: string }> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constantFrom(...ENTITY_TYPES), id: fc.constantFrom(...IDS) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('Action'), id: fc.constantFrom(...ACTIONS) }) },
);

const value = (json: Json): Json => ({ Value: json });
const call = (name: string, ...args: Json[]): Json => ({ [name]: args });
const binary = (name: string, left: Json, right: Json): Json => ({ [name]: { left, right } });

/** The text of an extension value: usually good, sometimes not, so that constructors fail as they should. */
export function extensionText(good: readonly string[], bad: readonly string[]): Arbitrary<string> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
}

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string>(...STRINGS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).filter((s) => s.isWellFormed()) },
);
const long = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...LONGS) },
  { weight: 1, arbitrary: fc.integer({ min: -20, max: 20 }) },
);

const pattern: Arbitrary<Json> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.constant<Json>('Wildcard') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('a', 'b', 'ab', '*', 'é', '😀', '').map((literal): Json => ({ Literal: literal })),
    },
  ),
  { maxLength: 5 },
);

const attributeName: Arbitrary<string> = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom<string>(...ATTRIBUTE_NAMES) },
  { weight: 1, arbitrary: fc.constantFrom('missing', '__proto__', 'toString', '0', 'hasOwnProperty') },
);

/** Attributes whose type is meant. */
function namesOf(meaning: Meaning): readonly AttributeName[] {
  const meaningOf = (type: AttributeType): Meaning => {
    if (typeof type === 'object') return 'set' in type ? 'set' : 'record';
    switch (type) {
      case 'Long':
        return 'long';
      case 'String':
        return 'string';
      case 'Boolean':
        return 'boolean';
      case 'ipaddr':
        return 'ip';
      case 'decimal':
      case 'datetime':
      case 'duration':
        return type;
      default:
        return 'entity';
    }
  };
  return ATTRIBUTE_NAMES.filter((name) => meaningOf(attributeType(name)) === meaning);
}

/** Expressions of each meaning, over one another. */
const { any, ...meant } = fc.letrec<Record<Meaning | 'any', Json>>((tie) => {
  const of = (meaning: Meaning): Arbitrary<Json> =>
    fc.oneof({ weight: 19, arbitrary: tie(meaning) }, { weight: 1, arbitrary: tie('any') });
  const two = (name: string, left: Arbitrary<Json>, right: Arbitrary<Json>) =>
    fc.tuple(left, right).map(([a, b]) => binary(name, a, b));
  const one = (name: string, operand: Arbitrary<Json>) => operand.map((arg): Json => ({ [name]: { arg } }));
  const method = (name: string, ...operands: Arbitrary<Json>[]) =>
    fc.tuple(...operands).map((args) => call(name, ...args));
  /** Where attributes can be looked for. */
  const holder = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('principal', 'resource', 'context').map((name): Json => ({ Var: name })) },
    { weight: 2, arbitrary: of('entity') },
    { weight: 2, arbitrary: of('record') },
  );
  const attribute = (meaning: Meaning) =>
    fc.oneof(
      fc.tuple(holder, fc.constantFrom(...namesOf(meaning))).map(([left, attr]): Json => ({ '.': { left, attr } })),
      // Guarded, as careful policies are.
      ...(meaning === 'boolean'
        ? [
            fc
              .tuple(holder, fc.constantFrom(...namesOf(meaning)))
              .map(([left, attr]) => binary('&&', { has: { left, attr } }, { '.': { left, attr } })),
          ]
        : []),
    );
  const conditional = (meaning: Meaning) =>
    fc.tuple(of('boolean'), of(meaning), of(meaning)).map(
      ([test, yes, no]): Json => ({
        'if-then-else': Object.fromEntries([
          ['if', test],
          ['then', yes],
          ['else', no],
        ]),
      }),
    );
  const tag = fc.tuple(of('entity'), of('string')).map(([left, right]) => binary('getTag', left, right));
  const options = (meaning: Meaning, leaf: Arbitrary<Json>, ...more: Arbitrary<Json>[]) =>
    fc.oneof(
      { maxDepth: DEPTH_MAX, withCrossShrink: true },
      { weight: 4, arbitrary: leaf },
      { weight: 2, arbitrary: attribute(meaning) },
      { weight: 1, arbitrary: conditional(meaning) },
      { weight: 1, arbitrary: tag },
      ...more.map((arbitrary) => ({ weight: 1, arbitrary })),
    );
  const literal = (fn: string, { good, bad }: { readonly good: readonly string[]; readonly bad: readonly string[] }) =>
    fc
      .tuple(extensionText(good, bad), fc.nat(3))
      // The same as a call and, now and then, as an escaped value.
      .map(([source, form]) => (form === 0 ? value({ __extn: { fn, arg: source } }) : call(fn, value(source))));

  const comparison = fc.constantFrom('<', '<=', '>', '>=');
  const order = fc
    .constantFrom<Meaning>('long', 'long', 'datetime', 'duration')
    .chain((meaning) => fc.tuple(comparison, of(meaning), of(meaning)))
    .map(([operator, left, right]) => binary(operator, left, right));
  const equality = fc
    .constantFrom(...MEANINGS)
    .chain((meaning) => fc.tuple(fc.constantFrom('==', '!='), of(meaning), of(meaning)))
    .map(([operator, left, right]) => binary(operator, left, right));
  const has = fc
    .tuple(holder, fc.oneof(attributeName, fc.array(attributeName, { minLength: 1, maxLength: 3 })))
    .map(([left, attr]): Json => ({ has: { left, attr } }));
  const is = fc
    .tuple(
      of('entity'),
      fc.constantFrom(...ENTITY_TYPES, 'Action', 'Other'),
      fc.option(of('entity'), { nil: undefined, freq: 3 }),
    )
    .map(
      ([left, entity_type, within]): Json => ({
        is: within === undefined ? { left, entity_type } : { left, entity_type, in: within },
      }),
    );
  const decimalOrder = fc
    .tuple(
      fc.constantFrom('lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'),
      of('decimal'),
      of('decimal'),
    )
    .map(([name, left, right]) => call(name, left, right));
  const ipTest = fc
    .tuple(fc.constantFrom('isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'), of('ip'))
    .map(([name, ip]) => call(name, ip));

  return {
    any: fc.oneof(...MEANINGS.map((meaning) => tie(meaning))),
    boolean: options(
      'boolean',
      fc.boolean().map(value),
      two('&&', of('boolean'), of('boolean')),
      two('||', of('boolean'), of('boolean')),
      one('!', of('boolean')),
      order,
      equality,
      equality,
      two('in', of('entity'), fc.oneof(of('entity'), of('set'))),
      // An entity of the request in one of many: the way up the hierarchy is found.
      fc
        .tuple(
          fc.constantFrom('principal', 'resource'),
          fc.constantFrom('Team', 'Docs::Folder', 'User'),
          fc.subarray([...IDS]),
        )
        .map(([name, type, ids]) => binary('in', { Var: name }, value(ids.map((id) => ({ __entity: { type, id } }))))),
      two('contains', of('set'), tie('any')),
      fc
        .tuple(fc.constantFrom('containsAll', 'containsAny'), of('set'), of('set'))
        .map(([name, left, right]) => binary(name, left, right)),
      one('isEmpty', of('set')),
      two('hasTag', of('entity'), of('string')),
      has,
      has,
      is,
      fc.tuple(of('string'), pattern).map(([left, elements]): Json => ({ like: { left, pattern: elements } })),
      decimalOrder,
      ipTest,
      method('isInRange', of('ip'), of('ip')),
    ),
    long: options(
      'long',
      long.map(value),
      one('neg', of('long')),
      two('+', of('long'), of('long')),
      two('-', of('long'), of('long')),
      two('*', of('long'), of('long')),
      fc
        .tuple(fc.constantFrom('toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'), of('duration'))
        .map(([name, span]) => call(name, span)),
    ),
    string: options('string', text.map(value)),
    entity: options(
      'entity',
      fc.oneof(
        fc.constantFrom('principal', 'action', 'resource').map((name): Json => ({ Var: name })),
        entityRef.map((uid) => value({ __entity: uid })),
      ),
    ),
    set: options(
      'set',
      fc.constantFrom<Json>(value([]), { Set: [] }),
      ...(['long', 'string', 'entity', 'set', 'ip'] as const).map((meaning) =>
        fc.array(of(meaning), { maxLength: 4 }).map((elements): Json => ({ Set: elements })),
      ),
      fc.array(entityRef, { maxLength: 12 }).map((uids) => value(uids.map((uid) => ({ __entity: uid })))),
      fc.array(long, { maxLength: 12 }).map(value),
    ),
    record: options(
      'record',
      fc.constantFrom<Json>({ Var: 'context' }, { Record: {} }),
      fc
        .dictionary(attributeName, tie('any'), { maxKeys: 3 })
        .map((fields): Json => ({ Record: Object.fromEntries(Object.entries(fields)) })),
    ),
    ip: options('ip', literal('ip', IPS)),
    decimal: options('decimal', literal('decimal', DECIMALS)),
    datetime: options(
      'datetime',
      literal('datetime', DATETIMES),
      method('offset', of('datetime'), of('duration')),
      method('toDate', of('datetime')),
    ),
    duration: options(
      'duration',
      literal('duration', DURATIONS),
      method('durationSince', of('datetime'), of('datetime')),
      method('toTime', of('datetime')),
    ),
  };
});

export const condition: Arbitrary<Json> = fc.oneof(
  { weight: 30, arbitrary: meant.boolean },
  { weight: 1, arbitrary: any },
);
