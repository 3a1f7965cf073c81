import type { EntityStore } from '#domain/policy/engine/entity-store.ts';
import { ANY_ENTITY, entityText, Fault, typeFault } from '#domain/policy/engine/fault.ts';
import * as long from '#domain/policy/engine/long.ts';
import type { EntityValue, Fields, RecordValue, SetValue, Value } from '#domain/policy/engine/value.ts';

/** One request, as the compiled policies see it. */
export interface Query {
  readonly principal: EntityValue;
  readonly action: EntityValue;
  readonly resource: EntityValue;
  readonly context: RecordValue;
  readonly store: EntityStore;
}

// The operators of the language, over evaluated operands: what both back ends call. Each checks the types of its
// operands from left to right and throws a `Fault` with Cedar's own words; the order of the checks is part of them.

export function asBoolean(value: Value): boolean {
  return typeof value === 'boolean' ? value : typeFault(value, 'bool');
}

function asLong(value: Value): long.Long {
  return typeof value === 'number' || typeof value === 'bigint' ? value : typeFault(value, 'long');
}

function asString(value: Value): string {
  return typeof value === 'string' ? value : typeFault(value, 'string');
}

function asSet(value: Value): SetValue {
  return typeof value === 'object' && value.kind === 'set' ? value : typeFault(value, 'set');
}

export function asEntity(value: Value): EntityValue {
  return typeof value === 'object' && value.kind === 'entity' ? value : typeFault(value, ANY_ENTITY);
}

export function negate(value: Value): Value {
  const operand = asLong(value);
  return (
    long.subtract(0, operand) ?? fault(() => `integer overflow while attempting to negate the value \`${operand}\``)
  );
}

export function add(left: Value, right: Value): Value {
  const [a, b] = [asLong(left), asLong(right)];
  return long.add(a, b) ?? overflow('add', a, b);
}

export function subtract(left: Value, right: Value): Value {
  const [a, b] = [asLong(left), asLong(right)];
  return long.subtract(a, b) ?? overflow('subtract', a, b);
}

export function multiply(left: Value, right: Value): Value {
  const [a, b] = [asLong(left), asLong(right)];
  return long.multiply(a, b) ?? overflow('multiply', a, b);
}

function overflow(verb: string, left: long.Long, right: long.Long): never {
  return fault(() => `integer overflow while attempting to ${verb} the values \`${left}\` and \`${right}\``);
}

export function less(left: Value, right: Value): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right;
  const [a, b] = comparable(left, right);
  return a < b;
}

export function lessOrEqual(left: Value, right: Value): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left <= right;
  const [a, b] = comparable(left, right);
  return a <= b;
}

/** Longs, instants and durations are ordered, each among themselves. JavaScript compares numbers with bigints exactly. */
function comparable(left: Value, right: Value): readonly [long.Long, long.Long] {
  if (isLong(left)) return [left, isLong(right) ? right : typeFault(right, 'long')];
  if (isLong(right)) return typeFault(left, 'long');
  if (isTime(left))
    return isTime(right) && left.kind === right.kind ? [left.ms, right.ms] : typeFault(right, left.kind);
  if (isTime(right)) return typeFault(left, right.kind);
  return typeFault(left, 'long', 'datetime', 'duration');
}

