import Type, { type Static } from 'typebox';
import { AGENT_STATUSES } from '#domain/identity/agent.ts';
import type { DirectoryState } from '#domain/identity/directory.ts';
import { PERSON_STATUSES } from '#domain/identity/person.ts';
import type { PublishedKey } from '#domain/identity/token-keys.ts';

/** A directory as files and answers hold it. */
export const DirectoryStateSchema = Type.Object({
  people: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      roles: Type.Array(Type.String()),
      status: Type.Enum([...PERSON_STATUSES]),
    }),
  ),
  agents: Type.Array(
    Type.Object({
      id: Type.String(),
      agent: Type.String(),
      owner: Type.String(),
      teams: Type.Array(Type.String()),
      state: Type.Object({ status: Type.Enum([...AGENT_STATUSES]) }, { additionalProperties: true }),
    }),
  ),
  revoked: Type.Array(Type.Object({ tokenId: Type.String(), expiresMs: Type.Number() })),
});

export const PublishedKeysSchema = Type.Array(
  Type.Object({
    kty: Type.Literal('OKP'),
    crv: Type.Literal('Ed25519'),
    x: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    kid: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    use: Type.Literal('sig'),
    alg: Type.Literal('EdDSA'),
  }),
  { maxItems: 100 },
);

export function directoryStateOf(parsed: Static<typeof DirectoryStateSchema>): DirectoryState {
  // The parse edge: the schema has checked the shape, and brands exist at compile time only.
  return parsed as unknown as DirectoryState;
}

export function publishedKeysOf(parsed: Static<typeof PublishedKeysSchema>): readonly PublishedKey[] {
  return parsed;
}
