import { asData, type Link, parseCallEscape, parsePlainValue, refuse, wellFormed } from '#domain/policy/engine/data.ts';
import { CONSTRUCTORS, callExtension, EXTENSION_FUNCTIONS } from '#domain/policy/engine/extension/functions.ts';
import { longOfData } from '#domain/policy/engine/long.ts';
import type { RecordType, Schema, SchemaType } from '#domain/policy/engine/schema.ts';
import { type EntityValue, Fields, RecordValue, SetValue, type Value } from '#domain/policy/engine/value.ts';
import { never } from '#domain/result.ts';

/**
 * Reads data by a schema: strings become extension values and plain `{ type, id }` entities where the schema says so,
 * and what is not of its type is refused. So it is Cedar's parsing and its check of conformance in one walk.
 * @throws {RequestDataError}
 */
export function parseTypedValue(json: unknown, type: SchemaType, link: Link, schema: Schema): Value {
  switch (type.kind) {
    case 'string':
      return typeof json === 'string' ? wellFormed(json) : mismatch('a string');
    case 'boolean':
      return typeof json === 'boolean' ? json : mismatch('a boolean');
    case 'long':
      return typeof json === 'number' || typeof json === 'bigint'
        ? (longOfData(json) ?? mismatch('a long'))
        : mismatch('a long');
    case 'set':
      if (!Array.isArray(json)) return mismatch('a set');
      return new SetValue(json.map((element) => parseTypedValue(element, type.element, link, schema)));
    case 'record':
      return new RecordValue(parseTypedRecord(json, type, link, schema));
    case 'entity':
      return parseTypedEntity(json, type.name, link, schema);
    case 'extension':
      return parseTypedExtension(json, type.name, link);
    default:
      return never(type);
  }
}

/** The fields of a record type: all that it requires and none that it lacks. */
export function parseTypedRecord(json: unknown, type: RecordType, link: Link, schema: Schema): Fields {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return mismatch('a record');
  const fields = new Fields();
  for (const [name, value] of Object.entries(json)) {
    if (value === undefined) continue;
    const attribute = type.attributes.get(name) ?? refuse('an attribute is not in the schema');
    fields[name] = parseTypedValue(value, attribute.type, link, schema);
  }
  for (const name of type.required)
    if (fields[name] === undefined) return refuse('an attribute that the schema requires is missing');
  return fields;
}

function parseTypedEntity(json: unknown, name: string, link: Link, schema: Schema): EntityValue {
  const inner = typeof json === 'object' && json !== null && '__entity' in json ? json.__entity : json;
  if (typeof inner !== 'object' || inner === null || !('type' in inner && 'id' in inner)) return mismatch('an entity');
  const { type, id } = inner;
  if (typeof type !== 'string' || typeof id !== 'string') return mismatch('an entity');
  if (type !== name) return mismatch('an entity of its type');
  const entity = link(type, id);
  schema.checkReference(entity);
  return entity;
}

/** What calls other than constructors take, where the schema's type also tells how to read their arguments. */
const ARGUMENT_TYPES: Readonly<Record<string, readonly string[]>> = {
  offset: ['datetime', 'duration'],
  durationSince: ['datetime', 'datetime'],
  toDate: ['datetime'],
  toTime: ['datetime'],
};

function parseTypedExtension(json: unknown, name: string, link: Link): Value {
  const inner = typeof json === 'object' && json !== null && '__extn' in json ? json.__extn : json;
  const called = parseCallEscape(inner, (argument, index, fn) => {
    const type = ARGUMENT_TYPES[fn]?.[index];
    return type === undefined ? parsePlainValue(argument, link) : parseTypedExtension(argument, type, link);
  });
  const value = called ?? construct(json, name);
  return typeof value === 'object' && value.kind === name ? value : mismatch('a value of its extension type');
}

function construct(json: unknown, type: string): Value {
  const name = CONSTRUCTORS.get(type);
  const fn = name === undefined ? undefined : EXTENSION_FUNCTIONS.get(name);
  if (name === undefined || fn === undefined || typeof json !== 'string')
    return mismatch('a value of its extension type');
  return asData(() => callExtension(name, fn, [wellFormed(json)]));
}

/** Attributes of an entity by its type. */
export function parseTypedFields(entity: EntityValue, json: object, link: Link, schema: Schema): Fields {
  return parseTypedRecord(json, schema.entityType(entity).attributes, link, schema);
}

/** Tags of an entity by its type: all of one type, or none at all. */
export function parseTypedTags(entity: EntityValue, json: object, link: Link, schema: Schema): Fields {
  const { tags: type } = schema.entityType(entity);
  const fields = new Fields();
  for (const [name, value] of Object.entries(json)) {
    if (value === undefined) continue;
    if (type === undefined) return refuse('entities of this type have no tags');
    fields[wellFormed(name)] = parseTypedValue(value, type, link, schema);
  }
  return fields;
}

function mismatch(what: string): never {
  return refuse(`a value is not ${what}, which the schema requires`);
}
