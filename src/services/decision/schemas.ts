import Type from 'typebox';
import { EFFECT_KINDS } from '#domain/action/effect.ts';
import { REQUEST_STATES } from '#domain/approval/request.ts';
import { OUTCOME_STATUSES } from '#domain/decision/decision.ts';
import { PAGE_SIZE_MAX } from '#domain/decision/decision-index.ts';
import { VERDICTS } from '#domain/policy/verdict.ts';
import { PAGE_SIZE } from '#services/decision/page.ts';
import { ConstitutionRefReply, list } from '#services/replies.ts';

/** The schemas of the HTTP interface: they validate, type and document (OpenAPI 3.1) at once. */

/** As long as the longest command that is read, in UTF-16 units; the shell parser has the same bound. */
const COMMAND_LENGTH_MAX = 262_144;
const PATH_LENGTH_MAX = 4_096;
const NAME_LENGTH_MAX = 512;

const NAME = { minLength: 1, maxLength: NAME_LENGTH_MAX };
const Name = Type.String(NAME);
export const AbsolutePath = Type.String({ pattern: '^/', maxLength: PATH_LENGTH_MAX });
const where = { cwd: AbsolutePath, workspaceRoots: Type.Array(AbsolutePath, { minItems: 1, maxItems: 64 }) };
const closed = { additionalProperties: false } as const;
const FileText = Type.String();

export const ActionBody = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal('shell'),
        command: Type.String({ maxLength: COMMAND_LENGTH_MAX }),
        background: Type.Boolean(),
        ...where,
      },
      closed,
    ),
    Type.Object(
      {
        kind: Type.Literal('file'),
        operation: Type.Enum(['read', 'write', 'edit', 'delete']),
        path: Type.String({ minLength: 1, maxLength: PATH_LENGTH_MAX }),
        content: Type.Optional(FileText),
        ...where,
      },
      closed,
    ),
    Type.Object(
      {
        kind: Type.Literal('git'),
        operation: Type.Enum(['push', 'commit', 'tag', 'merge']),
        remote: Name,
        refs: Type.Array(Name, { maxItems: 1000 }),
        force: Type.Boolean(),
        ...where,
      },
      closed,
    ),
    Type.Object(
      {
        kind: Type.Literal('package'),
        manager: Name,
        packages: Type.Array(Name, { minItems: 1, maxItems: 1000 }),
        ...where,
      },
      closed,
    ),
    Type.Object(
      {
        kind: Type.Literal('network'),
        operation: Type.Enum(['fetch', 'search']),
        target: Type.String({ minLength: 1, maxLength: 8192 }),
        ...where,
      },
      closed,
    ),
    Type.Object({ kind: Type.Literal('mcp'), server: Name, tool: Name, input: Type.Any(), ...where }, closed),
    Type.Object({ kind: Type.Literal('deploy'), environment: Name, artifact: Name, ...where }, closed),
    Type.Object({ kind: Type.Literal('prompt'), text: FileText, ...where }, closed),
    Type.Object({ kind: Type.Literal('subagent'), name: Name, prompt: FileText, ...where }, closed),
    Type.Object({ kind: Type.Literal('unknown'), tool: Name, input: Type.Any(), ...where }, closed),
  ],
  { description: 'What an agent wants to do, normalised.' },
);

const SessionBody = Type.Object(
  { id: Name, agentVersion: Type.Optional(Name), model: Type.Optional(Name), mode: Type.Optional(Name) },
  { ...closed, description: 'The run of the agent that the action belongs to.' },
);

export const DecideBody = Type.Object(
  { action: ActionBody, session: Type.Optional(SessionBody), toolUseId: Type.Optional(Name) },
  closed,
);

export const OutcomeBody = Type.Object(
  {
    decisionId: Type.String({ format: 'uuid' }),
    status: Type.Enum([...OUTCOME_STATUSES]),
    durationMs: Type.Optional(Type.Number({ minimum: 0 })),
  },
  closed,
);

/** A sentence or two. */
const REASON_LENGTH_MAX = 500;

export const ApprovalBody = Type.Object(
  {
    answer: Type.Enum(['granted', 'refused']),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: REASON_LENGTH_MAX,
        pattern: '\\S',
        description: 'Why, in your own words',
      }),
    ),
  },
  closed,
);

export const DecisionParams = Type.Object({ id: Type.String({ format: 'uuid' }) }, closed);

export const UnixMs = Type.Integer({ minimum: 0, description: 'Unix milliseconds' });

/** What a list of decisions is narrowed by. */
const filter = {
  verdict: Type.Optional(Type.Enum([...VERDICTS])),
  agent: Type.Optional(Type.String({ ...NAME, description: "The agent's kind" })),
  principal: Type.Optional(Type.String({ ...NAME, description: 'Who asked, by id' })),
  person: Type.Optional(Type.String({ ...NAME, description: 'Who asked, or on whose behalf it was asked' })),
  session: Type.Optional(Name),
  policy: Type.Optional(Name),
  kind: Type.Optional(Type.String({ ...NAME, description: "The action's kind" })),
  effect: Type.Optional(Type.Enum([...EFFECT_KINDS])),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
  from: Type.Optional(UnixMs),
  to: Type.Optional(UnixMs),
};
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_SIZE_MAX, default: PAGE_SIZE }));
const After = Type.Optional(
  Type.String({ maxLength: 1024, description: 'The `next` of the page before, or a place of the outline' }),
);