function isLong(value: Value): value is long.Long {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isTime(value: Value): value is Extract<Value, { readonly kind: 'datetime' | 'duration' }> {
  return typeof value === 'object' && (value.kind === 'datetime' || value.kind === 'duration');
}

/** `in`: reaches any of the entities on the right, or is one of them. */
export function isIn(query: Query, left: Value, right: Value): boolean {
  const entity = asEntity(left);
  if (typeof right === 'object' && right.kind === 'entity') return reaches(query, query.store.resolve(entity), right);
  if (typeof right !== 'object' || right.kind !== 'set') return typeFault(right, 'set', ANY_ENTITY);
  // All elements must be entities before any of them counts.
  for (const element of right.elements)
    if (typeof element !== 'object' || element.kind !== 'entity') return faultOfElements(right);
  const below = query.store.resolve(entity);
  for (const element of right.elements) if (reaches(query, below, asEntity(element))) return true;
  return false;
}

/** `below` is the store's; `above` may be a policy's literal. */
export function reaches(query: Query, below: EntityValue, above: EntityValue): boolean {
  if (below.id === above.id && below.type === above.type) return true;
  return below.parents.length > 0 && below.ancestors.has(query.store.resolve(above));
}

/** Cedar keeps sets in order and complains about the first that is no entity. */
const ORDER_OF_KINDS = ['boolean', 'long', 'string', 'set', 'record', 'datetime', 'decimal', 'duration', 'ipaddr'];

function faultOfElements(set: SetValue): never {
  const rank = (value: Value) => {
    const name = typeof value === 'object' ? value.kind : isLong(value) ? 'long' : typeof value;
    return ORDER_OF_KINDS.indexOf(name);
  };
  const strangers = set.elements.filter((value) => typeof value !== 'object' || value.kind !== 'entity');
  const first = strangers.reduce((least, value) => (rank(value) < rank(least) ? value : least));
  return typeFault(first, ANY_ENTITY);
}

export function contains(left: Value, right: Value): boolean {
  return asSet(left).has(right);
}

export function containsAll(left: Value, right: Value): boolean {
  const [whole, part] = [asSet(left), asSet(right)];
  return whole.includes(part);
}

export function containsAny(left: Value, right: Value): boolean {
  const [one, other] = [asSet(left), asSet(right)];
  for (const element of one.elements) if (other.has(element)) return true;
  return false;
}

export function isEmpty(value: Value): boolean {
  return asSet(value).elements.length === 0;
}

/** Where the attributes of a record or an entity are; none for an entity that does not exist. */
export function fieldsOf(query: Query, holder: Value): Fields | undefined {
  if (typeof holder === 'object') {
    if (holder.kind === 'record') return holder.fields;
    if (holder.kind === 'entity') return holder.resolved ? holder.attributes : query.store.resolve(holder).attributes;
  }
  return typeFault(holder, 'record', ANY_ENTITY);
}

/** An attribute was not found. @throws {Fault} always. */
export function noAttribute(query: Query, holder: Value, name: string): never {
  if (typeof holder !== 'object' || holder.kind !== 'entity')
    return fault(() => `record does not have the attribute \`${name}\``);
  if (query.store.resolve(holder).attributes === undefined) return noEntity(holder);
  return fault(() => `\`${entityText(holder)}\` does not have the attribute \`${name}\``);
}

export function getAttribute(query: Query, holder: Value, name: string): Value {
  return fieldsOf(query, holder)?.[name] ?? noAttribute(query, holder, name);
}

export function hasAttribute(query: Query, holder: Value, name: string): boolean {
  return fieldsOf(query, holder)?.[name] !== undefined;
}

export function hasTag(query: Query, holder: Value, name: Value): boolean {
  const [entity, tag] = [asEntity(holder), asString(name)];
  return query.store.resolve(entity).tags?.has(tag) === true;
}

export function getTag(query: Query, holder: Value, name: Value): Value {
  const [entity, tag] = [asEntity(holder), asString(name)];
  const { attributes, tags } = query.store.resolve(entity);
  if (attributes === undefined) return noEntity(entity);
  return tags?.get(tag) ?? fault(() => `\`${entityText(entity)}\` does not have the tag \`${tag}\``);
}

function noEntity(entity: EntityValue): never {
  return fault(() => `entity \`${entityText(entity)}\` does not exist`);
}

export function isType(value: Value, type: string): boolean {
  return asEntity(value).type === type;
}

export function matches(value: Value, matcher: (text: string) => boolean): boolean {
  return matcher(asString(value));
}

function fault(describe: () => string): never {
  throw new Fault(describe);
}
