import Type from 'typebox';
import { AGENT_STATUSES } from '#domain/identity/agent.ts';
import { PERSON_STATUSES } from '#domain/identity/person.ts';
import { list } from '#services/replies.ts';

/** How long a question may be held at most, in milliseconds: shorter than what stands between cuts off. */
const HOLD_MS_MAX = 20_000;

export const NewsQuery = Type.Object(
  {
    after: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    holdMs: Type.Optional(Type.Integer({ minimum: 0, maximum: HOLD_MS_MAX })),
  },
  { additionalProperties: false },
);

const KeyReply = Type.Object({
  thumbprint: Type.String(),
  publicKey: Type.String(),
  sinceMs: Type.Number(),
});
const StateReply = Type.Object({
  people: list(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      roles: list(Type.String()),
      status: Type.Enum([...PERSON_STATUSES]),
    }),
  ),
  agents: list(
    Type.Object({
      id: Type.String(),
      agent: Type.String(),
      owner: Type.String(),
      teams: list(Type.String()),
      // Codes of enrolment, even as hashes, are nothing that a node needs: they are not among these members, and so not sent.
      state: Type.Object({ status: Type.Enum([...AGENT_STATUSES]), key: Type.Optional(KeyReply) }),
    }),
  ),
  revoked: list(Type.Object({ tokenId: Type.String(), expiresMs: Type.Number() })),
});

export const NewsReply = Type.Object({
  kind: Type.Enum(['whole', 'changed']),
  cursor: Type.String(),
  issuer: Type.String(),
  keys: list(
    Type.Object({
      kty: Type.String(),
      crv: Type.String(),
      x: Type.String(),
      kid: Type.String(),
      use: Type.String(),
      alg: Type.String(),
    }),
  ),
  state: StateReply,
});
