import type { OwnAddress } from '#domain/identity/own-address.ts';
import {
  type AuthenticatorAnswer,
  challengeOf,
  PASSKEY_ALGORITHMS,
  type PasskeyVerifier,
  userHandle,
  withUse,
} from '#domain/identity/passkey.ts';
import {
  CHALLENGE_MS_MAX,
  type ChallengeUse,
  challengeExpiresMs,
  makeChallenge,
} from '#domain/identity/passkey-challenge.ts';
import type { Person } from '#domain/identity/person.ts';
import { PASSKEYS_PER_PERSON_MAX, type PersonCredentials } from '#domain/identity/person-credentials.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import type { ReplayCache } from '#domain/identity/replay-cache.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { AttemptToProve } from '#services/identity/attempt.ts';
import type { CredentialBook } from '#services/identity/credential-book.ts';

export interface PasskeyDeps {
  readonly address: OwnAddress;
  readonly credentials: CredentialBook;
  readonly passkeyVerifier: PasskeyVerifier;
  readonly attempt: AttemptToProve;
  /** Of this process: challenges are good until it ends. */
  readonly challengeKey: Uint8Array;
  /** Challenges that were answered rightly. */
  readonly answeredChallenges: ReplayCache;
  /** `CHALLENGE_RANDOM_BYTES` random bytes. */
  readonly newChallengeBytes: () => Uint8Array;
  readonly nowMs: () => number;
}

