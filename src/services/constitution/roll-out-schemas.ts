import Type, { type TSchema } from 'typebox';
import { OBJECTIVES } from '#domain/rollout/watch.ts';
import { ConstitutionRefReply, list } from '#services/replies.ts';

const closed = { additionalProperties: false } as const;
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Count = Type.Integer({ minimum: 0 });
const UnixMs = Type.Number({ minimum: 0, description: 'Unix milliseconds' });
const Text = Type.String({ maxLength: 1_024 });
const Code = Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' });

const Mark = Type.Object({ number: Type.Integer({ minimum: 1 }), digest: Digest }, closed);
const Cohort = Type.Object({ decisions: Count, denied: Count, asked: Count, failed: Count, slow: Count }, closed);
const Pairs = Type.Object(
  {
    compared: Count,
    denyGained: Count,
    denyLost: Count,
    askGained: Count,
    askLost: Count,
    failGained: Count,
    failLost: Count,
    skipped: Count,
  },
  closed,
);
const Counts = Type.Object({ canary: Cohort, control: Cohort, pairs: Pairs }, closed);

/** A bounded list; readonly, as the domain's values are. */
function few<T extends TSchema>(item: T, maxItems: number) {
  return Type.Immutable(Type.Array(item, { maxItems }));
}

/** At most: flips by kind, their examples, and the policies that an example names. */
const Flip = Type.Object(
  {
    from: Text,
    to: Text,
    count: Count,
    examples: few(
      Type.Object(
        {
          principalId: Text,
          actionKind: Text,
          effect: Text,
          from: few(Text, 16),
          to: few(Text, 16),
        },
        closed,
      ),
      16,
    ),
  },
  closed,
);

const Sample = Type.Object({ count: Count, of: Count }, closed);
const Measurement = Type.Object(
  {
    objective: Type.Enum([...OBJECTIVES]),
    candidate: Sample,
    control: Sample,
    risePercent: Type.Number(),
    riseAtLeastPercent: Type.Number(),
    risePercentMax: Type.Number(),
    isBroken: Type.Boolean(),
  },
  closed,
);

const StageName = Type.Enum(['shadow', 'canary']);

export const NodeParameters = Type.Object({ node: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$' }) });

/** Milliseconds for which a node's question may be held. */
const HOLD_MS_MAX = 25_000;
export const FollowQuery = Type.Object(
  { holdMs: Type.Optional(Type.Integer({ minimum: 0, maximum: HOLD_MS_MAX, default: 0 })) },
  closed,
);

export const NodeReportBody = Type.Object(
  {
    boot: Text,
    order: Type.Optional(Digest),
    journalSequence: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    inForce: Mark,
    verifiedMs: UnixMs,
    refusal: Type.Optional(Code),
    confirmedMs: Type.Optional(UnixMs),
    isStale: Type.Boolean(),
    candidate: Type.Optional(Type.Object({ mark: Mark, stage: StageName }, closed)),
    withdrawn: Type.Optional(Type.Object({ rollOut: Text, measured: Measurement }, closed)),
    counts: Counts,
    flips: few(Flip, 64),
  },
  closed,
);

const Objectives = Type.Object({
  denyRisePercentMax: Type.Number(),
  askRisePercentMax: Type.Number(),
  errorRisePercentMax: Type.Number(),
  slowMs: Type.Number(),
  slowRisePercentMax: Type.Number(),
});

export const OrderedReply = Type.Object({
  digest: Digest,
  order: Type.Object({
    inForce: Mark,
    candidate: Type.Optional(
      Type.Object({
        rollOut: Type.String(),
        mark: Mark,
        stage: StageName,
        cohort: Type.Object({
          salt: Type.String(),
          canaryPercent: Type.Number(),
          canaryRepositories: list(Type.String()),
        }),
        objectives: Objectives,
      }),
    ),
    stricter: Type.Optional(
      Type.Object({
        policies: list(Type.Object({ policy: Type.String(), policyDigest: Digest, reason: Type.String() })),
        agents: list(Type.Object({ agent: Type.String(), why: Type.String() })),
      }),
    ),
  }),
});

export const NodesReply = Type.Object({
  order: Digest,
  nodes: list(
    Type.Object({
      id: Type.String(),
      number: Type.Integer(),
      digest: Digest,
      follows: Type.Boolean({ description: 'it has acknowledged the order that is given now' }),
      verified: Type.Boolean({ description: 'digest, signatures and lineage of what it decides by, by itself' }),
      refusal: Type.Optional(Type.String({ description: 'why its last try to verify was refused: a stable code' })),
      verifiedSecondsAgo: Type.Number(),
      seenSecondsAgo: Type.Number({ description: 'since it last asked: its bounded staleness' }),
      staleAfterHours: Type.Integer({ description: 'when it is cut off for longer, policies are told `stale`' }),
      isStale: Type.Boolean(),
      candidate: Type.Optional(Type.Object({ number: Type.Integer(), digest: Digest, stage: StageName })),
    }),
  ),
});

const RollOutReply = Type.Object({
  id: Type.String(),
  by: Type.String(),
  begunMs: UnixMs,
  candidate: ConstitutionRefReply,
  inForce: ConstitutionRefReply,
  plan: Type.Object({}, { additionalProperties: true, description: 'of the constitution in force: `rollOut`' }),
  stage: Type.Object(
    { kind: Type.Enum(['shadow', 'canary', 'active', 'rolled-back']), sinceMs: UnixMs },
    { additionalProperties: true, description: 'with its `cause`, when it was rolled back' },
  ),
});

export const RollOutStatusReply = Type.Object({
  rollOut: Type.Optional(RollOutReply),
  nodesFollowing: Type.Integer({ description: 'nodes that were heard of lately and follow the order' }),
  counts: Counts,
  measurements: list(Measurement),
  flips: list(Flip),
});

export const BeginRollOutBody = Type.Object({ candidate: Digest }, closed);
export const RollBackBody = Type.Object({ why: Type.String({ minLength: 1, maxLength: 500 }) }, closed);
