import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Directory } from '#domain/identity/directory.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import type { OwnAddress } from '#domain/identity/own-address.ts';
import { isNotForeign, isOwnRequest } from '#domain/identity/own-request.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import {
  csrfToken,
  personOfSignIn,
  type ShownSignIn,
  type SignIn,
  type SignInRecogniser,
  type SignInWay,
  signInExpiresMs,
  signInHash,
  whoIsOut,
} from '#domain/identity/sign-in.ts';
import { clearCookie, secretOf, setCookie } from '#domain/identity/sign-in-cookie.ts';
import type { SignInStore, SignIns } from '#domain/identity/sign-ins.ts';
import type { TokenIndex } from '#domain/identity/token.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { marksOf } from '#services/credentials.ts';
import type { IdentityRecord } from '#services/identity/record.ts';

/** Who has just proven who they are, and how. */
export interface Proven {
  readonly personId: PersonId;
  readonly way: SignInWay;
  /** Of `token`: its hash, and the roles that it says, for whom the directory does not know. */
  readonly token?: { readonly sha256: string; readonly roles: readonly string[] };
  /** Of `openid`: who said so, and in which session of its own. */
  readonly openid?: { readonly issuer: string; readonly sessionId?: string };
}

/** What a page gets to hold. */
export interface SignedIn {
  readonly person: PersonId;
  readonly csrf: string;
}

export type BeginRefusalCode = 'person-unknown' | 'person-suspended' | 'sign-in-insecure';

/** Where people sign in and out, in whatever way they prove who they are. */
export interface SignInDesk extends SignInRecogniser {
  /**
   * Before a proof is looked at: whether somebody may sign in with a browser here at all, and whether a page of another site is
   * behind it.
   */
  mayTry(request: FastifyRequest): Result<undefined, 'sign-in-insecure' | 'csrf-refused'>;
  /**
   * Begins a sign-in for somebody who has proven who they are, and sets its cookie on `reply`. A sign-in that this browser had is
   * over, so that nobody goes on with a secret that another one has put there. It is in the journal before it counts; throws
   * `JournalUnavailable` and `CredentialsUnavailable`: then there is none.
   */
  begin(request: FastifyRequest, reply: FastifyReply, proven: Proven): Promise<Result<SignedIn, BeginRefusalCode>>;
  /** A new secret in the place of the present one, after what this person may prove has changed; all their others are over. */
  renew(reply: FastifyReply, shown: ShownSignIn): Promise<SignedIn>;
  /** Ends this sign-in, or all of the person. */
  end(given: { readonly personId: PersonId; readonly only?: string }, reply?: FastifyReply): Promise<void>;
  /** Ends what was begun at the OpenID provider and is over there. */
  endOfProvider(ended: { readonly personId?: PersonId; readonly openidSession?: string }): Promise<void>;
  /** What the directory has become ends sign-ins at once, and for good: a suspended person who is reinstated signs in again. */
  heed(event: IdentityEvent): void;
}

