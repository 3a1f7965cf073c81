import { policySetTextToParts, policyToJson, schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { AuthorizationRequest, Entity, EntityUid } from '#domain/policy/authorization.ts';
import type { JsonLike } from '#domain/policy/engine/policy-form.ts';

/** One application to measure: its policies, its data, and requests about them. */
export interface Application {
  readonly name: string;
  readonly policies: Readonly<Record<string, JsonLike>>;
  readonly schema: JsonLike;
  readonly entities: readonly Entity[];
  readonly requests: readonly Omit<AuthorizationRequest, 'entities'>[];
}

/** Requests made for each application. */
export const REQUEST_COUNT = 500;

export interface Model {
  readonly name: string;
  readonly policies: string;
  readonly schema: string;
  /** @param size entities of each main kind. */
  generate(size: number, random: Random): Pick<Application, 'entities' | 'requests'>;
}

/** Repeatable: the same seed gives the same data on every machine. */
export interface Random {
  chance(probability: number): boolean;
  below(limit: number): number;
  pick<T>(options: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    chance: (probability) => next() < probability,
    below,
    pick: (options) => {
      const picked = options[below(options.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
  };
}

export function createApplication(model: Model, size: number): Application {
  return {
    name: `${model.name}, N = ${size}`,
    policies: policiesOf(model.policies),
    schema: schemaOf(model.schema),
    ...model.generate(size, createRandom(size)),
  };
}

/** The policies of a text, by their `@id` or place. */
export function policiesOf(text: string): Readonly<Record<string, JsonLike>> {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') throw new Error(parts.errors.map(({ message }) => message).join('; '));
  const policies: Record<string, JsonLike> = {};
  for (const [index, part] of parts.policies.entries()) {
    const read = policyToJson(part);
    if (read.type === 'failure') throw new Error(read.errors.map(({ message }) => message).join('; '));
    // JSON by definition; the WASM package has its own interface for it.
    policies[read.json.annotations?.['id'] ?? `policy${index}`] = read.json as unknown as JsonLike;
  }
  return policies;
}

export function schemaOf(text: string): JsonLike {
  const read = schemaToJson(text);
  if (read.type === 'failure') throw new Error(read.errors.map(({ message }) => message).join('; '));
  // JSON by definition, as above.
  return read.json as unknown as JsonLike;
}

export const ref = (uid: EntityUid) => ({ __entity: uid });
