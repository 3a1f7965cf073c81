import type { JsonLike } from '#domain/policy/engine/policy-form.ts';
import { ACTIONS, type AttributeName, type AttributeType, attributeType, COLORS, type EntityType } from './universe.ts';

type Json = JsonLike;

/** Attributes that the schema gives to a type or a context, and which of them it requires. */
export type Shape = Readonly<Record<string, boolean>>;

/** What a world's types and actions are like, whether or not it has a schema that says so. */
export interface Plan {
  readonly withSchema: boolean;
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly tags: Readonly<Record<string, AttributeName | null>>;
  readonly groups: readonly (readonly [string, string])[];
  readonly appliesTo: Readonly<
    Record<string, { readonly principals: readonly EntityType[]; readonly resources: readonly EntityType[] }>
  >;
}

/** The plan as a schema in Cedar's JSON form. */
export function schemaOf(plan: Plan): Json {
  const typeJson = (type: AttributeType): Record<string, Json> => {
    if (typeof type === 'object') {
      if ('set' in type) return { type: 'Set', element: typeJson(type.set) };
      return {
        type: 'Record',
        attributes: Object.fromEntries(type.record.map((name) => [name, typeJson(attributeType(name))])),
      };
    }
    return type === 'Long' || type === 'String' || type === 'Boolean'
      ? { type }
      : { type: 'EntityOrCommon', name: type };
  };
  const record = (names: Shape): Json => ({
    type: 'Record',
    attributes: Object.fromEntries(
      Object.entries(names).map(([name, required]) => [
        name,
        { ...typeJson(attributeType(name as AttributeName)), required },
      ]),
    ),
  });
  const entity = (type: EntityType, memberOfTypes: readonly string[]): Json => {
    const tag = plan.tags[type] ?? null;
    return {
      memberOfTypes,
      shape: record(plan.shapes[type] ?? {}),
      ...(tag === null ? {} : { tags: typeJson(attributeType(tag)) }),
    };
  };
  return {
    '': {
      entityTypes: {
        User: entity('User', ['Team', 'User']),
        Team: entity('Team', ['Team', 'Docs::Folder']),
        Color: { enum: [...COLORS] },
      },
      actions: Object.fromEntries(
        ACTIONS.map((id) => [
          id,
          {
            memberOf: plan.groups.filter(([child]) => child === id).map(([, parent]) => ({ id: parent })),
            appliesTo: {
              principalTypes: [...(plan.appliesTo[id]?.principals ?? [])],
              resourceTypes: [...(plan.appliesTo[id]?.resources ?? [])],
              context: record(plan.shapes[id] ?? {}),
            },
          },
        ]),
      ),
    },
    Docs: { entityTypes: { Folder: entity('Docs::Folder', ['Folder']) }, actions: {} },
  };
}
