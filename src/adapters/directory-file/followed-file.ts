import type { Static } from 'typebox';
import Type from 'typebox';
import {
  DirectoryStateSchema,
  directoryStateOf,
  PublishedKeysSchema,
  publishedKeysOf,
} from '#adapters/directory-schema.ts';
import type { KeptDirectory } from '#domain/identity/followed-directory.ts';

/** The directory that a node follows, as it is kept for a start while the identity service is away. No secret is in it. */
export const FollowedFile = Type.Object(
  {
    version: Type.Literal(1),
    issuer: Type.String({ minLength: 1 }),
    heardMs: Type.Number(),
    keys: PublishedKeysSchema,
    state: DirectoryStateSchema,
  },
  { additionalProperties: false },
);

export function keptOf({ issuer, heardMs, keys, state }: Static<typeof FollowedFile>): KeptDirectory {
  return { issuer, heardMs, keys: publishedKeysOf(keys), state: directoryStateOf(state) };
}

export function followedFileOf(kept: KeptDirectory) {
  return { version: 1, ...kept } as const;
}
