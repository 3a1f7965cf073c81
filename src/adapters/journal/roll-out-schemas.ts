import { type TSchema, Type } from 'typebox';
import type { RollBackCause, RollOutEvent } from '#domain/rollout/roll-out.ts';
import { OBJECTIVES } from '#domain/rollout/watch.ts';
import { ConstitutionRefSchema } from './record-schemas.ts';

/** The shapes of a roll-out's events and of the orders that nodes follow, in a journal. */
const text = Type.String();
const number = Type.Number();

const Objectives = Type.Object({
  denyRisePercentMax: number,
  askRisePercentMax: number,
  errorRisePercentMax: number,
  slowMs: number,
  slowRisePercentMax: number,
});

const Cohort = { canaryPercent: number, canaryRepositories: Type.Array(text) };
const Plan = Type.Object({ ...Cohort, shadowMinutes: number, canaryMinutes: number, objectives: Objectives });

const Sample = Type.Object({ count: number, of: number });
const Measurement = Type.Object({
  objective: Type.Enum([...OBJECTIVES]),
  candidate: Sample,
  control: Sample,
  risePercent: number,
  riseAtLeastPercent: number,
  risePercentMax: number,
  isBroken: Type.Boolean(),
});

/** What each kind has beside `kind`: a new kind does not compile until it is here. */
const CAUSES: { readonly [Kind in RollBackCause['kind']]: Readonly<Record<string, TSchema>> } = {
  person: { by: text, why: text },
  objective: { measured: Measurement },
  node: { node: text, measured: Measurement },
  overtaken: {},
};
const Cause = unionByKind(CAUSES);

const Mover = Type.Union([
  Type.Object({ kind: Type.Literal('person'), by: text }),
  Type.Object({ kind: Type.Literal('plan') }),
]);

/** Beside `kind`, `id` and `timeMs`, as above. */
const EVENTS: { readonly [Kind in RollOutEvent['kind']]: Readonly<Record<string, TSchema>> } = {
  begun: { by: text, candidate: ConstitutionRefSchema, inForce: ConstitutionRefSchema, plan: Plan },
  'canary-begun': { mover: Mover },
  activated: { mover: Mover },
  'rolled-back': { cause: Cause },
};
export const RollOutEventSchema = unionByKind(EVENTS, { id: text, timeMs: number });

const Mark = Type.Object({ number, digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) });

export const OrderSchema = Type.Object({
  inForce: Mark,
  candidate: Type.Optional(
    Type.Object({
      rollOut: text,
      mark: Mark,
      stage: Type.Enum(['shadow', 'canary']),
      cohort: Type.Object({ ...Cohort, salt: text }),
      objectives: Objectives,
    }),
  ),
  stricter: Type.Optional(
    Type.Object({
      policies: Type.Array(Type.Object({ policy: text, policyDigest: text, reason: text })),
      agents: Type.Array(Type.Object({ agent: text, why: text })),
    }),
  ),
});

function unionByKind(fields: Readonly<Record<string, Readonly<Record<string, TSchema>>>>, common = {}) {
  return Type.Union(
    Object.entries(fields).map(([kind, own]) => Type.Object({ ...common, kind: Type.Literal(kind), ...own })),
  );
}
