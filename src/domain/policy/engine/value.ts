import type { DateTimeValue, DurationValue } from '#domain/policy/engine/extension/datetime.ts';
import type { DecimalValue } from '#domain/policy/engine/extension/decimal.ts';
import type { IpAddressValue } from '#domain/policy/engine/extension/ipaddr.ts';
import type { Long } from '#domain/policy/engine/long.ts';

/**
 * What a Cedar expression can evaluate to. Booleans, strings and longs are JavaScript's own; a long is a number where
 * that is exact and a bigint beyond (`long.ts`), never both for one quantity, so `===` compares them.
 */
export type Value = boolean | string | Long | EntityValue | RecordValue | SetValue | ExtensionValue;

export type ExtensionValue = DecimalValue | IpAddressValue | DateTimeValue | DurationValue;

/**
 * Attributes by name. Its prototype has nothing at all, so a missing attribute is `undefined` whatever it is called
 * (`constructor`, `__proto__`), and yet V8 gives it hidden classes: where records have one shape, `Object.create(null)` and `Map`
 * took twice as long to read (docs/decisions/0008).
 */
export class Fields {
  [name: string]: Value | undefined;
}
Object.setPrototypeOf(Fields.prototype, null);
Reflect.deleteProperty(Fields.prototype, 'constructor');

export class RecordValue {
  readonly kind = 'record';
  readonly fields: Fields;

  constructor(fields: Fields) {
    this.fields = fields;
  }
}

/** An entity reference; in a store it also carries the entity's data. */
export class EntityValue {
  readonly kind = 'entity';
  readonly type: string;
  readonly id: string;
  /**
   * Whether `attributes` and the rest speak for the store of this request. False for the literals of policies,
   * which have to be looked up there.
   */
  readonly resolved: boolean;
  /** Absent when the store has no such entity. */
  attributes: Fields | undefined = undefined;
  tags: ReadonlyMap<string, Value> | undefined = undefined;
  /** Of the same store, without cycles. */
  parents: readonly EntityValue[] = NO_PARENTS;
  #key: string | undefined = undefined;
  #ancestors: ReadonlySet<EntityValue> | undefined = undefined;

  constructor(type: string, id: string, resolved: boolean) {
    this.type = type;
    this.id = id;
    this.resolved = resolved;
  }

  /** Identifies the entity: a type name has no quotes, so this is one-to-one. Made when first asked for. */
  get key(): string {
    this.#key ??= entityKey(this.type, this.id);
    return this.#key;
  }

  /** All ancestors, as the store has them; not the entity itself. Gathered when first asked for, which most never are. */
  get ancestors(): ReadonlySet<EntityValue> {
    this.#ancestors ??= this.parents.length === 0 ? NO_ANCESTORS : gatherAncestors(this.parents);
    return this.#ancestors;
  }
}

const NO_PARENTS: readonly EntityValue[] = [];
const NO_ANCESTORS: ReadonlySet<EntityValue> = new Set();

function gatherAncestors(parents: readonly EntityValue[]): ReadonlySet<EntityValue> {
  const ancestors = new Set(parents);
  // A set's iterator also visits what is added on the way.
  for (const ancestor of ancestors) for (const parent of ancestor.parents) ancestors.add(parent);
  return ancestors;
}

export function entityKey(type: string, id: string): string {
  return `${type}::"${id}`;
}

/** Below this many elements a scan beats building an index. */
const SCAN_ELEMENTS_MAX = 8;

/** A set keeps its elements as given: duplicates change no operation that Cedar has, so they are not removed. */
export class SetValue {
  readonly kind = 'set';
  readonly elements: readonly Value[];
  #index: SetIndex | undefined;

  constructor(elements: readonly Value[]) {
    this.elements = elements;
  }

  has(value: Value): boolean {
    if (this.elements.length <= SCAN_ELEMENTS_MAX) {
      for (const element of this.elements) if (equals(element, value)) return true;
      return false;
    }
    this.#index ??= indexElements(this.elements);
    if (typeof value !== 'object') return this.#index.primitives.has(value);
    if (value.kind === 'entity') return this.#index.entities.has(value.key);
    for (const element of this.#index.others) if (equals(element, value)) return true;
    return false;
  }

  /** Whether every element of `other` is in this set. */
  includes(other: SetValue): boolean {
    for (const element of other.elements) if (!this.has(element)) return false;
    return true;
  }
}

interface SetIndex {
  readonly primitives: ReadonlySet<Value>;
  readonly entities: ReadonlySet<string>;
  readonly others: readonly Value[];
}

function indexElements(elements: readonly Value[]): SetIndex {
  const primitives = new Set<Value>();
  const entities = new Set<string>();
  const others: Value[] = [];
  for (const element of elements) {
    if (typeof element !== 'object') primitives.add(element);
    else if (element.kind === 'entity') entities.add(element.key);
    else others.push(element);
  }
  return { primitives, entities, others };
}

/** Cedar's `==`: never an error; values of different types are unequal. */
export function equals(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  switch (left.kind) {
    case 'entity':
      return right.kind === 'entity' && left.id === right.id && left.type === right.type;
    case 'record':
      return right.kind === 'record' && fieldsEqual(left.fields, right.fields);
    case 'set':
      return right.kind === 'set' && left.includes(right) && right.includes(left);
    case 'decimal':
      return right.kind === 'decimal' && left.tenThousandths === right.tenThousandths;
    case 'ipaddr':
      return (
        right.kind === 'ipaddr' &&
        left.version === right.version &&
        left.address === right.address &&
        left.prefix === right.prefix
      );
    case 'datetime':
      return right.kind === 'datetime' && left.ms === right.ms;
    case 'duration':
      return right.kind === 'duration' && left.ms === right.ms;
  }
}

function fieldsEqual(left: Fields, right: Fields): boolean {
  let count = 0;
  for (const name in left) {
    count += 1;
    const [a, b] = [left[name], right[name]];
    if (a === undefined || b === undefined || !equals(a, b)) return false;
  }
  for (const _ in right) count -= 1;
  return count === 0;
}
