import Type from 'typebox';
import { createSavedJson, readSaved } from '#adapters/credential-files/saved-json.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { SIGN_IN_WAYS, type SignIn } from '#domain/identity/sign-in.ts';
import { SIGN_INS_MAX, type SignInStore } from '#domain/identity/sign-ins.ts';

const digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Saved = Type.Object(
  {
    version: Type.Literal(1),
    signIns: Type.Array(
      Type.Object(
        {
          sha256: digest,
          personId: Type.String({ minLength: 1, maxLength: 128 }),
          roles: Type.Array(Type.String()),
          way: Type.Enum([...SIGN_IN_WAYS]),
          beganMs: Type.Number(),
          usedMs: Type.Number(),
          tokenSha256: Type.Optional(digest),
          openidSession: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
      { maxItems: SIGN_INS_MAX },
    ),
  },
  { additionalProperties: false },
);

/** Sign-ins in one file, mode 0600: hashes only, so that whoever reads it cannot sign in with it. @throws CredentialFileDamaged */
export async function openSignInFile(path: string): Promise<SignInStore & { readonly kept: readonly SignIn[] }> {
  const read = await readSaved(path, Saved);
  const file = createSavedJson(path);
  return {
    // The brand is given here, at the edge, to ids that the schema has checked.
    kept: (read?.signIns ?? []).map((signIn) => ({ ...signIn, personId: signIn.personId as PersonId })),
    save: (signIns) => file.save(() => ({ version: 1, signIns: signIns() })),
    settled: file.settled,
  };
}
