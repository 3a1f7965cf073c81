import Type from 'typebox';
import { list } from '#services/replies.ts';

/** The schemas of constitutions as people read and compare them. */

const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Names = list(Type.String());

export const DifferenceQuery = Type.Object({ from: Digest }, { additionalProperties: false });

export const ReadingReply = Type.Object({
  number: Type.Integer(),
  digest: Digest,
  parent: Digest,
  title: Type.String(),
  articles: list(Type.Object({ number: Type.String(), title: Type.String(), text: Type.String() })),
  policies: list(
    Type.Object({
      id: Type.String(),
      effect: Type.Enum(['permit', 'forbid']),
      article: Type.String(),
      reason: Type.String({ description: 'why the rule exists' }),
      advice: Type.Optional(Type.String({ description: 'what to do instead' })),
    }),
  ),
  approverRoles: Names,
  limits: Type.Object({
    effectsPerAction: Type.Integer(),
    policies: Type.Integer(),
    approvalMinutes: Type.Integer(),
    standingGrantHours: Type.Optional(
      Type.Integer({ description: 'how long a standing grant may last; absent: none may be given' }),
    ),
  }),
  signers: Type.Union([
    Type.Literal('founders'),
    Type.Object({
      threshold: Type.Integer(),
      keys: list(Type.Object({ name: Type.String(), publicKey: Type.String() })),
    }),
  ]),
  roles: Type.Object({ propose: Names, vote: Names, veto: Names, suspend: Names, operate: Names }),
  approvals: Type.Object({
    requestMinutes: Type.Integer(),
    quorum: Type.Record(Type.String(), Type.Integer()),
    escalation: list(Type.Object({ afterMinutes: Type.Integer(), to: Type.Enum(['next-role', 'on-call']) })),
  }),
  votes: Type.Object({
    periodHours: Type.Number(),
    emergencyPeriodHours: Type.Number(),
    quorumPercent: Type.Number(),
    majorityPercent: Type.Number(),
    overridePercent: Type.Number(),
  }),
  appeals: Type.Object({
    windowHours: Type.Number(),
    panelSize: Type.Integer(),
    answerWorkingDays: Type.Integer(),
  }),
  suspension: Type.Object({ hours: Type.Number() }),
  enforcement: list(Type.Object({}, { additionalProperties: true })),
  rollOut: Type.Object({
    shadowMinutes: Type.Number(),
    canaryMinutes: Type.Number(),
    canaryPercent: Type.Number(),
    canaryRepositories: Names,
    objectives: Type.Object({
      denyRisePercentMax: Type.Number(),
      askRisePercentMax: Type.Number(),
      errorRisePercentMax: Type.Number(),
      slowMs: Type.Number(),
      slowRisePercentMax: Type.Number(),
    }),
  }),
  bundle: Type.Object({ ageHoursMax: Type.Number() }),
});

export const PolicyTextsReply = Type.Object({
  digest: Digest,
  policies: Type.Record(Type.String(), Type.String(), { description: 'Cedar, by policy id, without annotations' }),
});

export const DifferenceReply = Type.Object({
  from: Type.Object({ number: Type.Integer(), digest: Digest, title: Type.String() }),
  to: Type.Object({ number: Type.Integer(), digest: Digest, title: Type.String() }),
  articles: list(
    Type.Object({
      article: Type.String(),
      text: Type.Enum(['same', 'added', 'removed', 'changed']),
      added: Names,
      removed: Names,
      changed: Names,
    }),
  ),
  sections: list(
    Type.Object({
      name: Type.String(),
      before: Type.Unknown({ description: 'its canonical form' }),
      after: Type.Unknown(),
    }),
  ),
});
