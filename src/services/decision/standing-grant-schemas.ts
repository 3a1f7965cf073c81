import Type from 'typebox';
import { STANDING_GRANT_STATES } from '#domain/standing-grant/standing-grant.ts';
import { UnixMs } from '#services/decision/schemas.ts';
import { ConstitutionRefReply, list } from '#services/replies.ts';

const closed = { additionalProperties: false } as const;
/** As long as the longest path that is read. */
const Field = Type.String({ minLength: 1, maxLength: 4_096 });

const WideningBody = Type.Object(
  {
    ref: Type.Optional(Type.String({ ...Field, description: '`feature/*`: all refs that begin so' })),
    below: Type.Optional(Type.String({ ...Field, description: 'The folder and everything below it' })),
    domain: Type.Optional(Type.String({ ...Field, description: 'The host and every host below it' })),
    line: Type.Optional(Type.String({ ...Field, description: '`npm run *`: all command lines that begin so' })),
    anyVersion: Type.Optional(Type.Literal(true)),
    anyArtifact: Type.Optional(Type.Literal(true)),
  },
  { ...closed, description: 'What makes the proposal wider than the action that was asked about.' },
);

export const ProposalBody = Type.Object(
  { decisionId: Type.String({ format: 'uuid' }), expiresMs: UnixMs, widen: Type.Optional(WideningBody) },
  closed,
);

const shown = {
  decisionId: Type.String({ description: 'The `ask` that it was proposed from' }),
  principalId: Type.String(),
  role: Type.String({ description: 'The role that was asked: it stands in for approvals by this one only' }),
  workspaceRoots: list(Type.String()),
  constitution: ConstitutionRefReply,
  expiresMs: UnixMs,
  covers: list(Type.String({ description: 'What it lets through, in words: all of it' })),
  policies: list(Type.String({ description: 'The same as Cedar' })),
};

export const StandingGrantReply = Type.Object({
  id: Type.String({ format: 'uuid' }),
  ...shown,
  state: Type.Object({ kind: Type.Enum([...STANDING_GRANT_STATES]) }, { additionalProperties: true }),
  proposedMs: UnixMs,
  agreed: list(Type.String({ description: 'Persons; the first proposed it' })),
});

export const PreviewReply = Type.Object({
  ...shown,
  persons: Type.Integer({ description: 'Who must agree before it is in force, the one who proposes among them' }),
  looked: Type.Integer({ description: "The agent's last recorded questions that were decided again" }),
  letThrough: list(Type.Object({ id: Type.String(), timeMs: UnixMs, subject: Type.String() })),
});

export const StandingGrantsQuery = Type.Object(
  { state: Type.Optional(Type.Enum([...STANDING_GRANT_STATES, 'all'])), agent: Type.Optional(Field) },
  closed,
);
