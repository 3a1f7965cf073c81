import { isObject, type JsonLike, PolicyFormError } from '#domain/policy/engine/policy-form.ts';
import {
  type ActionType,
  actionEntity,
  type EntityType,
  type RecordType,
  Schema,
  type SchemaType,
} from '#domain/policy/engine/schema.ts';
import { type EntityValue, entityKey } from '#domain/policy/engine/value.ts';

type Json = { readonly [key: string]: JsonLike };

/** Aliases of aliases deeper than this are taken for a cycle, which the official validator refuses. */
const TYPE_DEPTH_MAX = 100;

const PRIMITIVES: ReadonlyMap<string, SchemaType> = new Map<string, SchemaType>([
  ['String', { kind: 'string' }],
  ['Long', { kind: 'long' }],
  ['Boolean', { kind: 'boolean' }],
  ['Bool', { kind: 'boolean' }],
  ['ipaddr', { kind: 'extension', name: 'ipaddr' }],
  ['decimal', { kind: 'extension', name: 'decimal' }],
  ['datetime', { kind: 'extension', name: 'datetime' }],
  ['duration', { kind: 'extension', name: 'duration' }],
]);

/**
 * Reads a schema of Cedar's JSON form. It is expected to have passed the official validator: what is refused here is
 * what this reader would have to guess about.
 * @throws {PolicyFormError}
 */
export function parseSchema(json: JsonLike): Schema {
  const namespaces = Object.entries(object(json, 'a schema')).map(
    ([name, body]) => [name, object(body, 'a namespace')] as const,
  );
  const scope = new Names(namespaces);
  const entityTypes = new Map<string, EntityType>();
  const parentTypes = new Map<string, readonly string[]>();
  for (const [space, body] of namespaces)
    for (const [name, declaration] of entries(body.entityTypes)) {
      const type = qualify(space, name);
      const form = object(declaration, 'an entity type');
      parentTypes.set(
        type,
        list(form.memberOfTypes).map((parent) => scope.entityType(string(parent), space)),
      );
      entityTypes.set(type, {
        attributes: form.shape === undefined ? NO_ATTRIBUTES : scope.record(form.shape, space),
        tags: form.tags === undefined ? undefined : scope.type(form.tags, space),
        ancestorTypes: new Set(),
        ids: form.enum === undefined ? undefined : new Set(list(form.enum).map(string)),
      });
    }
  for (const [type, declaration] of entityTypes)
    entityTypes.set(type, { ...declaration, ancestorTypes: closure(type, parentTypes) });

  const actions = new Map<string, ActionType>();
  const actionParents = new Map<string, readonly string[]>();
  const uids = new Map<string, readonly [type: string, id: string]>();
  for (const [space, body] of namespaces)
    for (const [id, declaration] of entries(body.actions)) {
      const form = object(declaration, 'an action');
      if (form.attributes !== undefined && Object.keys(object(form.attributes, 'attributes')).length > 0)
        throw new PolicyFormError('actions with attributes are not supported');
      const type = qualify(space, 'Action');
      const key = entityKey(type, id);
      uids.set(key, [type, id]);
      actionParents.set(
        key,
        list(form.memberOf).map((parent) => actionKey(parent, space, scope)),
      );
      actions.set(key, parseAppliesTo(form.appliesTo, space, scope));
    }
  const actionEntities = new Map<string, EntityValue>();
  for (const [key, [type, id]] of uids) actionEntities.set(key, actionEntity(type, id));
  for (const [key, entity] of actionEntities) {
    if (closure(key, actionParents).has(key))
      throw new PolicyFormError('actions are members of one another in a cycle');
    entity.parents = (actionParents.get(key) ?? []).map((parent) => actionEntities.get(parent) ?? unknown(parent));
  }
  return new Schema(entityTypes, actions, actionEntities);
}

const NO_ATTRIBUTES: RecordType = { kind: 'record', attributes: new Map(), required: [] };

function parseAppliesTo(json: JsonLike | undefined, space: string, scope: Names): ActionType {
  const form = json === undefined || json === null ? {} : object(json, 'appliesTo');
  const types = (names: JsonLike | undefined) =>
    new Set(list(names).map((name) => scope.entityType(string(name), space)));
  return {
    principals: types(form.principalTypes),
    resources: types(form.resourceTypes),
    context: form.context === undefined ? NO_ATTRIBUTES : scope.record(form.context, space),
  };
}

function actionKey(json: JsonLike, space: string, scope: Names): string {
  const form = object(json, 'a parent of an action');
  const id = string(form.id);
  if (form.type === undefined || form.type === null) return entityKey(qualify(space, 'Action'), id);
  return entityKey(scope.actionType(string(form.type), space, id), id);
}

