import Type from 'typebox';
import { ENFORCEMENT_STEPS } from '#domain/constitution/enforcement.ts';
import { SIGNATURES_MAX } from '#domain/signature/dsse.ts';

const closed = { additionalProperties: false } as const;
const Percent = Type.Integer({ minimum: 0, maximum: 100 });
/** Up to a year: what waits longer is forgotten, not decided. */
const Hours = Type.Integer({ minimum: 1, maximum: 8_784 });
const Minutes = Type.Integer({ minimum: 0, maximum: 527_040 });

export const RoleNames = Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }), {
  maxItems: 16,
  uniqueItems: true,
});

/** Base64 of 32 bytes; whether it is a key is for `checkDocument`. */
const PublicKeyText = Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' });

const Signers = Type.Object(
  {
    threshold: Type.Integer({ minimum: 1, maximum: SIGNATURES_MAX }),
    keys: Type.Array(
      Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }), publicKey: PublicKeyText }, closed),
      { minItems: 1, maxItems: SIGNATURES_MAX },
    ),
  },
  closed,
);

const Enforcement = Type.Array(
  Type.Object(
    {
      per: Type.Enum(['agent', 'repository']),
      policy: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' })),
      article: Type.Optional(Type.String({ pattern: '^[0-9]{1,3}$' })),
      // As many as are remembered of one agent (`domain/enforcement/denials.ts`).
      denials: Type.Integer({ minimum: 1, maximum: 1_000 }),
      withinMinutes: Type.Integer({ minimum: 1, maximum: 527_040 }),
      step: Type.Enum([...ENFORCEMENT_STEPS]),
    },
    closed,
  ),
  { maxItems: 32 },
);

const RisePercent = Type.Number({ minimum: 0, maximum: 100 });

const RollOut = Type.Object(
  {
    shadowMinutes: Minutes,
    canaryMinutes: Minutes,
    canaryPercent: Type.Number({ minimum: 0, maximum: 100 }),
    // Each action is held against each of them.
    canaryRepositories: Type.Array(Type.String({ minLength: 1, maxLength: 4_096 }), { maxItems: 100 }),
    objectives: Type.Object(
      {
        denyRisePercentMax: RisePercent,
        askRisePercentMax: RisePercent,
        errorRisePercentMax: RisePercent,
        slowMs: Type.Number({ exclusiveMinimum: 0, maximum: 1_000 }),
        slowRisePercentMax: RisePercent,
      },
      closed,
    ),
  },
  closed,
);

/** The shapes of `Sections`. */
export const sections = {
  signers: Type.Union([Type.Literal('founders'), Signers]),
  roles: Type.Object(
    { propose: RoleNames, vote: RoleNames, veto: RoleNames, suspend: RoleNames, operate: RoleNames },
    closed,
  ),
  approvals: Type.Object(
    {
      // At most a week: an agent has long given up, and people have forgotten what it was about.
      requestMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
      quorum: Type.Record(
        Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }),
        Type.Integer({ minimum: 1, maximum: 16 }),
        { maxProperties: 16 },
      ),
      escalation: Type.Array(
        Type.Object(
          {
            afterMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
            to: Type.Enum(['next-role', 'on-call']),
          },
          closed,
        ),
        { maxItems: 16 },
      ),
    },
    closed,
  ),
  votes: Type.Object(
    {
      periodHours: Hours,
      emergencyPeriodHours: Hours,
      quorumPercent: Percent,
      // Below a half, two opposite outcomes of one vote could both pass.
      majorityPercent: Type.Integer({ minimum: 50, maximum: 99 }),
      overridePercent: Percent,
    },
    closed,
  ),
  appeals: Type.Object(
    {
      windowHours: Hours,
      panelSize: Type.Integer({ minimum: 1, maximum: 99 }),
      answerWorkingDays: Type.Integer({ minimum: 1, maximum: 60 }),
    },
    closed,
  ),
  suspension: Type.Object({ hours: Hours }, closed),
  enforcement: Enforcement,
  rollOut: RollOut,
  bundle: Type.Object({ ageHoursMax: Hours }, closed),
};
