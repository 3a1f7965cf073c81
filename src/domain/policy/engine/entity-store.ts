import { type Link, parseEntityEscape, parsePlainFields, refuse } from '#domain/policy/engine/data.ts';
import { type Schema, sameKeys } from '#domain/policy/engine/schema.ts';
import { parseTypedFields, parseTypedTags } from '#domain/policy/engine/typed-data.ts';
import { EntityValue, entityKey, equals, type Fields, RecordValue, type Value } from '#domain/policy/engine/value.ts';

/** A chain of parents longer than this is refused. */
export const HIERARCHY_DEPTH_MAX = 1000;

/** The entities of a request, linked: references are pointers, and every entity knows all its ancestors. */
export class EntityStore {
  readonly #entities: ReadonlyMap<string, EntityValue>;

  constructor(entities: ReadonlyMap<string, EntityValue>) {
    this.#entities = entities;
  }

  find(key: string): EntityValue | undefined {
    return this.#entities.get(key);
  }

  /** The entity with its data; one without, if the store does not know it. */
  entity(type: string, id: string): EntityValue {
    return this.#entities.get(entityKey(type, id)) ?? new EntityValue(type, id, true);
  }

  /** What the store knows of an entity that may be a policy's literal. */
  resolve(entity: EntityValue): EntityValue {
    return entity.resolved ? entity : (this.#entities.get(entity.key) ?? entity);
  }
}

/**
 * Reads the entities of a request.
 * @param entities Cedar's JSON form: `uid`, `attrs`, `parents`, and `tags` where there are some.
 * @throws {RequestDataError} for malformed data, for two different entities with one uid, for a cycle of parents, and,
 * with a schema, for what does not conform to it.
 */
export function buildEntityStore(entities: readonly unknown[], schema: Schema | undefined): EntityStore {
  const known = new Map<string, EntityValue>(schema?.actionEntities);
  const sources: Source[] = [];
  const repeated: Source[] = [];
  for (const json of entities) {
    const source = parseSource(json);
    const { entity } = source;
    if (schema !== undefined && isAction(entity))
      schema.checkAction(entity.key, source.attrs, source.tags, source.parents.map(parentKey));
    else if (known.has(entity.key)) repeated.push(source);
    else {
      known.set(entity.key, entity);
      sources.push(source);
    }
  }
  const link: Link = (type, id) => known.get(entityKey(type, id)) ?? new EntityValue(type, id, true);
  const parents = new Map<EntityValue, readonly EntityValue[]>();
  for (const source of sources) parents.set(source.entity, fill(source, link, schema));
  for (const twin of repeated)
    requireSame(twin, fill(twin, link, schema), link(twin.entity.type, twin.entity.id), parents);
  const closing = new Set<EntityValue>();
  for (const entity of parents.keys()) closeAncestors(entity, parents, closing);
  if (schema !== undefined) for (const { entity } of sources) schema.checkAncestors(entity);
  return new EntityStore(known);
}

interface Source {
  readonly entity: EntityValue;
  readonly attrs: object;
  readonly parents: readonly unknown[];
  readonly tags: object;
}

const NO_TAGS: object = {};

const unlinked: Link = (type, id) => new EntityValue(type, id, true);

function parseSource(json: unknown): Source {
  if (typeof json !== 'object' || json === null) return refuse('an entity is not an object');
  if (!('uid' in json && 'attrs' in json && 'parents' in json)) return refuse('an entity lacks uid, attrs or parents');
  const { attrs, parents } = json;
  const tags = 'tags' in json && json.tags !== undefined ? json.tags : NO_TAGS;
  if (!isPlainObject(attrs) || !isPlainObject(tags) || !Array.isArray(parents))
    return refuse('attrs and tags of an entity are objects, parents a list');
  return { entity: parseUid(json.uid, unlinked), attrs, parents, tags };
}

function isPlainObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** A uid is `{ type, id }`, also within `__entity`. @throws {RequestDataError} */
export function parseUid(json: unknown, link: Link): EntityValue {
  const inner = typeof json === 'object' && json !== null && '__entity' in json ? json.__entity : json;
  return parseEntityEscape(inner, link) ?? refuse('a uid is not of the form { type, id }');
}

function parentKey(json: unknown): string {
  return parseUid(json, unlinked).key;
}

export function isAction(entity: EntityValue): boolean {
  return entity.type === 'Action' || entity.type.endsWith('::Action');
}

/** Sets attributes and tags, and gives the parents. */
function fill(
  { entity, attrs, parents, tags }: Source,
  link: Link,
  schema: Schema | undefined,
): readonly EntityValue[] {
  entity.attributes =
    schema === undefined ? parsePlainFields(attrs, link) : parseTypedFields(entity, attrs, link, schema);
  if (tags !== NO_TAGS)
    entity.tags = tagMap(
      schema === undefined ? parsePlainFields(tags, link) : parseTypedTags(entity, tags, link, schema),
    );
  const linked: EntityValue[] = [];
  for (const parent of parents) linked.push(parseUid(parent, link));
  if (isAction(entity) && !linked.every(isAction)) return refuse('an action has a parent that is not an action');
  return linked;
}

/** Tags are looked up by computed names, where a map is faster than fields. */
function tagMap(fields: Fields): ReadonlyMap<string, Value> {
  const tags = new Map<string, Value>();
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) tags.set(name, value);
  }
  return tags;
}

/** An entity may be given twice if both say the same. */
function requireSame(
  { entity: twin }: Source,
  twinParents: readonly EntityValue[],
  entity: EntityValue,
  parents: ReadonlyMap<EntityValue, readonly EntityValue[]>,
): void {
  const keys = (list: readonly EntityValue[] = []) => new Set(list.map((parent) => parent.key));
  const same =
    fieldsSame(twin.attributes, entity.attributes) &&
    mapsSame(twin.tags, entity.tags) &&
    sameKeys(keys(twinParents), keys(parents.get(entity)));
  if (!same) refuse('two different entities have one uid');
}

function fieldsSame(left: Fields | undefined, right: Fields | undefined): boolean {
  return left !== undefined && right !== undefined && equals(new RecordValue(left), new RecordValue(right));
}

function mapsSame(
  left: ReadonlyMap<string, Value> = new Map(),
  right: ReadonlyMap<string, Value> = new Map(),
): boolean {
  if (left.size !== right.size) return false;
  for (const [name, value] of left) {
    const other = right.get(name);
    if (other === undefined || !equals(value, other)) return false;
  }
  return true;
}

/** Gives the entity all its ancestors, and first those above it. `closing`: those whose ancestors are being gathered. */
function closeAncestors(
  entity: EntityValue,
  parents: Map<EntityValue, readonly EntityValue[]>,
  closing: Set<EntityValue>,
): void {
  const direct = parents.get(entity);
  if (direct === undefined) return;
  if (closing.has(entity)) refuse('the parents of an entity form a cycle');
  if (closing.size > HIERARCHY_DEPTH_MAX) refuse(`a chain of parents is longer than ${HIERARCHY_DEPTH_MAX}`);
  if (direct.length > 0) {
    closing.add(entity);
    const ancestors = new Set<string>();
    for (const parent of direct) {
      closeAncestors(parent, parents, closing);
      ancestors.add(parent.key);
      for (const key of parent.ancestors) ancestors.add(key);
    }
    entity.ancestors = ancestors;
    closing.delete(entity);
  }
  // Done: met again, it is neither gathered again nor taken for a cycle.
  parents.delete(entity);
}
