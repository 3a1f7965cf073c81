import fc, { type Arbitrary } from 'fast-check';
import type { JsonLike } from '#domain/policy/engine/policy-form.ts';
import { attributesOf, oddity } from './data.ts';
import { entityRef } from './expressions.ts';
import { family } from './families.ts';
import { OPEN, policy, template } from './policies.ts';
import { type Plan, type Shape, schemaOf } from './schemas.ts';
import {
  ACTIONS,
  ATTRIBUTE_NAMES,
  type AttributeName,
  COLORS,
  ENTITY_TYPES,
  type EntityType,
  IDS,
  STRINGS,
} from './universe.ts';

type Json = JsonLike;
type Uid = { readonly type: string; readonly id: string };

/** Everything that one case is about; data, so that a case that differs can be kept as a file. */
export interface World {
  readonly policies: Readonly<Record<string, Json>>;
  readonly templates: Readonly<Record<string, Json>>;
  readonly templateLinks: readonly {
    readonly templateId: string;
    readonly newId: string;
    readonly values: Readonly<Record<string, Json>>;
  }[];
  /** Absent: data is read as it is. */
  readonly schema?: Json;
  readonly entities: readonly Json[];
  readonly requests: readonly {
    readonly principal: Json;
    readonly action: Json;
    readonly resource: Json;
    readonly context: Json;
  }[];
}

/** Requests of each world: the costly part of a world are its policies. */
export const REQUESTS_PER_WORLD = 8;

const shape: Arbitrary<Shape> = fc.dictionary(fc.constantFrom<string>(...ATTRIBUTE_NAMES), fc.boolean(), {
  minKeys: 6,
  maxKeys: 20,
  size: 'max',
});

/** Attributes for a shape: all that it requires, some of the others. */
function conform(
  all: Readonly<Record<string, Json>>,
  names: Shape,
  keep: readonly boolean[],
): Readonly<Record<string, Json>> {
  const fitted: Record<string, Json> = {};
  for (const [index, [name, required]] of Object.entries(names).entries()) {
    const attribute = all[name];
    if (attribute !== undefined && (required || keep[index % keep.length] === true)) fitted[name] = attribute;
  }
  return fitted;
}

/** Who may be in whom; acyclic on purpose for the ids below, see `entities`. */
const PARENT_TYPES: Readonly<Record<EntityType, readonly EntityType[]>> = {
  User: ['Team', 'User'],
  Team: ['Team', 'Docs::Folder'],
  'Docs::Folder': ['Docs::Folder'],
  Color: [],
};

const uid = fc.tuple(fc.constantFrom(...ENTITY_TYPES), fc.constantFrom(...IDS));

const draft: Arbitrary<Plan> = fc.record({
  // With a schema cedar-wasm takes three times as long.
  withSchema: fc.nat(2).map((n) => n === 0),
  shapes: fc.record(Object.fromEntries([...ENTITY_TYPES, ...ACTIONS].map((name) => [name, shape]))),
  tags: fc.record(
    Object.fromEntries(
      ENTITY_TYPES.map((name) => [name, fc.option(fc.constantFrom<AttributeName>('n', 's', 'ip', 'owner', 'longs'))]),
    ),
  ),
  groups: fc.subarray([
    ['view', 'all'],
    ['edit', 'all'],
    ['view', 'edit'],
    ['delete "x"', 'edit'],
  ] as const),
  appliesTo: fc.record(
    Object.fromEntries(
      ACTIONS.map((name) => [
        name,
        fc.record({
          principals: fc.subarray([...ENTITY_TYPES], { minLength: 2 }),
          resources: fc.subarray([...ENTITY_TYPES], { minLength: 2 }),
        }),
      ]),
    ),
  ),
});

const keeps = fc.array(fc.boolean(), { minLength: 3, maxLength: 8 });

const rawEntity = (implicit: boolean) =>
  fc.record({
    uid,
    attributes: attributesOf(implicit),
    keep: keeps,
    tags: fc.dictionary(fc.constantFrom<string>(...STRINGS), attributesOf(implicit), { maxKeys: 2 }),
    parents: fc.array(uid, { maxLength: 6 }),
  });

/** Random cases: policies and templates of any kind, over entities and requests that mostly conform to their schema. */
export const world: Arbitrary<World> = draft.chain((plan) =>
  fc
    .record({
      policies: fc.array(policy, { minLength: 1, maxLength: 5 }),
      open: fc.boolean(),
      family: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: family }),
      templates: fc.array(fc.tuple(template, entityRef, entityRef), { maxLength: 2 }),
      entities: fc.array(rawEntity(plan.withSchema), { maxLength: 8 }),
      actionEntities: fc.boolean(),
      requests: fc.array(
        fc.record({
          principal: uid,
          action: fc.constantFrom(...ACTIONS),
          resource: uid,
          present: fc.nat(),
          context: attributesOf(plan.withSchema),
          keep: keeps,
        }),
        { minLength: REQUESTS_PER_WORLD, maxLength: REQUESTS_PER_WORLD },
      ),
      odd: fc.oneof(
        { weight: 9, arbitrary: fc.constant(null) },
        {
          weight: 1,
          arbitrary: fc.tuple(oddity, fc.nat(), fc.constantFrom<string>(...ATTRIBUTE_NAMES, '__proto__', 'zz')),
        },
      ),
    })
    .map((raw) => assemble(plan, raw)),
);

