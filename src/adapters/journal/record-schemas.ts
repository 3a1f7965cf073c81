import { Type } from 'typebox';
import { CREDENTIAL_STORES, DESTROY_TARGETS, GIT_OPERATIONS, OPAQUE_CAUSES, ZONES } from '#domain/action/effect.ts';
import { OUTCOME_STATUSES } from '#domain/decision/decision.ts';

/** Shapes of the records that a journal holds, for the edge where bytes from a disk become typed values. */
const text = Type.String();
const flag = Type.Boolean();
const timeMs = Type.Number();
const digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const optional = Type.Optional;

const Span = Type.Object({ start: Type.Integer({ minimum: 0 }), end: Type.Integer({ minimum: 0 }) });
const spanned = { span: optional(Span) };
const one = Type.Literal;

const Effect = Type.Union([
  Type.Object({ ...spanned, kind: one('run'), program: text, path: optional(text), arguments: Type.Array(text) }),
  Type.Object({
    ...spanned,
    kind: Type.Enum(['read', 'write', 'delete']),
    path: text,
    zones: Type.Array(Type.Enum([...ZONES])),
    recursive: flag,
  }),
  Type.Object({ ...spanned, kind: one('connect'), host: text, port: optional(Type.Number()), scheme: optional(text) }),
  Type.Object({
    ...spanned,
    kind: one('install'),
    manager: text,
    package: text,
    version: optional(text),
    source: Type.Enum(['registry', 'lockfile', 'manifest', 'git', 'url', 'path']),
    global: flag,
  }),
  Type.Object({
    ...spanned,
    kind: one('git'),
    operation: Type.Enum([...GIT_OPERATIONS]),
    remote: optional(text),
    ref: optional(text),
    force: flag,
    deletes: flag,
  }),
  Type.Object({ ...spanned, kind: one('escalate'), means: text }),
  Type.Object({
    ...spanned,
    kind: one('persist'),
    means: Type.Enum([
      'scheduler',
      'service',
      'shell-startup',
      'git-hook',
      'authorized-keys',
      'account',
      'preload',
      'kernel',
    ]),
    detail: text,
  }),
  Type.Object({ ...spanned, kind: one('credential'), store: Type.Enum([...CREDENTIAL_STORES]), detail: text }),
  Type.Object({ ...spanned, kind: one('destroy'), target: Type.Enum([...DESTROY_TARGETS]), detail: text }),
  Type.Object({
    ...spanned,
    kind: one('send'),
    host: text,
    source: Type.Enum(['credentials', 'files', 'output', 'literal']),
  }),
  Type.Object({ ...spanned, kind: one('detach'), means: text }),
  Type.Object({ ...spanned, kind: one('dynamic'), cause: Type.Enum([...OPAQUE_CAUSES]), detail: text }),
  Type.Object({ ...spanned, kind: one('call'), server: text, tool: text }),
  Type.Object({ ...spanned, kind: one('search'), query: text }),
  Type.Object({ ...spanned, kind: one('prompt'), secrets: flag }),
  Type.Object({ ...spanned, kind: one('delegate'), name: text }),
  Type.Object({ ...spanned, kind: one('deploy'), environment: text, artifact: text }),
  Type.Object({ ...spanned, kind: one('expose'), what: text }),
]);

const Verdict = Type.Union([
  Type.Object({ kind: Type.Enum(['allow', 'deny']) }),
  Type.Object({ kind: one('ask'), role: text }),
  Type.Object({ kind: one('modify'), input: Type.Record(text, Type.Unknown()) }),
  Type.Object({ kind: one('defer'), retryAfterMs: Type.Number() }),
]);

const Reason = Type.Object({
  policy: text,
  article: optional(text),
  reason: text,
  advice: optional(text),
  effect: text,
  span: optional(Span),
});

const PrincipalRef = Type.Object({ kind: Type.Enum(['agent', 'person']), id: text });

export const ConstitutionRefSchema = Type.Object({ lineage: text, number: Type.Number(), digest: text });

export const DecisionSchema = Type.Object({
  id: text,
  timeMs,
  principal: PrincipalRef,
  delegation: optional(Type.Array(PrincipalRef)),
  agent: text,
  sessionId: optional(text),
  agentVersion: optional(text),
  toolUseId: optional(text),
  approvalId: optional(text),
  standingGrantId: optional(text),
  actionKind: text,
  action: Type.Record(text, Type.Unknown()),
  redactions: optional(Type.Array(Type.Object({ kind: text, commitment: digest }))),
  actionDigest: digest,
  effects: Type.Array(Effect),
  verdict: Verdict,
  reasons: Type.Array(Reason),
  constitution: ConstitutionRefSchema,
});

export const OutcomeSchema = Type.Object({
  timeMs,
  principal: PrincipalRef,
  agent: text,
  sessionId: optional(text),
  toolUseId: optional(text),
  decisionId: optional(text),
  actionDigest: optional(digest),
  status: Type.Enum([...OUTCOME_STATUSES]),
  durationMs: optional(Type.Number()),
  constitution: ConstitutionRefSchema,
});

export const ShreddingSchema = Type.Object({
  selection: Type.Union([
    Type.Object({ kind: one('before'), beforeMs: timeMs }),
    Type.Object({ kind: one('session'), sessionId: text, principalId: optional(text) }),
  ]),
  keys: Type.Array(text),
  by: text,
});

export const DisclosedSchema = Type.Object({ decisionId: text, numbers: Type.Array(Type.Integer()), by: text });

export const ApprovalSchema = Type.Object({
  id: text,
  timeMs,
  decisionId: text,
  answer: Type.Enum(['granted', 'refused']),
  by: Type.Object({ kind: one('person'), id: text }),
  role: text,
  reason: optional(text),
  outstanding: Type.Integer({ minimum: 0 }),
  principalId: text,
  actionDigest: digest,
  constitution: ConstitutionRefSchema,
  expiresMs: Type.Number(),
});
