import { callExtension, EXTENSION_FUNCTIONS } from '#domain/policy/engine/extension/functions.ts';
import { Fault } from '#domain/policy/engine/fault.ts';
import { longOfData } from '#domain/policy/engine/long.ts';
import { isTypeName } from '#domain/policy/engine/names.ts';
import { EntityValue, Fields, RecordValue, SetValue, type Value } from '#domain/policy/engine/value.ts';

/**
 * The request, its context or its entities are not Cedar data, or not of the schema's types. Where cedar-wasm answers
 * with a failure instead of a decision, this is thrown: the caller has no decision and must deny.
 */
export class RequestDataError extends Error {
  override readonly name = 'RequestDataError';
}

/** Nested deeper than this, data is refused; the official parser stops at 128 levels of JSON, `attrs` and escapes included. */
export const DATA_DEPTH_MAX = 100;

/**
 * Gives the entity of a reference: the one in the store, where there is one.
 * @throws {RequestDataError} for a malformed type name and for lone surrogates.
 */
export type Link = (type: string, id: string) => EntityValue;

const unlinked: Link = (type, id) => new EntityValue(requireTypeName(type), wellFormed(id), false);

/**
 * Reads a value whose type no schema tells. An object is an escape only if `__entity` or `__extn` is all that it has and
 * is well formed; otherwise it is a record with a strange field, as for Cedar's own parser.
 * @throws {RequestDataError} for null, fractions, integers beyond 64 bits, lone surrogates and escapes that mean nothing.
 */
export function parsePlainValue(json: unknown, link: Link = unlinked, depth = 0): Value {
  switch (typeof json) {
    case 'string':
      return wellFormed(json);
    case 'boolean':
      return json;
    case 'number':
    case 'bigint':
      return longOfData(json) ?? refuse('a number is not a 64-bit integer');
    case 'object':
      break;
    default:
      return refuse('a value is not JSON');
  }
  if (json === null) return refuse('`null` is not Cedar data');
  if (depth > DATA_DEPTH_MAX) return refuse(`data is nested deeper than ${DATA_DEPTH_MAX}`);
  if (Array.isArray(json)) return new SetValue(json.map((element) => parsePlainValue(element, link, depth + 1)));
  return parseEscape(json, link, depth) ?? new RecordValue(parsePlainFields(json, link, depth + 1));
}

/** The fields of an object that is known to be a record; `undefined` counts as absent, as in JSON. */
export function parsePlainFields(json: object, link: Link, depth = 0): Fields {
  const fields = new Fields();
  // Keys and values of any object; what they are is checked below.
  const values = json as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(json)) {
    const value = values[name];
    if (value !== undefined) fields[wellFormed(name)] = parsePlainValue(value, link, depth);
  }
  return fields;
}

function parseEscape(json: object, link: Link, depth: number): Value | undefined {
  if (!('__entity' in json || '__extn' in json || '__expr' in json)) return undefined;
  if (Object.keys(json).length !== 1) return undefined;
  if ('__entity' in json) return parseEntityEscape(json.__entity, link);
  if ('__extn' in json) return parseCallEscape(json.__extn, (value) => parsePlainValue(value, link, depth + 1));
  if ('__expr' in json && typeof json.__expr === 'string') return refuse('the `__expr` escape is not supported');
  return undefined;
}

/** `{ type, id }`; nothing if it is not of that form. */
export function parseEntityEscape(json: unknown, link: Link): EntityValue | undefined {
  if (typeof json !== 'object' || json === null || !('type' in json && 'id' in json)) return undefined;
  const { type, id } = json;
  return typeof type === 'string' && typeof id === 'string' ? link(type, id) : undefined;
}

/** @throws {RequestDataError} for a malformed one. */
export function requireTypeName(type: string): string {
  return isTypeName(type) ? type : refuse('the name of an entity type is malformed');
}

/** `{ fn, arg }` or `{ fn, args }`; nothing if it is not of that form. */
export function parseCallEscape(
  json: unknown,
  parseArgument: (json: unknown, index: number, fn: string) => Value,
): Value | undefined {
  if (typeof json !== 'object' || json === null || !('fn' in json) || typeof json.fn !== 'string') return undefined;
  const args = 'arg' in json && json.arg !== undefined ? [json.arg] : 'args' in json ? json.args : undefined;
  if (!Array.isArray(args)) return undefined;
  const name = json.fn;
  const fn = EXTENSION_FUNCTIONS.get(name) ?? refuse('an extension function does not exist');
  return asData(() =>
    callExtension(
      name,
      fn,
      args.map((arg, index) => parseArgument(arg, index, name)),
    ),
  );
}

/** Data that cannot be evaluated is bad data. */
export function asData(evaluate: () => Value): Value {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof Fault) return refuse(error.describe());
    throw error;
  }
}

/** Lone surrogates cannot be written in UTF-8, so no Cedar string has them. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : refuse('a string has a lone surrogate');
}

/** @throws {RequestDataError} always. */
export function refuse(message: string): never {
  throw new RequestDataError(message);
}