type Raw = {
  readonly open: boolean;
  readonly family: readonly Json[];
  readonly policies: readonly Json[];
  readonly templates: readonly (readonly [Json, Uid, Uid])[];
  readonly entities: readonly {
    readonly uid: readonly [EntityType, string];
    readonly attributes: Readonly<Record<string, Json>>;
    readonly keep: readonly boolean[];
    readonly tags: Readonly<Record<string, Readonly<Record<string, Json>>>>;
    readonly parents: readonly (readonly [EntityType, string])[];
  }[];
  readonly actionEntities: boolean;
  readonly requests: readonly {
    readonly principal: readonly [EntityType, string];
    readonly action: string;
    readonly resource: readonly [EntityType, string];
    readonly context: Readonly<Record<string, Json>>;
    readonly keep: readonly boolean[];
    /** Which entities to ask about instead; see `assemble`. */
    readonly present: number;
  }[];
  readonly odd: readonly [Json, number, string] | null;
};

function assemble(plan: Plan, raw: Raw): World {
  const schema = plan.withSchema ? schemaOf(plan) : undefined;
  const named = ([type, id]: readonly [EntityType, string]): Uid => ({
    type,
    id: plan.withSchema && type === 'Color' && !isColor(id) ? 'red' : id,
  });
  const seen = new Set<string>();
  const entities: Json[] = [];
  for (const entity of raw.entities) {
    const self = named(entity.uid);
    if (seen.has(JSON.stringify(self))) continue;
    seen.add(JSON.stringify(self));
    const enumerated = plan.withSchema && self.type === 'Color';
    const tagName = plan.tags[self.type] ?? null;
    entities.push({
      uid: { type: self.type, id: self.id },
      attrs: enumerated ? {} : conform(entity.attributes, plan.shapes[self.type] ?? {}, entity.keep),
      // Only towards greater ids: without cycles, but for the rare odd case.
      parents: entity.parents
        .filter(([type, id]) => PARENT_TYPES[entity.uid[0]].includes(type) && id > self.id)
        .map((parent): Json => ({ ...named(parent) })),
      ...(tagName === null || enumerated
        ? {}
        : { tags: Object.fromEntries(Object.entries(entity.tags).map(([name, all]) => [name, all[tagName] ?? 0])) }),
    });
  }
  if (!plan.withSchema && raw.actionEntities)
    for (const id of ACTIONS)
      entities.push({
        uid: { type: 'Action', id },
        attrs: {},
        parents: plan.groups
          .filter(([child]) => child === id)
          .map(([, parent]): Json => ({ type: 'Action', id: parent })),
      });
  const requests = raw.requests.map(({ principal, action, resource, context, keep, present }) => {
    // Mostly about entities that exist; those that do not only show one kind of error.
    const existing = (absent: readonly [EntityType, string], pick: number) =>
      pick % 5 === 0 ? absent : (raw.entities[pick % raw.entities.length]?.uid ?? absent);
    const admitted = (uids: readonly [EntityType, string], types: readonly EntityType[] = ENTITY_TYPES): Json => {
      const [type, id] = uids;
      return {
        ...named([plan.withSchema && !types.includes(type) ? (types[id.length % types.length] ?? 'User') : type, id]),
      };
    };
    return {
      principal: admitted(existing(principal, present), plan.appliesTo[action]?.principals),
      action: { type: 'Action', id: action },
      resource: admitted(existing(resource, Math.floor(present / 7)), plan.appliesTo[action]?.resources),
      context: conform(context, plan.shapes[action] ?? {}, keep),
    };
  });
  if (raw.odd !== null) spoil(entities, requests, raw.odd);
  return {
    policies: Object.fromEntries([
      ...raw.policies.map((json, index) => [`policy${index}`, json] as const),
      ...raw.family.map((json, index) => [`family${index}`, json] as const),
      ...(raw.open ? [['open', OPEN] as const] : []),
    ]),
    templates: Object.fromEntries(raw.templates.map(([json], index) => [`template${index}`, json])),
    templateLinks: raw.templates.map(([, principal, resource], index) => ({
      templateId: `template${index}`,
      newId: `link${index}`,
      values: { '?principal': { ...principal }, '?resource': { ...resource } },
    })),
    ...(schema === undefined ? {} : { schema }),
    entities,
    requests,
  };
}

function isColor(id: string): boolean {
  return COLORS.some((color) => color === id);
}

/** Puts something odd into the context of one request or the attributes of one entity. */
function spoil(
  entities: Json[],
  requests: { context: Json }[],
  [odd, place, name]: readonly [Json, number, string],
): void {
  // Defined, not assigned: `__proto__` has to become a field.
  const withOdd = (fields: Json): Json =>
    Object.defineProperty({ ...(fields as object) }, name, { value: odd, enumerable: true }) as Json;
  const request = requests[place % requests.length];
  const entity = entities[place % Math.max(1, entities.length)] as { readonly [key: string]: Json } | undefined;
  if (place % 2 === 0 || entity === undefined) {
    if (request !== undefined) request.context = withOdd(request.context);
  } else entities[place % entities.length] = { ...entity, attrs: withOdd(entity.attrs ?? {}) };
}
