import Type from 'typebox';
import { CHOICES } from '#domain/amendment/ballot.ts';
import { CONTEST_CAUSES } from '#domain/amendment/event.ts';
import { CHANGES } from '#domain/amendment/impact.ts';
import { ConstitutionRefReply, list } from '#services/replies.ts';

/** The schemas of amendments, suspensions and appeals over HTTP: they validate, type and document at once. */

const closed = { additionalProperties: false } as const;
/** What people write: a reason that nobody reads to its end convinces nobody. */
const Words = Type.String({ minLength: 1, maxLength: 4_000 });
const Id = Type.String({ format: 'uuid' });
const PolicyName = Type.String({ minLength: 1, maxLength: 64 });
const UnixMs = Type.Integer({ description: 'Unix milliseconds' });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** The body as a whole is bounded (1 MiB), and so is each file by it. */
const FileText = Type.Object({ name: Type.String({ minLength: 1, maxLength: 256 }), text: Type.String() }, closed);

export const IdParams = Type.Object({ id: Id }, closed);
export const AgentParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) }, closed);
export const BallotParams = Type.Object(
  { id: Type.String({ pattern: '^(amendment|override|ratification|appeal):[0-9a-f-]{36}$' }) },
  closed,
);

export const DraftBody = Type.Object(
  {
    title: Words,
    emergency: Type.Optional(Type.Boolean()),
    files: Type.Object(
      {
        document: Type.String({ description: 'constitution.yaml' }),
        schema: Type.String({ description: 'schema.cedarschema' }),
        policies: Type.Array(FileText, { maxItems: 1_000 }),
        tests: Type.Array(FileText, { maxItems: 1_000 }),
      },
      closed,
    ),
  },
  closed,
);
export const RollbackBody = Type.Object({ title: Words }, closed);
export const ProposalBody = Type.Object(
  { impact: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'digest of the impact that was seen' }) },
  closed,
);
export const ReasonBody = Type.Object({ reason: Words }, closed);
export const VoteBody = Type.Object({ choice: Type.Enum([...CHOICES]) }, closed);
export const SignaturesBody = Type.Object(
  { envelope: Type.Unknown({ description: 'DSSE over the bundle, with all signatures that are needed' }) },
  closed,
);
export const SuspensionBody = Type.Object({ policy: PolicyName, reason: Words }, closed);
export const AppealBody = Type.Object(
  {
    against: Type.Union([
      Type.Object({ kind: Type.Literal('decision'), decision: Id }, closed),
      Type.Object({ kind: Type.Literal('policy'), policy: PolicyName }, closed),
    ]),
    grounds: Words,
  },
  closed,
);
export const LotBody = Type.Object(
  {
    nonce: Type.String({ pattern: '^[0-9a-f]{64}$', description: "the appellant's half of the lot: 32 random bytes" }),
  },
  closed,
);
export const AnswerBody = Type.Object({ answer: Type.Enum(['uphold', 'overturn']), reason: Words }, closed);

export const ImpactReply = Type.Object({
  current: Digest,
  draft: Digest,
  articles: list(
    Type.Object({
      article: Type.String(),
      text: Type.Enum(['same', 'added', 'removed', 'changed']),
      added: list(Type.String()),
      removed: list(Type.String()),
      changed: list(Type.String()),
    }),
  ),
  sections: list(Type.String()),
  examples: Type.Object({ run: Type.Integer(), failures: list(Type.String()) }),
  replay: Type.Object({
    decisions: Type.Integer(),
    otherwiseThanRecorded: Type.Integer(),
    changes: list(
      Type.Object({
        change: Type.Enum([...CHANGES]),
        count: Type.Integer(),
        examples: list(
          Type.Object({
            decision: Type.String(),
            agent: Type.String(),
            action: Type.String(),
            before: Type.String(),
            after: Type.String(),
            policies: list(Type.String()),
          }),
        ),
      }),
    ),
  }),
});

export const BallotReply = Type.Object({
  id: Type.String(),
  subject: Type.Object({ kind: Type.String() }, { additionalProperties: true }),
  openedMs: UnixMs,
  closesMs: UnixMs,
  entitled: Type.Integer(),
  voted: Type.Integer(),
  rules: Type.Object({
    quorumPercent: Type.Number({ description: 'of those entitled, who must take part at least' }),
    winPercent: Type.Number({ description: 'of the votes for and against' }),
    isMoreThan: Type.Boolean({ description: 'more than that wins; else at least that' }),
  }),
  own: Type.Optional(
    Type.Object(
      { isEntitled: Type.Boolean(), choice: Type.Optional(Type.Enum([...CHOICES])) },
      { description: 'what the person who asks may still do, or has done; not of agents' },
    ),
  ),
  result: Type.Optional(
    Type.Object({
      entitled: Type.Integer(),
      for: Type.Integer(),
      against: Type.Integer(),
      abstain: Type.Integer(),
      outcome: Type.Enum(['passed', 'no-quorum', 'no-majority']),
    }),
  ),
});

export const AmendmentReply = Type.Object({
  id: Type.String(),
  title: Type.String(),
  proposer: Type.String(),
  emergency: Type.Boolean(),
  rollback: Type.Boolean(),
  constitution: ConstitutionRefReply,
  parent: Type.String(),
  state: Type.Object({ kind: Type.String() }, { additionalProperties: true }),
  vetoes: list(Type.Object({ by: Type.String(), reason: Type.String() })),
  rollbackOwed: Type.Boolean(),
  impact: Type.Optional(Type.Object({ digest: Digest, impact: ImpactReply })),
  ballots: list(BallotReply),
  signing: Type.Optional(
    Type.Object(
      {
        threshold: Type.Integer(),
        keys: list(Type.Object({ name: Type.String(), keyId: Type.String(), hasSigned: Type.Boolean() })),
      },
      { description: 'whose signatures it needs, while what it amends is in force' },
    ),
  ),
});

export const TimelineReply = Type.Object({
  steps: list(
    Type.Object({
      kind: Type.String(),
      timeMs: UnixMs,
      sequence: Type.Integer({ description: 'of the record in the journal that proves it' }),
      by: Type.Optional(Type.String()),
      what: Type.Optional(Type.String()),
    }),
  ),
});

export const DraftBundleReply = Type.Object({
  bundle: Type.String({ description: 'the canonical bytes to sign, base64' }),
  digest: Digest,
});

export const SuspensionReply = Type.Object({
  id: Type.String(),
  policy: Type.String(),
  by: Type.String(),
  reason: Type.String(),
  sinceMs: UnixMs,
  expiresMs: UnixMs,
  state: Type.Enum(['open', 'ratified', 'expired', 'lifted']),
});

export const SuspensionsReply = Type.Object({
  suspensions: list(SuspensionReply),
  agents: list(Type.Object({ agent: Type.String(), sinceMs: UnixMs, why: Type.String() })),
});

export const AppealReply = Type.Object({
  id: Type.String(),
  by: Type.String(),
  against: Type.Object({ kind: Type.String() }, { additionalProperties: true }),
  commitment: Digest,
  pool: list(Type.String()),
  panel: list(Type.String()),
  answers: list(Type.Object({ by: Type.String(), answer: Type.Enum(['uphold', 'overturn']), reason: Type.String() })),
  state: Type.Object(
    { kind: Type.String(), cause: Type.Optional(Type.Enum([...CONTEST_CAUSES])) },
    { additionalProperties: true },
  ),
});
