import fc, { type Arbitrary } from 'fast-check';
import type { JsonLike } from '#domain/policy/engine/policy-form.ts';
import { extensionText } from './expressions.ts';
import {
  ATTRIBUTE_NAMES,
  type AttributeType,
  attributeType,
  COLORS,
  DATETIMES,
  DECIMALS,
  DURATIONS,
  IDS,
  IPS,
  LONGS,
  STRINGS,
} from './universe.ts';

type Json = JsonLike;
type Uid = { readonly type: string; readonly id: string };

/** A value of a type, in one of the ways in which data may write it: `implicit` forms need a schema to be understood. */
function dataOf(type: AttributeType, implicit: boolean): Arbitrary<Json> {
  if (typeof type === 'object') {
    if ('set' in type) return fc.array(dataOf(type.set, implicit), { maxLength: 3 });
    return fc.record(Object.fromEntries(type.record.map((name) => [name, dataOf(attributeType(name), implicit)])));
  }
  const entity = (names: Arbitrary<Uid>) => names.map((uid): Json => (implicit ? uid : { __entity: uid }));
  const extension = (
    fn: string,
    { good, bad }: { readonly good: readonly string[]; readonly bad: readonly string[] },
  ) =>
    // A bad one refuses all requests of its world, so it is rare.
    fc
      .oneof({ weight: 60, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: extensionText(good, bad) })
      .map((source): Json => (implicit ? source : { __extn: { fn, arg: source } }));
  switch (type) {
    case 'Long':
      return fc.constantFrom(...LONGS);
    case 'String':
      return fc.constantFrom<string>(...STRINGS);
    case 'Boolean':
      return fc.boolean();
    case 'User':
    case 'Team':
      return entity(fc.record({ type: fc.constant(type), id: fc.constantFrom<string>(...IDS) }));
    case 'Color':
      return entity(fc.record({ type: fc.constant(type), id: fc.constantFrom<string>(...COLORS) }));
    case 'ipaddr':
      return extension('ip', IPS);
    case 'decimal':
      return extension('decimal', DECIMALS);
    case 'datetime':
      return extension('datetime', DATETIMES);
    case 'duration':
      return extension('duration', DURATIONS);
  }
}

/** A value for every attribute that there is. */
export const attributesOf = (implicit: boolean): Arbitrary<Readonly<Record<string, Json>>> =>
  fc.record(Object.fromEntries(ATTRIBUTE_NAMES.map((name) => [name, dataOf(attributeType(name), implicit)])));

/** Data that is not what it should be: each of these must be refused, or accepted, by both. */
export const oddity: Arbitrary<Json> = fc.constantFrom<Json>(
  null,
  1.5,
  1e20,
  9_223_372_036_854_775_808n,
  { __entity: { type: 'User' } },
  { __entity: { type: 'if', id: 'a' } },
  { __entity: { type: 'User', id: 'a' }, more: 1 },
  { __extn: { fn: 'ip', arg: 'x' } },
  { __extn: { fn: 'nothing', arg: 'x' } },
  { __extn: { fn: 'ip', args: ['1.2.3.4', '1.2.3.4'] } },
  {
    __extn: {
      fn: 'offset',
      args: [{ __extn: { fn: 'datetime', arg: '2024-01-01' } }, { __extn: { fn: 'duration', arg: '1d' } }],
    },
  },
  { __extn: 3 },
  { __expr: 'User::"a"' },
  { fn: 'ip', arg: '1.2.3.4' },
  { fn: 'offset', args: ['2024-01-01', '1d'] },
  { type: 'User', id: 'a' },
  [1, 'a', [true]],
  'text',
  7,
);
