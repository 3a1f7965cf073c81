import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Directory } from '#domain/identity/directory.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import { answersAttempt, attemptOver, type OpenidAttempt, readOpenidAttempt } from '#domain/identity/openid-attempt.ts';
import { clearOpenidCookie, openidCookieOf } from '#domain/identity/openid-cookie.ts';
import {
  type OpenidAdmission,
  type OpenidPersonRefusalCode,
  settleOpenidPerson,
} from '#domain/identity/openid-person.ts';
import type { OpenidLogout, OpenidProof, OpenidProvider } from '#domain/identity/openid-provider.ts';
import type { OwnAddress } from '#domain/identity/own-address.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import type { ReplayCache } from '#domain/identity/replay-cache.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { AttemptToProve } from '#services/identity/attempt.ts';
import type { IdTokenHints } from '#services/identity/openid-hints.ts';
import type { IdentityRecord } from '#services/identity/record.ts';
import type { SignInDesk } from '#services/identity/sign-in-desk.ts';

/** Codes that are being redeemed at once: each holds a connection to the provider for seconds at worst. */
const REDEEMING_MAX = 32;

export interface OpenidSignInDeps {
  readonly provider: OpenidProvider;
  readonly admission: OpenidAdmission;
  readonly address: OwnAddress;
  /** Of this process: what attempts are kept by. */
  readonly attemptKey: Uint8Array;
  /** Attempts that have come back. */
  readonly answered: ReplayCache;
  readonly hints: IdTokenHints;
  readonly directory: Directory;
  readonly record: IdentityRecord;
  readonly assignableRoles: () => readonly string[];
  readonly attempt: AttemptToProve;
  readonly signInDesk: SignInDesk;
  readonly nowMs: () => number;
}

/** Signing in by what an OpenID provider says: from its answer to a sign-in of ours, and back out when the provider says so. */
export function createOpenidSignIn(deps: OpenidSignInDeps) {
  const { provider, directory, nowMs } = deps;
  let redeeming = 0;

  /**
   * From the browser that has come back to a sign-in. An answer counts once, and only in the browser that its attempt was begun in: so
   * nobody signs another in as themselves, and a code that was seen on its way is of no use (RFC 9700, section 4.7).
   */
  async function finish(request: FastifyRequest, reply: FastifyReply, answer: URLSearchParams) {
    const cookie = openidCookieOf(request.headers.cookie, deps.address);
    const kept = readOpenidAttempt(cookie, { key: deps.attemptKey, nowMs: nowMs() });
    if (!kept.ok) return kept;
    const attempt = kept.value;
    // An answer that is not this attempt's does not end it: another site could have sent the browser here.
    if (!answersAttempt(answer, attempt)) return attemptOver();
    if (!deps.answered.claim(attempt.state, attempt.expiresMs, nowMs())) return attemptOver();
    reply.header('set-cookie', clearOpenidCookie(deps.address));
    const signedIn = await deps.attempt({ method: 'openid', address: request.ip }, () =>
      prove(request, reply, answer, attempt),
    );
    return signedIn.ok ? ok(attempt.returnTo) : signedIn;
  }

  async function prove(request: FastifyRequest, reply: FastifyReply, answer: URLSearchParams, attempt: OpenidAttempt) {
    if (redeeming >= REDEEMING_MAX) return refuse('sign-in-busy', 'Too many people are signing in: try again.');
    redeeming += 1;
    try {
      const redeemed = await provider.redeem(answer, attempt);
      if (!redeemed.ok) return redeemed;
      const proof = redeemed.value;
      const person = await settle(proof);
      if (!person.ok) return person;
      const begun = await deps.signInDesk.begin(request, reply, {
        personId: person.value,
        way: 'openid',
        openid: {
          issuer: provider.issuer,
          ...(proof.sessionId === undefined ? {} : { sessionId: proof.sessionId }),
        },
      });
      if (begun.ok) deps.hints.keep(begun.value.csrf, proof.idToken);
      return begun;
    } finally {
      redeeming -= 1;
    }
  }

  /** Who it is, after what had to be written down for it is written. */
  async function settle(proof: OpenidProof): Promise<Result<PersonId>> {
    const look = () =>
      settleOpenidPerson(proof, {
        directory,
        admission: deps.admission,
        assignable: deps.assignableRoles(),
        nowMs: nowMs(),
      });
    const before = look();
    if (!before.ok) return before;
    if (before.value.kind === 'known') return ok(before.value.personId);
    // Looked at again in its turn: the same person may be signing in twice at this moment.
    await deps.record.change<IdentityEvent, OpenidPersonRefusalCode | 'openid-settled'>(() => {
      const now = look();
      if (!now.ok) return now;
      return now.value.kind === 'change'
        ? ok(now.value.event)
        : refuse('openid-settled', 'It is written down already.');
    });
    const after = look();
    if (!after.ok) return after;
    if (after.value.kind === 'change')
      throw new Error('what was written down about an account does not settle whose it is');
    return ok(after.value.personId);
  }

  /** The provider says, without a browser, that somebody is signed out there: what was begun by it is over here, too. */
  async function endByProvider({ account, sessionId }: OpenidLogout): Promise<void> {
    const person =
      account === undefined
        ? undefined
        : directory
            .people()
            .find(({ openid }) => openid?.issuer === account.issuer && openid.subject === account.subject);
    // An account that is nobody's here has nothing to end.
    if (account !== undefined && person === undefined) return;
    await deps.signInDesk.endOfProvider({
      ...(person === undefined ? {} : { personId: person.id }),
      ...(sessionId === undefined ? {} : { openidSession: sessionId }),
    });
  }

  return { finish, endByProvider };
}
