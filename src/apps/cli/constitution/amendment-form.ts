import Type from 'typebox';

/** What the command line reads of the API's answers. */
const Open = { additionalProperties: true } as const;
const Ballot = Type.Object(
  {
    id: Type.String(),
    closesMs: Type.Number(),
    entitled: Type.Number(),
    voted: Type.Number(),
    result: Type.Optional(
      Type.Object({ for: Type.Number(), against: Type.Number(), abstain: Type.Number(), outcome: Type.String() }, Open),
    ),
  },
  Open,
);
export const BallotAnswer = Ballot;
export const BallotsAnswer = Type.Object({ ballots: Type.Array(Ballot) }, Open);

const Change = Type.Object(
  {
    change: Type.String(),
    count: Type.Number(),
    examples: Type.Array(
      Type.Object({ agent: Type.String(), action: Type.String(), before: Type.String(), after: Type.String() }, Open),
    ),
  },
  Open,
);
const Impact = Type.Object(
  {
    articles: Type.Array(
      Type.Object(
        {
          article: Type.String(),
          text: Type.String(),
          added: Type.Array(Type.String()),
          removed: Type.Array(Type.String()),
          changed: Type.Array(Type.String()),
        },
        Open,
      ),
    ),
    sections: Type.Array(Type.String()),
    examples: Type.Object({ run: Type.Number(), failures: Type.Array(Type.String()) }, Open),
    replay: Type.Object(
      { decisions: Type.Number(), otherwiseThanRecorded: Type.Number(), changes: Type.Array(Change) },
      Open,
    ),
  },
  Open,
);
export type ImpactForm = Type.Static<typeof Impact>;

export const AmendmentAnswer = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    proposer: Type.String(),
    emergency: Type.Boolean(),
    constitution: Type.Object({ number: Type.Number(), digest: Type.String() }, Open),
    state: Type.Object({ kind: Type.String(), why: Type.Optional(Type.String()) }, Open),
    rollbackOwed: Type.Boolean(),
    impact: Type.Optional(Type.Object({ digest: Type.String(), impact: Impact }, Open)),
    ballots: Type.Array(Ballot),
  },
  Open,
);
export type AmendmentForm = Type.Static<typeof AmendmentAnswer>;
export const AmendmentsAnswer = Type.Object({ amendments: Type.Array(AmendmentAnswer) }, Open);
