import { Type } from 'typebox';
import { GIT_OPERATIONS, ZONES } from '#domain/action/effect.ts';
import { ConstitutionRefSchema } from './record-schemas.ts';

/** Shapes of what the journal holds about standing grants. */
const text = Type.String();
const flag = Type.Boolean();
const one = Type.Literal;
const optional = Type.Optional;

const Match = Type.Object({ kind: Type.Enum(['exact', 'begins']), text });
const Host = Type.Object({ kind: Type.Enum(['exact', 'domain']), name: text });

const Clause = Type.Union([
  Type.Object({
    kind: one('git'),
    operation: Type.Enum([...GIT_OPERATIONS]),
    remote: optional(text),
    ref: optional(Match),
    mayForce: flag,
    mayDelete: flag,
  }),
  Type.Object({
    kind: one('path'),
    access: Type.Enum(['read', 'write', 'delete']),
    at: Type.Object({ kind: Type.Enum(['exact', 'below']), path: text }),
    mayRecurse: flag,
    outside: Type.Array(Type.Enum([...ZONES])),
  }),
  Type.Object({ kind: one('connect'), host: Host, port: optional(Type.Number()), scheme: optional(text) }),
  Type.Object({ kind: one('send'), host: Host, source: Type.Enum(['credentials', 'files', 'output', 'literal']) }),
  Type.Object({ kind: one('run'), program: text, path: optional(text), line: Match }),
  Type.Object({
    kind: one('install'),
    manager: text,
    package: text,
    version: Type.Union([Type.Object({ kind: one('exact'), text }), Type.Object({ kind: Type.Enum(['none', 'any']) })]),
    source: Type.Enum(['registry', 'lockfile', 'manifest', 'git', 'url', 'path']),
    global: flag,
  }),
  Type.Object({ kind: one('call'), server: text, tool: text }),
  Type.Object({ kind: one('deploy'), environment: text, artifact: optional(text) }),
]);

const happened = { timeMs: Type.Number(), by: Type.Object({ kind: one('person'), id: text }) };
const outstanding = Type.Integer({ minimum: 0 });

export const StandingGrantEventSchema = Type.Union([
  Type.Object({
    ...happened,
    kind: one('proposed'),
    outstanding,
    grant: Type.Object({
      id: text,
      decisionId: text,
      principalId: text,
      role: text,
      workspaceRoots: Type.Array(text),
      constitution: ConstitutionRefSchema,
      clauses: Type.Array(Type.Object({ clause: Clause, policy: Type.Record(text, Type.Unknown()) }), { minItems: 1 }),
      expiresMs: Type.Number(),
    }),
  }),
  Type.Object({ ...happened, kind: one('agreed'), id: text, outstanding }),
  Type.Object({ ...happened, kind: one('revoked'), id: text }),
]);
