import Type from 'typebox';
import { EFFECT_KINDS } from '#domain/action/effect.ts';
import { OUTCOME_STATUSES } from '#domain/decision/decision.ts';
import { SESSION_LABELS } from '#domain/session/session.ts';
import {
  DecisionReply,
  OutcomeReply,
  SessionReply,
  SpanReply,
  UnixMs,
  VerdictReply,
} from '#services/decision/schemas.ts';
import { ConstitutionRefReply, list } from '#services/replies.ts';

/** What is read back of decisions and runs, in the form in which people look at it. */

const Caller = Type.Object({ kind: Type.String(), id: Type.String() });

export const DecisionRowReply = Type.Object({
  id: Type.String({ format: 'uuid' }),
  timeMs: UnixMs,
  principal: Caller,
  agent: Type.String(),
  sessionId: Type.Optional(Type.String()),
  onBehalfOf: Type.Optional(Type.String({ description: 'The last of the chain: who answers for it' })),
  actionKind: Type.String(),
  subject: Type.String({ description: 'The command, path or target; its beginning, where `isCut`' }),
  isCut: Type.Boolean(),
  effects: list(Type.Enum([...EFFECT_KINDS])),
  verdict: VerdictReply,
  policy: Type.Optional(Type.String({ description: 'The one that is named first' })),
  constitution: Type.Integer({ description: 'Its number' }),
});

export const OutlineReply = Type.Object({
  count: Type.Integer(),
  isCapped: Type.Boolean({ description: 'There are more than were counted' }),
  places: list(Type.String({ description: 'What pages 1, 2, 3, … are asked for with, as `after`' })),
});

/** One person's answer to an `ask`. */
export const AnswerReply = Type.Object({
  id: Type.String(),
  timeMs: UnixMs,
  decisionId: Type.String(),
  answer: Type.Enum(['granted', 'refused']),
  by: Caller,
  role: Type.String(),
  outstanding: Type.Integer({ description: 'Persons who must still say yes' }),
  expiresMs: UnixMs,
  reason: Type.Optional(Type.String()),
});

export const DrawnEffectReply = Type.Object({
  kind: Type.Enum([...EFFECT_KINDS]),
  text: Type.String({ description: 'In words, on one line' }),
  span: Type.Optional(SpanReply),
});

export const ExplanationReply = Type.Object(
  {
    policies: list(
      Type.Object({
        id: Type.String(),
        effect: Type.Optional(Type.Enum(['permit', 'forbid'])),
        article: Type.Optional(Type.String()),
        reason: Type.String(),
        advice: Type.Optional(Type.String()),
      }),
    ),
    articles: list(Type.Object({ number: Type.String(), title: Type.String(), text: Type.String() })),
  },
  { description: 'The policies that the reasons name, and the articles that these implement' },
);

export const HistoryReply = Type.Object({
  decision: DecisionReply,
  outcomes: list(OutcomeReply),
  answers: list(AnswerReply),
  approval: Type.Optional(AnswerReply),
  effects: list(DrawnEffectReply),
  explanation: Type.Optional(ExplanationReply),
});

const Label = Type.Enum([...SESSION_LABELS]);

export const TimelineReply = Type.Object({
  session: SessionReply,
  steps: list(
    Type.Union([
      Type.Object({
        kind: Type.Literal('decision'),
        decision: DecisionRowReply,
        labels: list(Label),
        outcomes: list(OutcomeReply),
        answers: list(AnswerReply),
      }),
      Type.Object({
        kind: Type.Literal('ungoverned'),
        outcome: Type.Object({
          timeMs: UnixMs,
          status: Type.Enum([...OUTCOME_STATUSES]),
          toolUseId: Type.Optional(Type.String()),
          durationMs: Type.Optional(Type.Number()),
          constitution: ConstitutionRefReply,
        }),
      }),
    ]),
  ),
  next: Type.Optional(Type.String()),
});
