import Type from 'typebox';
import { ADMIT_CODES } from '#domain/ledger/admit.ts';
import { TREE_SIZE_MAX } from '#domain/ledger/tile.ts';
import { list, ProblemReply } from '#services/replies.ts';

/** The schemas of the HTTP interface: they validate, type and document (OpenAPI 3.1) at once. */

const Sequence = Type.Integer({ minimum: 0, maximum: TREE_SIZE_MAX });
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, hex' });
const NodeId = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$' });
const closed = { additionalProperties: false } as const;

const Position = Type.Object({ sequence: Sequence, hash: Hash });

export const NodeParams = Type.Object({ node: NodeId }, closed);

export const RecordsQuery = Type.Object(
  {
    head: Type.Integer({
      minimum: 0,
      maximum: TREE_SIZE_MAX,
      description: "Sequence of the last durable record of the node's journal.",
    }),
    leaving: Type.Optional(Type.Boolean({ description: 'The node stops after this.' })),
  },
  closed,
);

export const ActivityQuery = Type.Object(
  {
    sequence: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: TREE_SIZE_MAX,
        description: "A record of the node's journal that the caller has seen: a receipt names it.",
      }),
    ),
  },
  closed,
);

export const ActivityReply = Type.Object(
  { sequence: Sequence },
  { description: 'The last record of the node that the ledger has.' },
);

export const RecordsReply = Type.Object({
  position: Position,
  fresh: Type.Integer({ minimum: 0, description: 'Records of the request that were not in the ledger before.' }),
});

/** 409: nothing was taken. Records are expected after `position`. */
export const RecordsRefusedReply = Type.Intersect([
  ProblemReply,
  Type.Object({ code: Type.Enum(ADMIT_CODES), sequence: Sequence, position: Position }),
]);

export const LedgerReply = Type.Object({
  origin: Type.String(),
  verifierKey: Type.String({ description: 'C2SP signed-note: what to verify checkpoints with' }),
  isLeading: Type.Boolean({ description: 'Whether this installation sequences now.' }),
  size: Type.Integer({ description: 'Entries accepted.' }),
  publishedSize: Type.Integer({ description: 'Of them, under the published checkpoint.' }),
  checkpointAgeMs: Type.Number({
    description: 'How long the oldest entry has waited that is under no checkpoint yet; 0 when there is none.',
  }),
  nodes: list(
    Type.Object({
      node: Type.String(),
      sequence: Sequence,
      hash: Type.String(),
      state: Type.Enum(['current', 'behind', 'left', 'silent', 'silent-while-active']),
      missing: Type.Integer({
        description: 'Records that the node, or somebody else, has told of and the ledger does not have.',
      }),
      toldBy: list(Type.String({ description: 'a caller on whose word the node is behind or an incident' })),
      heardMs: Type.Number(),
    }),
  ),
});

export const ProofQuery = Type.Object(
  { node: NodeId, sequence: Type.Integer({ minimum: 1, maximum: TREE_SIZE_MAX }) },
  closed,
);

export const ProofReply = Type.Object({
  entry: Type.Object({ node: Type.String(), sequence: Sequence, hash: Hash }),
  index: Type.Integer(),
  size: Type.Integer(),
  proof: Type.String({ description: 'C2SP tlog-proof, with the checkpoint in it' }),
});

export const ConsistencyQuery = Type.Object({ from: Sequence, to: Type.Optional(Sequence) }, closed);

export const ConsistencyReply = Type.Object({
  from: Sequence,
  to: Sequence,
  hashes: Type.Immutable(Type.Array(Type.String({ description: 'base64' }))),
});
