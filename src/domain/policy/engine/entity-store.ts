import {
  type Link,
  parseEntityEscape,
  parsePlainFields,
  refuse,
  requireTypeName,
  wellFormed,
} from '#domain/policy/engine/data.ts';
import { type EntitiesByType, type Schema, sameMembers } from '#domain/policy/engine/schema.ts';
import { parseTypedFields, parseTypedTags } from '#domain/policy/engine/typed-data.ts';
import { EntityValue, equals, Fields, RecordValue, type Value } from '#domain/policy/engine/value.ts';

/**
 * The entities of a request, linked: references are pointers, one object for each entity that is given or mentioned, so
 * that ancestors can be sets of them.
 */
export class EntityStore {
  readonly #entities: EntitiesByType;
  readonly #actions: EntitiesByType;

  /** @param actions those of the schema, which are part of every store. */
  constructor(entities: EntitiesByType, actions: EntitiesByType) {
    this.#entities = entities;
    this.#actions = actions;
  }

  find(type: string, id: string): EntityValue | undefined {
    return this.#entities.get(type)?.get(id) ?? this.#actions.get(type)?.get(id);
  }

  /** What the store knows of an entity that may be a policy's literal. */
  resolve(entity: EntityValue): EntityValue {
    return entity.resolved ? entity : (this.find(entity.type, entity.id) ?? entity);
  }
}

/**
 * Reads the entities of a request.
 * @param entities Cedar's JSON form: `uid`, `attrs`, `parents`, and `tags` where there are some.
 * @throws {RequestDataError} for malformed data, for two different entities with one uid, for a cycle of parents, and,
 * with a schema, for what does not conform to it.
 */
export function buildEntityStore(entities: readonly unknown[], schema: Schema | undefined): EntityStore {
  const actions = schema?.actionsByType ?? NO_ENTITIES;
  const table = new EntityTable(actions);
  const sources: Source[] = [];
  const repeated: Source[] = [];
  for (const json of entities) {
    const source = parseSource(json, table.link);
    const { entity } = source;
    if (schema !== undefined && isAction(entity))
      schema.checkAction(entity, source.attrs, source.tags, source.parents.map(parseParent));
    else if (entity.attributes === undefined) {
      entity.attributes = NOT_YET;
      sources.push(source);
    } else repeated.push(source);
  }
  for (const source of sources) fill(source.entity, source, table.link, schema);
  for (const source of repeated) requireSame(source, table.link, schema);
  requireAcyclic(sources);
  return new EntityStore(table.entities, actions);
}

/** The entities of a store that is being built. */
class EntityTable {
  readonly entities = new Map<string, Map<string, EntityValue>>();
  readonly #actions: EntitiesByType;

  constructor(actions: EntitiesByType) {
    this.#actions = actions;
  }

  /** The entity of a uid, made at its first mention; only then are type and id checked. */
  readonly link: Link = (type, id) => {
    const known = this.entities.get(type)?.get(id) ?? this.#actions.get(type)?.get(id);
    if (known !== undefined) return known;
    const entity = new EntityValue(requireTypeName(type), wellFormed(id), true);
    const ids = this.entities.get(type);
    if (ids === undefined) this.entities.set(type, new Map([[id, entity]]));
    else ids.set(id, entity);
    return entity;
  };
}

/** Marks an entity that is given but not read yet: one that is only mentioned has no attributes. */
const NOT_YET = new Fields();

const NO_ENTITIES: EntitiesByType = new Map();

interface Source {
  readonly entity: EntityValue;
  readonly attrs: object;
  readonly parents: readonly unknown[];
  readonly tags: object;
}

const NO_TAGS: object = {};

function parseSource(json: unknown, link: Link): Source {
  if (typeof json !== 'object' || json === null) return refuse('an entity is not an object');
  if (!('uid' in json && 'attrs' in json && 'parents' in json)) return refuse('an entity lacks uid, attrs or parents');
  const { attrs, parents } = json;
  const tags = 'tags' in json && json.tags !== undefined ? json.tags : NO_TAGS;
  if (!isPlainObject(attrs) || !isPlainObject(tags) || !Array.isArray(parents))
    return refuse('attrs and tags of an entity are objects, parents a list');
  return { entity: parseUid(json.uid, link), attrs, parents, tags };
}

function isPlainObject(json: unknown): json is object {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** A uid is `{ type, id }`, also within `__entity`. @throws {RequestDataError} */
export function parseUid(json: unknown, link: Link): EntityValue {
  const inner = typeof json === 'object' && json !== null && '__entity' in json ? json.__entity : json;
  return parseEntityEscape(inner, link) ?? refuse('a uid is not of the form { type, id }');
}

const unlinked: Link = (type, id) => new EntityValue(requireTypeName(type), wellFormed(id), true);

function parseParent(json: unknown): EntityValue {
  return parseUid(json, unlinked);
}

export function isAction({ type }: EntityValue): boolean {
  return type === 'Action' || type.endsWith('::Action');
}

/** Gives the entity its attributes, tags and parents. */
function fill(entity: EntityValue, { attrs, parents, tags }: Source, link: Link, schema: Schema | undefined): void {
  entity.attributes =
    schema === undefined ? parsePlainFields(attrs, link) : parseTypedFields(entity, attrs, link, schema);
  if (tags !== NO_TAGS)
    entity.tags = tagMap(
      schema === undefined ? parsePlainFields(tags, link) : parseTypedTags(entity, tags, link, schema),
    );
  if (parents.length === 0) return;
  const linked: EntityValue[] = [];
  for (const parent of parents) linked.push(parseUid(parent, link));
  entity.parents = linked;
  if (schema !== undefined) schema.checkParents(entity);
  else if (isAction(entity) && !linked.every(isAction)) refuse('an action has a parent that is not an action');
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
function requireSame(source: Source, link: Link, schema: Schema | undefined): void {
  const { entity } = source;
  const twin = new EntityValue(entity.type, entity.id, true);
  fill(twin, source, link, schema);
  const same =
    equals(recordOf(twin.attributes), recordOf(entity.attributes)) &&
    mapsSame(twin.tags, entity.tags) &&
    sameMembers(new Set(twin.parents), new Set(entity.parents));
  if (!same) refuse('two different entities have one uid');
}

function recordOf(fields = new Fields()): RecordValue {
  return new RecordValue(fields);
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

/** Walks the parents depth first, without recursion: a chain of parents may be as long as the list of entities. */
function requireAcyclic(sources: readonly Source[]): void {
  const done = new Set<EntityValue>();
  for (const { entity } of sources) {
    if (entity.parents.length === 0 || done.has(entity)) continue;
    // The way from `entity` to where the walk is, with the next parent to take at each.
    const path: { readonly at: EntityValue; next: number }[] = [{ at: entity, next: 0 }];
    const onPath = new Set([entity]);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const parent = step.at.parents[step.next];
      step.next += 1;
      if (parent === undefined) {
        path.pop();
        onPath.delete(step.at);
        done.add(step.at);
      } else if (onPath.has(parent)) refuse('the parents of an entity form a cycle');
      else if (parent.parents.length > 0 && !done.has(parent)) {
        path.push({ at: parent, next: 0 });
        onPath.add(parent);
      }
    }
  }
}
