import Type from 'typebox';
import { createSavedJson, readSaved } from '#adapters/credential-files/saved-json.ts';
import { LOGINS_MAX, type Login, type LoginStore } from '#domain/identity/login.ts';
import type { PersonId } from '#domain/identity/principal.ts';

const Saved = Type.Object(
  {
    version: Type.Literal(1),
    logins: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }),
          sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
          personId: Type.String({ minLength: 1, maxLength: 128 }),
          roles: Type.Array(Type.String()),
          key: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
          beganMs: Type.Number(),
          usedMs: Type.Number(),
        },
        { additionalProperties: false },
      ),
      { maxItems: LOGINS_MAX },
    ),
  },
  { additionalProperties: false },
);

/** Logins in one file, mode 0600: hashes only. @throws CredentialFileDamaged */
export async function openLoginFile(path: string): Promise<LoginStore & { readonly kept: readonly Login[] }> {
  const read = await readSaved(path, Saved);
  const file = createSavedJson(path);
  return {
    // The brand is given here, at the edge, to ids that the schema has checked.
    kept: (read?.logins ?? []).map((login) => ({ ...login, personId: login.personId as PersonId })),
    save: (logins) => file.save(() => ({ version: 1, logins: logins() })),
    settled: file.settled,
  };
}
