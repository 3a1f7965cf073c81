import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openLoginFile } from '#adapters/credential-files/login-file.ts';
import { openPeopleFile } from '#adapters/credential-files/people-file.ts';
import { openSignInFile } from '#adapters/credential-files/sign-in-file.ts';
import { createPasskeyVerifier } from '#adapters/passkeys/web-authn.ts';
import { createArgon2Hasher } from '#adapters/passwords/argon2.ts';
import { createDeviceGrants, DEVICE_CODE_BYTES, USER_CODE_BYTES, userCode } from '#domain/identity/device-grant.ts';
import type { Directory } from '#domain/identity/directory.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import { createLogins, LOGIN_ID_BYTES, LOGIN_SECRET_BYTES } from '#domain/identity/login.ts';
import { ownAddress } from '#domain/identity/own-address.ts';
import { CHALLENGE_RANDOM_BYTES } from '#domain/identity/passkey-challenge.ts';
import { createReplayCache } from '#domain/identity/replay-cache.ts';
import { SIGN_IN_BYTES, whoIsOut } from '#domain/identity/sign-in.ts';
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
    newSecret: () => randomText(SIGN_IN_BYTES),
    onError,
  });
  const loginStore = await openLoginFile(join(deps.home, 'credentials', 'logins.json'));
  const logins = createLogins(loginStore.kept);

  /** What the directory has become ends sign-ins and logins at once, and for good. */
  function heed(event: IdentityEvent): void {
    signInDesk.heed(event);
    const out = whoIsOut(event);
    if (out !== undefined && logins.removeAllOf(out) > 0) loginStore.save(logins.list).catch(onError);
  }

  const timer = setInterval(() => {
    if (signIns.list().length > 0) store.save(signIns.list).catch(onError);
  }, SAVE_MS);
  timer.unref();
  return {
    address,
    signInDesk,
    heed,
    logins,
    loginStore,
    newText: (of: 'id' | 'secret') => randomText(of === 'id' ? LOGIN_ID_BYTES : LOGIN_SECRET_BYTES),
    deviceGrants: createDeviceGrants(),
    newDeviceCode: () => randomText(DEVICE_CODE_BYTES),
    newUserCode: () => userCode(randomBytes(USER_CODE_BYTES)),
    credentials: createCredentialBook({ kept: people.kept, store: people, record: deps.record }),
    hasher: createArgon2Hasher(),
    passkeyVerifier: createPasskeyVerifier(),
    challengeKey: randomBytes(KEY_BYTES),
    answeredChallenges: createReplayCache(ANSWERED_MAX),
    newChallengeBytes: () => randomBytes(CHALLENGE_RANDOM_BYTES),
    async close() {
      clearInterval(timer);
      if (signIns.list().length > 0) store.save(signIns.list).catch(onError);
      await Promise.all([store.settled(), loginStore.settled()]);
    },
  };
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
