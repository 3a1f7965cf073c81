import { isTypeName } from '#domain/policy/engine/names.ts';
import { EntityValue } from '#domain/policy/engine/value.ts';

/** JSON as it is parsed, with bigints for integers beyond 2^53. */
export type JsonLike =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonLike[]
  | { readonly [key: string]: JsonLike };

/** A policy, template or link that is not of Cedar's JSON form. It never gets into a set: the set is refused as a whole. */
export class PolicyFormError extends Error {
  override readonly name = 'PolicyFormError';
}

/** The one member of an object that has exactly one: Cedar's way of writing a tagged union. */
export function sole(json: JsonLike, what: string): readonly [name: string, value: JsonLike] {
  if (isObject(json)) {
    const [entry, ...more] = Object.entries(json);
    if (entry !== undefined && more.length === 0) return entry;
  }
  throw new PolicyFormError(`${what} that is not an object with one member`);
}

/** The required members of an object that has no others than these and `optional`. */
export function members<Name extends string>(
  json: JsonLike,
  what: string,
  required: readonly Name[],
  optional: readonly string[] = [],
): Readonly<Record<Name, JsonLike>> {
  if (!isObject(json)) throw new PolicyFormError(`\`${what}\` of something that is not an object`);
  for (const name of required)
    if (!Object.hasOwn(json, name)) throw new PolicyFormError(`\`${what}\` without \`${name}\``);
  for (const name of Object.keys(json))
    if (!optional.includes(name) && !required.some((known) => known === name))
      throw new PolicyFormError(`\`${what}\` with an unknown member \`${name}\``);
  // The loop above has seen every name of `required`.
  return json as Readonly<Record<Name, JsonLike>>;
}

/** `{ type, id }`, or the same wrapped in `__entity`. */
export function parseEntityReference(json: JsonLike): EntityValue {
  if (isObject(json)) {
    const inner = isObject(json.__entity) ? json.__entity : json;
    const { type, id } = inner;
    if (typeof type === 'string' && typeof id === 'string' && isTypeName(type)) return new EntityValue(type, id, false);
  }
  throw new PolicyFormError('an entity that is not of the form { type, id }');
}

export function isObject(json: JsonLike | undefined): json is { readonly [key: string]: JsonLike } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