export const DecisionsQuery = Type.Object({ ...filter, limit: Limit, after: After }, closed);
export const OutlineQuery = Type.Object({ ...filter, limit: Limit }, closed);

export const SpanReply = Type.Object({ start: Type.Integer(), end: Type.Integer() });

export const VerdictReply = Type.Object(
  { kind: Type.Enum([...VERDICTS]), role: Type.Optional(Type.String()) },
  { additionalProperties: true },
);

export const ReasonReply = Type.Object({
  policy: Type.String(),
  article: Type.Optional(Type.String()),
  reason: Type.String(),
  advice: Type.Optional(Type.String()),
  effect: Type.String(),
  span: Type.Optional(SpanReply),
});

export const DecisionReply = Type.Object({
  id: Type.String({ format: 'uuid' }),
  timeMs: UnixMs,
  principal: Type.Object({ kind: Type.String(), id: Type.String() }),
  delegation: Type.Optional(list(Type.Object({ kind: Type.String(), id: Type.String() }))),
  agent: Type.String(),
  sessionId: Type.Optional(Type.String()),
  agentVersion: Type.Optional(Type.String()),
  toolUseId: Type.Optional(Type.String()),
  approvalId: Type.Optional(Type.String()),
  standingGrantId: Type.Optional(Type.String()),
  actionKind: Type.String(),
  action: Type.Object(
    {},
    {
      additionalProperties: true,
      description: 'The canonical form that the digest is taken over, with markers in the place of secrets.',
    },
  ),
  redactions: Type.Optional(
    list(
      Type.Object(
        { kind: Type.String(), commitment: Type.String() },
        { description: 'What stands for the marker of this number: its salted hash' },
      ),
    ),
  ),
  actionDigest: Type.String({ description: 'SHA-256 of the RFC 8785 form of the action' }),
  effects: list(Type.Object({ kind: Type.String() }, { additionalProperties: true })),
  verdict: VerdictReply,
  reasons: list(ReasonReply),
  constitution: ConstitutionRefReply,
});

/** Requests in one answer: the oldest of those asked for. */
export const REQUESTS_LISTED_MAX = 1_000;

/** Longest wait of a list that is followed, in seconds: below what proxies cut off. */
const FOLLOW_WAIT_S_MAX = 50;

export const ApprovalsQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum([...REQUEST_STATES, 'all'])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: REQUESTS_LISTED_MAX })),
    after: Type.Optional(Type.String({ maxLength: 64, description: 'The `version` of the last answer' })),
    wait: Type.Optional(Type.Integer({ minimum: 0, maximum: FOLLOW_WAIT_S_MAX, description: 'Seconds' })),
  },
  closed,
);

export const RequestReply = Type.Object({
  decision: DecisionReply,
  state: Type.Object({ kind: Type.Enum([...REQUEST_STATES]) }, { additionalProperties: true }),
  mayAnswer: list(Type.String({ description: 'Roles; the first is the one that is asked' })),
  needed: Type.Integer({ description: 'Persons who must say yes' }),
  answers: list(
    Type.Object({
      answer: Type.Enum(['granted', 'refused']),
      by: Type.String(),
      timeMs: UnixMs,
      reason: Type.Optional(Type.String()),
    }),
  ),
  escalation: list(
    Type.Object(
      {
        atMs: UnixMs,
        recipient: Type.Object({ kind: Type.Enum(['role', 'on-call']), role: Type.Optional(Type.String()) }),
      },
      { description: 'Who is told, and when, while nobody has answered' },
    ),
  ),
  you: Type.Object(
    { may: Type.Boolean(), code: Type.Optional(Type.String()), message: Type.Optional(Type.String()) },
    { description: 'Whether the caller may answer now, and why not' },
  ),
  allows: Type.String({ description: 'What a yes would allow' }),
});

export const OutcomeReply = Type.Object(
  { timeMs: UnixMs, status: Type.String(), decisionId: Type.Optional(Type.String()) },
  { additionalProperties: true },
);

export const DecidedReply = Type.Object({
  decision: DecisionReply,
  recorded: Type.Boolean({
    description: 'false: the journal could not be written, and the verdict is therefore a deny',
  }),
});

const Counts = Type.Record(Type.String(), Type.Integer());

export const SessionsQuery = Type.Object(
  {
    limit: Limit,
    after: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  closed,
);

export const TimelineQuery = Type.Object(
  {
    principal: Type.String({ ...NAME, description: 'Whose run: session ids are told apart by it' }),
    session: Name,
    limit: Limit,
    after: After,
  },
  closed,
);

export const SessionReply = Type.Object({
  id: Type.String(),
  principalId: Type.String(),
  agent: Type.String(),
  cwd: Type.Optional(Type.String()),
  firstSeenMs: UnixMs,
  lastSeenMs: UnixMs,
  decisions: Counts,
  ungoverned: Type.Integer({ description: 'outcomes that no decision preceded' }),
});

export const SpanQuery = Type.Object({ from: Type.Optional(UnixMs), to: Type.Optional(UnixMs) }, closed);

export const StatsReply = Type.Object({ decisions: Counts, outcomes: Counts, ungoverned: Type.Integer() });
