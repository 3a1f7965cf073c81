import Type from 'typebox';
import { createSavedJson, readSaved } from '#adapters/credential-files/saved-json.ts';
import { PEOPLE_MAX } from '#domain/identity/person.ts';
import {
  type CredentialStore,
  PASSKEYS_PER_PERSON_MAX,
  type PersonCredentials,
} from '#domain/identity/person-credentials.ts';
import type { PersonId } from '#domain/identity/principal.ts';

const base64url = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength });
const exact = { additionalProperties: false };
const Saved = Type.Object(
  {
    version: Type.Literal(1),
    people: Type.Array(
      Type.Object(
        {
          personId: Type.String({ minLength: 1, maxLength: 128 }),
          password: Type.Optional(
            Type.Object(
              { hash: Type.String({ pattern: '^\\$argon2id\\$', maxLength: 512 }), setMs: Type.Number() },
              exact,
            ),
          ),
          invitation: Type.Optional(
            Type.Object({ codeSha256: Type.String({ pattern: '^[0-9a-f]{64}$' }), expiresMs: Type.Number() }, exact),
          ),
          passkeys: Type.Array(
            Type.Object(
              {
                id: base64url(2048),
                publicKey: base64url(4096),
                counter: Type.Integer({ minimum: 0 }),
                name: Type.String({ maxLength: 128 }),
                addedMs: Type.Number(),
                usedMs: Type.Optional(Type.Number()),
              },
              exact,
            ),
            { maxItems: PASSKEYS_PER_PERSON_MAX },
          ),
        },
        exact,
      ),
      { maxItems: PEOPLE_MAX },
    ),
  },
  exact,
);

/** What people prove themselves with, in one file, mode 0600: hashes and public keys. @throws CredentialFileDamaged */
export async function openPeopleFile(
  path: string,
): Promise<CredentialStore & { readonly kept: readonly PersonCredentials[] }> {
  const read = await readSaved(path, Saved);
  const file = createSavedJson(path);
  return {
    // The brand is given here, at the edge, to ids that the schema has checked.
    kept: (read?.people ?? []).map((person) => ({ ...person, personId: person.personId as PersonId })),
    save: (credentials) => file.save(() => ({ version: 1, people: credentials() })),
  };
}
