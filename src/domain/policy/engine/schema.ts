import { refuse } from '#domain/policy/engine/data.ts';
import { EntityValue, Fields } from '#domain/policy/engine/value.ts';

/** A type of the schema with all names resolved. */
export type SchemaType =
  | { readonly kind: 'string' | 'long' | 'boolean' }
  | { readonly kind: 'set'; readonly element: SchemaType }
  | RecordType
  | { readonly kind: 'entity'; readonly name: string }
  | { readonly kind: 'extension'; readonly name: string };

export interface RecordType {
  readonly kind: 'record';
  readonly attributes: ReadonlyMap<string, { readonly type: SchemaType; readonly required: boolean }>;
  /** Names of the attributes that must be there. */
  readonly required: readonly string[];
}

export interface EntityType {
  readonly attributes: RecordType;
  readonly tags: SchemaType | undefined;
  /** Types that its ancestors may have: those of its parents, of theirs, and so on. */
  readonly ancestorTypes: ReadonlySet<string>;
  /** The ids that there are, if the type is an enumeration. */
  readonly ids: ReadonlySet<string> | undefined;
}

export interface ActionType {
  readonly principals: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
  readonly context: RecordType;
}

/** By type, then id: two look-ups cost less than to build and hash one key of both. */
export type EntitiesByType = ReadonlyMap<string, ReadonlyMap<string, EntityValue>>;

/** What the engine needs of a schema: how to read data, what conforms, and the hierarchy of actions. */
export class Schema {
  readonly entityTypes: ReadonlyMap<string, EntityType>;
  /** By entity key. */
  readonly actions: ReadonlyMap<string, ActionType>;
  /** The actions as entities, with their ancestors, by key. */
  readonly actionEntities: ReadonlyMap<string, EntityValue>;
  /** The same, as every store has them. */
  readonly actionsByType: EntitiesByType;

  constructor(
    entityTypes: ReadonlyMap<string, EntityType>,
    actions: ReadonlyMap<string, ActionType>,
    actionEntities: ReadonlyMap<string, EntityValue>,
  ) {
    this.entityTypes = entityTypes;
    this.actions = actions;
    this.actionEntities = actionEntities;
    const byType = Map.groupBy(actionEntities.values(), ({ type }) => type);
    this.actionsByType = new Map(
      [...byType].map(([type, actions]) => [type, new Map(actions.map((action) => [action.id, action]))]),
    );
  }

  /** The declaration of an entity's type. @throws {RequestDataError} if there is none, or the entity is not in its enumeration. */
  entityType(entity: EntityValue): EntityType {
    const type = this.entityTypes.get(entity.type) ?? refuse('the type of an entity is not in the schema');
    if (type.ids !== undefined && !type.ids.has(entity.id)) return refuse('an entity is not one of its enumeration');
    return type;
  }

  /** A mention of an entity, which need not be in the store. @throws {RequestDataError} */
  checkReference(entity: EntityValue): void {
    const ids = this.entityTypes.get(entity.type)?.ids;
    if (ids !== undefined && !ids.has(entity.id)) refuse('an entity is not one of its enumeration');
  }

  /**
   * The schema's types of ancestors are closed, so the parents' types settle those of all ancestors.
   * @throws {RequestDataError} unless all parents are of types that the schema allows.
   */
  checkParents(entity: EntityValue): void {
    const { ancestorTypes } = this.entityType(entity);
    for (const parent of entity.parents) {
      if (!ancestorTypes.has(parent.type)) refuse('an entity has an ancestor of a type that the schema does not allow');
      this.checkReference(parent);
    }
  }

  /** An action among the entities of a request must say what the schema says. @throws {RequestDataError} */
  checkAction(action: EntityValue, attrs: object, tags: object, parents: readonly EntityValue[]): void {
    const declared = this.actionEntities.get(action.key) ?? refuse('an action is not in the schema');
    const claimed = new Set(parents.map(({ key }) => key));
    for (const { key } of parents)
      for (const ancestor of this.actionEntities.get(key)?.ancestors ?? []) claimed.add(ancestor.key);
    const same = Object.keys(attrs).length === 0 && Object.keys(tags).length === 0;
    if (!same || !sameMembers(claimed, new Set([...declared.ancestors].map(({ key }) => key))))
      refuse('an action is not as the schema declares it');
  }

  /** The action's declaration, for a request that it admits. @throws {RequestDataError} */
  checkRequest(principal: EntityValue, action: EntityValue, resource: EntityValue): ActionType {
    const type = this.actions.get(action.key) ?? refuse('the action is not in the schema');
    if (!type.principals.has(principal.type)) return refuse('the action does not apply to such principals');
    if (!type.resources.has(resource.type)) return refuse('the action does not apply to such resources');
    this.checkReference(principal);
    this.checkReference(resource);
    return type;
  }
}

export function sameMembers<T>(left: ReadonlySet<T>, right: ReadonlySet<T>): boolean {
  if (left.size !== right.size) return false;
  for (const member of left) if (!right.has(member)) return false;
  return true;
}

/** An action's entity; the schema's actions have no attributes. Its parents are set once all are made. */
export function actionEntity(type: string, id: string): EntityValue {
  const entity = new EntityValue(type, id, true);
  entity.attributes = new Fields();
  return entity;
}