/** Passkeys: added by whoever is signed in, used by whoever has them at hand, without a name to type. */
export function createPasskeys(deps: PasskeyDeps) {
  const { address, credentials, passkeyVerifier: verifier } = deps;
  const key = deps.challengeKey;

  return { addOptions, add, useOptions, prove, remove };

  /** What the browser needs to make a passkey (PublicKeyCredentialCreationOptionsJSON). */
  function addOptions(person: Pick<Person, 'id' | 'name'>, browser: string) {
    const id = relyingPartyId();
    if (!id.ok) return id;
    return ok({
      rp: { id: id.value, name: 'ACGS' },
      user: { id: userHandle(person.id), name: person.id, displayName: person.name },
      challenge: challenge({ purpose: 'add', browser }),
      pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key' as const, alg })),
      timeout: CHALLENGE_MS_MAX,
      // One passkey of a device is enough.
      excludeCredentials: credentials
        .of(person.id)
        .passkeys.map((one) => ({ type: 'public-key' as const, id: one.id })),
      authenticatorSelection: { residentKey: 'required' as const, userVerification: 'required' as const },
      attestation: 'none' as const,
    });
  }

  async function add(given: {
    readonly personId: PersonId;
    readonly browser: string;
    readonly name: string;
    readonly answer: AuthenticatorAnswer;
  }) {
    const { personId, answer } = given;
    const expected = expectation({ purpose: 'add', browser: given.browser });
    if (!expected.ok) return expected;
    const made = await verifier.verifyNew(answer, expected.value);
    if (!made.ok) return made;
    const once = claim(answer, { purpose: 'add', browser: given.browser });
    if (!once.ok) return once;
    const timeMs = deps.nowMs();
    const { id } = made.value;
    const by = { kind: 'person' as const, id: personId };
    const added = await credentials.change(() => {
      const now = credentials.of(personId);
      if (ownerOf(id) !== undefined) return refuse('passkey-exists', 'This passkey is known already.');
      if (now.passkeys.length >= PASSKEYS_PER_PERSON_MAX) {
        return refuse('passkey-limit', `A person has at most ${PASSKEYS_PER_PERSON_MAX} passkeys: remove one first.`);
      }
      return ok({
        credentials: { ...now, passkeys: [...now.passkeys, { ...made.value, name: given.name, addedMs: timeMs }] },
        event: { kind: 'passkey-added' as const, timeMs, by, personId, passkeyId: id },
      });
    });
    return added.ok ? ok({ id, name: given.name, addedMs: timeMs }) : added;
  }

  /** What the browser needs to use one, whosoever it is (PublicKeyCredentialRequestOptionsJSON). */
  function useOptions(browser: string) {
    const id = relyingPartyId();
    if (!id.ok) return id;
    return ok({
      challenge: challenge({ purpose: 'sign-in', browser }),
      rpId: id.value,
      timeout: CHALLENGE_MS_MAX,
      userVerification: 'required' as const,
      allowCredentials: [],
    });
  }

  /**
   * Whose passkey this answer is of. Nobody is locked out by name: a signature cannot be guessed, and whoever knew the id of somebody's
   * passkey could keep them out.
   */
  function prove(given: {
    readonly browser: string | undefined;
    readonly answer: AuthenticatorAnswer;
    readonly address: string;
  }) {
    return deps.attempt({ method: 'passkey', address: given.address }, () => verifyUse(given.answer, given.browser));
  }

  async function verifyUse(
    answer: AuthenticatorAnswer,
    browser: string | undefined,
  ): Promise<Result<PersonId, 'passkey-refused'>> {
    const owner = ownerOf(answer.id);
    const passkey = owner?.passkeys.find(({ id }) => id === answer.id);
    if (owner === undefined || passkey === undefined || browser === undefined) return notAccepted();
    // WebAuthn Level 3, section 7.2, step 6: it must say itself whose it is.
    if (answer.response.userHandle !== userHandle(owner.personId)) return notAccepted();
    const use: ChallengeUse = { purpose: 'sign-in', browser };
    const expected = expectation(use);
    if (!expected.ok) return notAccepted();
    const verified = await verifier.verifyUse(answer, { ...expected.value, passkey });
    if (!verified.ok) return verified;
    const once = claim(answer, use);
    if (!once.ok) return once;
    const counted = await credentials.change(() => {
      const next = withUse(credentials.of(owner.personId), {
        id: answer.id,
        counter: verified.value.counter,
        nowMs: deps.nowMs(),
      });
      return next.ok ? ok({ credentials: next.value }) : next;
    });
    return counted.ok ? ok(owner.personId) : counted;
  }

  function remove(personId: PersonId, id: string) {
    return credentials.change(() => {
      const now = credentials.of(personId);
      const passkeys = now.passkeys.filter((one) => one.id !== id);
      if (passkeys.length === now.passkeys.length) return refuse('passkey-unknown', 'You have no such passkey.');
      const by = { kind: 'person' as const, id: personId };
      return ok({
        credentials: { ...now, passkeys },
        event: { kind: 'passkey-removed' as const, timeMs: deps.nowMs(), by, personId, passkeyId: id },
      });
    });
  }

  function ownerOf(id: string): PersonCredentials | undefined {
    return credentials.find(({ passkeys }) => passkeys.some((one) => one.id === id));
  }

  function challenge(use: ChallengeUse): string {
    return makeChallenge(use, { key, random: deps.newChallengeBytes(), nowMs: deps.nowMs() });
  }

  function expectation(use: ChallengeUse) {
    const id = relyingPartyId();
    if (!id.ok) return id;
    const isChallenge = (text: string) => challengeExpiresMs(text, use, { key, nowMs: deps.nowMs() }) !== undefined;
    return ok({ origins: address.origins, relyingPartyId: id.value, isChallenge });
  }

  /** Its challenge has had its answer. Only right answers are remembered, so nobody fills this without a passkey. */
  function claim(answer: AuthenticatorAnswer, use: ChallengeUse): Result<undefined, 'passkey-refused'> {
    const text = challengeOf(answer);
    const nowMs = deps.nowMs();
    const expiresMs = text === undefined ? undefined : challengeExpiresMs(text, use, { key, nowMs });
    if (text === undefined || expiresMs === undefined) return notAccepted();
    return deps.answeredChallenges.claim(text, expiresMs, nowMs) ? ok(undefined) : notAccepted();
  }

  function relyingPartyId(): Result<string, 'passkeys-unavailable'> {
    const id = address.isPrivate ? address.relyingPartyId : undefined;
    return id === undefined
      ? refuse('passkeys-unavailable', 'Passkeys need a domain over HTTPS, or http://localhost: see ACGS_PUBLIC_URL.')
      : ok(id);
  }
}

export type Passkeys = ReturnType<typeof createPasskeys>;

function notAccepted() {
  return refuse('passkey-refused', 'The passkey is not accepted.');
}
