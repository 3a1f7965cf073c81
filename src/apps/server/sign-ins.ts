import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openPeopleFile } from '#adapters/credential-files/people-file.ts';
import { openSignInFile } from '#adapters/credential-files/sign-in-file.ts';
import { createPasskeyVerifier } from '#adapters/passkeys/web-authn.ts';
import { createArgon2Hasher } from '#adapters/passwords/argon2.ts';
import type { Directory } from '#domain/identity/directory.ts';
import { ownAddress } from '#domain/identity/own-address.ts';
import { CHALLENGE_RANDOM_BYTES } from '#domain/identity/passkey-challenge.ts';
import { createReplayCache } from '#domain/identity/replay-cache.ts';
import { SIGN_IN_BYTES } from '#domain/identity/sign-in.ts';
import { createSignIns } from '#domain/identity/sign-ins.ts';
import type { TokenIndex } from '#domain/identity/token.ts';
import { createCredentialBook } from '#services/identity/credential-book.ts';
import type { IdentityRecord } from '#services/identity/record.ts';
import { createSignInDesk } from '#services/identity/sign-in-desk.ts';

/** How often it is kept when sign-ins were last used, in milliseconds: what a crash takes from their hour at most. */
const SAVE_MS = 60_000;
/** Challenges of passkeys that were answered within five minutes: more than that many people sign in nowhere. */
const ANSWERED_MAX = 100_000;
const KEY_BYTES = 32;

/** What people sign in with, and their sign-ins as they were when this installation was stopped, or within a minute of its crash. */
export async function openSignIns(deps: {
  readonly home: string;
  readonly publicUrl: string;
  readonly directory: Directory;
  readonly tokens: () => TokenIndex;
  readonly record: Pick<IdentityRecord, 'note'>;
  readonly onError: (error: unknown, what: string) => void;
  readonly nowMs: () => number;
}) {
  const people = await openPeopleFile(join(deps.home, 'credentials', 'people.json'));
  const store = await openSignInFile(join(deps.home, 'credentials', 'sign-ins.json'));
  const signIns = createSignIns(store.kept);
  const onError = (error: unknown) => deps.onError(error, 'sign-ins could not be kept');
  const address = ownAddress(deps.publicUrl);
  const signInDesk = createSignInDesk({
    ...deps,
    address,
    signIns,
    store,
    newSecret: () => randomBytes(SIGN_IN_BYTES).toString('base64url'),
    onError,
  });
  const timer = setInterval(() => {
    if (signIns.list().length > 0) store.save(signIns.list).catch(onError);
  }, SAVE_MS);
  timer.unref();
  return {
    address,
    signInDesk,
    credentials: createCredentialBook({ kept: people.kept, store: people, record: deps.record }),
    hasher: createArgon2Hasher(),
    passkeyVerifier: createPasskeyVerifier(),
    challengeKey: randomBytes(KEY_BYTES),
    answeredChallenges: createReplayCache(ANSWERED_MAX),
    newChallengeBytes: () => randomBytes(CHALLENGE_RANDOM_BYTES),
    async close() {
      clearInterval(timer);
      if (signIns.list().length > 0) store.save(signIns.list).catch(onError);
      await store.settled();
    },
  };
}
