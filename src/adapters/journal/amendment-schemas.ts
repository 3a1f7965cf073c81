import { type TSchema, Type } from 'typebox';
import { CHOICES } from '#domain/amendment/ballot.ts';
import { type AmendmentEvent, CONTEST_CAUSES } from '#domain/amendment/event.ts';
import { CHANGES } from '#domain/amendment/impact.ts';
import { ENFORCEMENT_STEPS } from '#domain/constitution/enforcement.ts';

/** The shape of amendment events in a journal. Whether one may follow another is for the domain's fold (`applyEvent`). */
const text = Type.String();
const texts = Type.Array(text);
const whole = Type.Integer();
const digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const by = Type.Object({ id: text, roles: texts });
const amendment = text;
const suspension = text;
const appeal = text;

const Moment = Type.Object({
  timeMs: whole,
  reading: Type.Object({ wallMs: Type.Number(), uptimeMs: Type.Number(), bootId: text }),
});

const Signers = Type.Object({ threshold: whole, keys: Type.Array(Type.Object({ name: text, publicKey: text })) });

const Envelope = Type.Object({
  payloadType: text,
  payload: text,
  signatures: Type.Array(Type.Object({ keyid: text, sig: text })),
});

const BallotSubject = Type.Union([
  Type.Object({ kind: Type.Enum(['amendment', 'override']), amendment }),
  Type.Object({ kind: Type.Literal('ratification'), suspension }),
  Type.Object({ kind: Type.Literal('appeal'), appeal }),
]);

const BallotResult = Type.Object({
  entitled: whole,
  for: whole,
  against: whole,
  abstain: whole,
  outcome: Type.Enum(['passed', 'no-quorum', 'no-majority']),
});

const Impact = Type.Object({
  current: digest,
  draft: digest,
  articles: Type.Array(
    Type.Object({
      article: text,
      text: Type.Enum(['same', 'added', 'removed', 'changed']),
      added: texts,
      removed: texts,
      changed: texts,
    }),
  ),
  sections: texts,
  examples: Type.Object({ run: whole, failures: texts }),
  replay: Type.Object({
    decisions: whole,
    otherwiseThanRecorded: whole,
    changes: Type.Array(
      Type.Object({
        change: Type.Enum([...CHANGES]),
        count: whole,
        examples: Type.Array(
          Type.Object({ decision: text, agent: text, action: text, before: text, after: text, policies: texts }),
        ),
      }),
    ),
  }),
});

const Appealed = Type.Union([
  Type.Object({ kind: Type.Literal('policy'), policy: text, amendment }),
  Type.Object({
    kind: Type.Literal('decision'),
    decision: text,
    decidedMs: whole,
    principal: text,
    policies: texts,
  }),
]);

const EnforcementRule = Type.Object({
  per: Type.Enum(['agent', 'repository']),
  policy: Type.Optional(text),
  article: Type.Optional(text),
  denials: whole,
  withinMinutes: whole,
  step: Type.Enum([...ENFORCEMENT_STEPS]),
});

/** What each kind has beside `kind` and `at`: a new kind does not compile until it is here. */
const FIELDS: { readonly [Kind in AmendmentEvent['kind']]: Readonly<Record<string, TSchema>> } = {
  'constitution-adopted': { bundle: text, signers: Signers },
  'amendment-drafted': {
    amendment,
    by,
    title: text,
    emergency: Type.Boolean(),
    isRollback: Type.Boolean(),
    bundle: text,
  },
  'impact-attached': { amendment, impact: Impact, digest },
  'amendment-proposed': { amendment, by, impact: digest },
  'amendment-withdrawn': { amendment, by },
  'amendment-vetoed': { amendment, by, reason: text },
  'amendment-signed': { amendment, envelope: Envelope },
  'amendment-superseded': { amendment },
  'amendment-activated': { amendment },
  'amendment-rolled-back': { amendment, cause: text },
  'ballot-opened': { subject: BallotSubject, electorate: texts, closesMs: whole },
  'vote-cast': { ballot: text, by, choice: Type.Enum([...CHOICES]) },
  'ballot-closed': { ballot: text, result: BallotResult },
  'policy-suspended': { suspension, by, policy: text, policyDigest: digest, reason: text, expiresMs: whole },
  'suspension-lifted': { suspension, by },
  'suspension-ended': { suspension, outcome: Type.Enum(['expired', 'ratified']) },
  'appeal-filed': { appeal, by, against: Appealed, grounds: text, parties: texts, pool: texts, commitment: digest },
  'panel-drawn': {
    appeal,
    lot: Type.Object({ seed: digest, nonce: digest }),
    panel: texts,
    answerByMs: whole,
  },
  'panel-answered': { appeal, by, answer: Type.Enum(['uphold', 'overturn']), reason: text },
  'appeal-contested': { appeal, cause: Type.Enum([...CONTEST_CAUSES]), by: Type.Optional(by) },
  'appeal-closed': { appeal, outcome: Type.Enum(['upheld', 'overturned']) },
  'agent-suspended': { agent: text, rule: EnforcementRule, repository: Type.Optional(text), decisions: texts },
  'agent-reinstated': { agent: text, by, reason: text },
};

export const AmendmentEventSchema = Type.Union(
  Object.entries(FIELDS).map(([kind, fields]) => Type.Object({ kind: Type.Literal(kind), at: Moment, ...fields })),
);