export function createSignInDesk(deps: {
  readonly address: OwnAddress;
  readonly signIns: SignIns;
  readonly store: SignInStore;
  readonly directory: Directory;
  readonly tokens: () => TokenIndex;
  readonly record: Pick<IdentityRecord, 'note'>;
  /** Text of `SIGN_IN_BYTES` random bytes, base64url. */
  readonly newSecret: () => string;
  readonly onError: (error: unknown) => void;
  readonly nowMs: () => number;
}): SignInDesk {
  const { address, signIns, store, directory } = deps;
  const save = () => store.save(signIns.list);

  function standing(sha256: string) {
    const signIn = signIns.find(sha256);
    if (signIn === undefined) return refuse('sign-in-over', 'The sign-in is over: sign in again.');
    const person = personOfSignIn(signIn, { directory, tokens: deps.tokens(), nowMs: deps.nowMs() });
    return person.ok ? ok({ signIn, principal: person.value }) : person;
  }

  function recognise(marks: Parameters<SignInRecogniser['recognise']>[0]): ReturnType<SignInRecogniser['recognise']> {
    const secret = secretOf(marks.cookie, address);
    if (secret === undefined) return undefined;
    const nowMs = deps.nowMs();
    const sha256 = signInHash(secret);
    const found = standing(sha256);
    if (!found.ok) {
      // It does not come back to life; that it is gone from the file is not waited for, as the same is found again after a crash.
      if (signIns.remove(sha256) !== undefined) save().catch(deps.onError);
      return found;
    }
    const { signIn, principal } = found.value;
    const csrf = csrfToken(secret);
    const own = isOwnRequest(marks, { csrf, address });
    if (!own.ok) return own;
    signIns.touch(sha256, nowMs);
    const expiresMs = signInExpiresMs({ ...signIn, usedMs: nowMs });
    return ok({
      principal,
      byNow() {
        const again = standing(sha256);
        return again.ok ? ok(again.value.principal) : again;
      },
      signIn: { sha256, personId: signIn.personId, way: signIn.way, beganMs: signIn.beganMs, csrf, expiresMs },
    });
  }

  function mayTry(request: FastifyRequest): Result<undefined, 'sign-in-insecure' | 'csrf-refused'> {
    return address.isPrivate ? isNotForeign(marksOf(request), address) : insecure();
  }

  async function keep(reply: FastifyReply, given: Omit<SignIn, 'sha256'>): Promise<SignedIn> {
    const secret = deps.newSecret();
    const sha256 = signInHash(secret);
    signIns.add({ ...given, sha256 });
    try {
      await save();
    } catch (error) {
      signIns.remove(sha256);
      throw error;
    }
    reply.header('set-cookie', setCookie(address, secret)).header('cache-control', 'no-store');
    return { person: given.personId, csrf: csrfToken(secret) };
  }

  return {
    recognise,
    mayTry,
    async begin(request, reply, { personId, way, token, openid }) {
      if (!address.isPrivate) return insecure();
      const person = directory.person(personId);
      if (person?.status === 'suspended') return refuse('person-suspended', `${personId} is suspended.`);
      const roles = person?.roles ?? token?.roles;
      if (roles === undefined) return refuse('person-unknown', 'There is no such person.');
      const nowMs = deps.nowMs();
      const issuer = openid === undefined ? {} : { issuer: openid.issuer };
      await deps.record.note({
        kind: 'signed-in',
        timeMs: nowMs,
        personId,
        method: way,
        address: request.ip,
        ...issuer,
      });
      const earlier = secretOf(request.headers.cookie, address);
      if (earlier !== undefined) signIns.remove(signInHash(earlier));
      const kept = {
        ...{ personId, roles, way, beganMs: nowMs, usedMs: nowMs },
        ...(token === undefined ? {} : { tokenSha256: token.sha256 }),
        ...(openid?.sessionId === undefined ? {} : { openidSession: openid.sessionId }),
      };
      return ok(await keep(reply, kept));
    },
    async renew(reply, shown) {
      const signIn = signIns.find(shown.sha256);
      if (signIn === undefined) throw new Error('a sign-in that was just shown is not there');
      signIns.removeAllOf(signIn.personId);
      return keep(reply, signIn);
    },
    async end({ personId, only }, reply) {
      reply?.header('set-cookie', clearCookie(address));
      const isEnded = only === undefined ? signIns.removeAllOf(personId) > 0 : signIns.remove(only) !== undefined;
      if (!isEnded) return;
      await save();
      await deps.record.note({
        kind: 'signed-out',
        timeMs: deps.nowMs(),
        personId,
        everywhere: only === undefined,
      });
    },
    async endOfProvider(ended) {
      const people = signIns.removeOfProvider(ended);
      if (people.length === 0) return;
      await save();
      const everywhere = ended.openidSession === undefined;
      for (const personId of people) {
        await deps.record.note({ kind: 'signed-out', timeMs: deps.nowMs(), personId, everywhere });
      }
    },
    heed(event) {
      // Bound: perhaps in the place of another account, which is nobody's any more.
      if (event.kind === 'person-unbound' || event.kind === 'person-bound') {
        if (signIns.removeOfProvider({ personId: event.personId }).length > 0) save().catch(deps.onError);
        return;
      }
      const out = whoIsOut(event);
      if (out !== undefined && signIns.removeAllOf(out) > 0) save().catch(deps.onError);
    },
  };
}

/** Nobody signs in where others between could read along. */
export function insecure() {
  return refuse(
    'sign-in-insecure',
    'People sign in over HTTPS, or on this machine itself: set ACGS_PUBLIC_URL to an address that begins with https://.',
  );
}