/** Everything reachable from one node. */
function closure(start: string, edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [...(edges.get(start) ?? [])];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    pending.push(...(edges.get(next) ?? []));
  }
  return reached;
}

/** Resolves names as Cedar does: in the own namespace first, then in the one without a name, then what is built in. */
class Names {
  readonly #common = new Map<string, readonly [JsonLike, space: string]>();
  readonly #entities = new Set<string>();
  readonly #actions = new Set<string>();

  constructor(namespaces: readonly (readonly [string, Json])[]) {
    for (const [space, body] of namespaces) {
      for (const [name, type] of entries(body.commonTypes)) this.#common.set(qualify(space, name), [type, space]);
      for (const [name] of entries(body.entityTypes)) this.#entities.add(qualify(space, name));
      for (const [id] of entries(body.actions)) this.#actions.add(entityKey(qualify(space, 'Action'), id));
    }
  }

  entityType(name: string, space: string): string {
    return candidates(name, space).find((full) => this.#entities.has(full)) ?? unknown(name);
  }

  /** The qualified type of an action that is mentioned as `type`. */
  actionType(type: string, space: string, id: string): string {
    return (
      candidates(type, space).find((full) => this.#actions.has(entityKey(full, id))) ?? unknown(`${type}::"${id}"`)
    );
  }

  record(json: JsonLike, space: string): RecordType {
    const type = this.type(json, space);
    return type.kind === 'record' ? type : unknown('a record type');
  }

  type(json: JsonLike, space: string, depth = 0): SchemaType {
    if (depth > TYPE_DEPTH_MAX) throw new PolicyFormError('types of the schema are nested too deep, or in a cycle');
    const form = object(json, 'a type');
    switch (form.type) {
      case 'Set':
        return { kind: 'set', element: this.type(object(form.element ?? null, 'an element type'), space, depth + 1) };
      case 'Record':
        return this.#record(form, space, depth);
      case 'Entity':
        return { kind: 'entity', name: this.entityType(string(form.name), space) };
      case 'Extension':
        return builtin(string(form.name)) ?? unknown(string(form.name));
      case 'EntityOrCommon':
        return this.#named(string(form.name), space, depth);
      default:
        return builtinFirst(string(form.type)) ?? this.#named(string(form.type), space, depth);
    }
  }

  #record(form: Json, space: string, depth: number): RecordType {
    if (form.additionalAttributes === true)
      throw new PolicyFormError('records with additional attributes are not supported');
    const attributes = new Map<string, { readonly type: SchemaType; readonly required: boolean }>();
    for (const [name, attribute] of entries(form.attributes))
      attributes.set(name, {
        type: this.type(attribute, space, depth + 1),
        required: object(attribute, 'an attribute').required !== false,
      });
    return {
      kind: 'record',
      attributes,
      required: [...attributes].filter(([, { required }]) => required).map(([name]) => name),
    };
  }

  #named(name: string, space: string, depth: number): SchemaType {
    for (const full of candidates(name, space)) {
      const common = this.#common.get(full);
      if (common !== undefined) return this.type(common[0], common[1], depth + 1);
      if (this.#entities.has(full)) return { kind: 'entity', name: full };
    }
    return builtin(name) ?? unknown(name);
  }
}

function candidates(name: string, space: string): readonly string[] {
  return name.includes('::') ? [name] : [qualify(space, name), name];
}

/** `String`, `Long` and `Boolean` cannot be redefined in the JSON form; names of extension types can. */
function builtinFirst(name: string): SchemaType | undefined {
  return name === 'String' || name === 'Long' || name === 'Boolean' ? PRIMITIVES.get(name) : undefined;
}

function builtin(name: string): SchemaType | undefined {
  return PRIMITIVES.get(name.startsWith('__cedar::') ? name.slice('__cedar::'.length) : name);
}

function qualify(space: string, name: string): string {
  return space === '' ? name : `${space}::${name}`;
}

function unknown(name: string): never {
  throw new PolicyFormError(`the schema has no ${name}`);
}

function object(json: JsonLike | undefined, what: string): Json {
  return isObject(json) ? json : unknown(`${what} that is an object`);
}

function entries(json: JsonLike | undefined): readonly (readonly [string, JsonLike])[] {
  return json === undefined || json === null ? [] : Object.entries(object(json, 'a table'));
}

function list(json: JsonLike | undefined): readonly JsonLike[] {
  if (json === undefined || json === null) return [];
  return Array.isArray(json) ? json : unknown('a list where there should be one');
}

function string(json: JsonLike | undefined): string {
  return typeof json === 'string' ? json : unknown('a name that is a string');
}
