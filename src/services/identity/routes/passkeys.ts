import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Directory } from '#domain/identity/directory.ts';
import type { OwnAddress } from '#domain/identity/own-address.ts';
import { passkeyCookieOf, setPasskeyCookie } from '#domain/identity/passkey-challenge.ts';
import type { ShownSignIn } from '#domain/identity/sign-in.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { CredentialBook } from '#services/identity/credential-book.ts';
import type { LoginDesk } from '#services/identity/login-desk.ts';
import type { Passkeys } from '#services/identity/passkeys.ts';
import { PasskeyBody, PasskeyReply, PasskeyUseBody, SignedInReply } from '#services/identity/schemas.ts';
import type { SignInDesk } from '#services/identity/sign-in-desk.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

export interface PasskeyRouteDeps {
  readonly passkeys: Passkeys;
  readonly signInDesk: SignInDesk;
  readonly loginDesk: Pick<LoginDesk, 'endAllOf'>;
  readonly directory: Directory;
  readonly credentials: CredentialBook;
  readonly address: OwnAddress;
  /** What binds a challenge to a browser: `CHALLENGE_RANDOM_BYTES` random bytes. */
  readonly newChallengeBytes: () => Uint8Array;
  readonly nowMs: () => number;
}

/** After signing in, in milliseconds, somebody may change what they sign in with; later they sign in again first. */
const FRESH_MS = 15 * 60_000;

/** As WebAuthn defines it; the browser parses it, `PublicKeyCredential.parse…FromJSON`. */
const OptionsReply = Type.Object({ challenge: Type.String() }, { additionalProperties: true });

/** Passkeys: signing in with one, and one's own. */
export function registerPasskeyRoutes(app: EdgeServer, deps: PasskeyRouteDeps): void {
  const { passkeys, signInDesk: desk, address } = deps;

  app.post(
    '/v1/sign-in/passkey/options',
    {
      // Whoever is to sign in has nothing to show yet.
      config: { access: 'open' },
      schema: { summary: 'What the browser needs to use a passkey', response: { 200: OptionsReply } },
    },
    async (request, reply) => {
      const tried = desk.mayTry(request);
      if (!tried.ok) return sendProblem(reply, tried.refusal);
      const browser = Buffer.from(deps.newChallengeBytes()).toString('base64url');
      const options = passkeys.useOptions(browser);
      if (!options.ok) return sendProblem(reply, options.refusal);
      reply.header('set-cookie', setPasskeyCookie(address, browser)).header('cache-control', 'no-store');
      return options.value;
    },
  );

  app.post(
    '/v1/sign-in/passkey',
    {
      // By the passkey.
      config: { access: 'open' },
      schema: { summary: 'Sign in with a passkey', body: PasskeyUseBody, response: { 200: SignedInReply } },
    },
    async (request, reply) => {
      const tried = desk.mayTry(request);
      if (!tried.ok) return sendProblem(reply, tried.refusal);
      const proven = await passkeys.prove({
        browser: passkeyCookieOf(request.headers.cookie, address),
        answer: request.body.response,
        address: request.ip,
      });
      if (!proven.ok) return sendProblem(reply, proven.refusal);
      const begun = await desk.begin(request, reply, { personId: proven.value, way: 'passkey' });
      return begun.ok ? begun.value : sendProblem(reply, begun.refusal);
    },
  );

  app.get(
    '/v1/me/passkeys',
    {
      config: { permission: 'self.read' },
      schema: { summary: "The caller's passkeys", response: { 200: Type.Object({ passkeys: list(PasskeyReply) }) } },
    },
    async (request) => {
      const caller = callerOf(request);
      const own = caller.kind === 'person' ? deps.credentials.of(caller.id).passkeys : [];
      return {
        passkeys: own.map(({ id, name, addedMs, usedMs }) => ({
          id,
          name,
          addedMs,
          ...(usedMs === undefined ? {} : { usedMs }),
        })),
      };
    },
  );

  app.post(
    '/v1/me/passkeys/options',
    {
      config: { permission: 'self.read' },
      schema: { summary: 'What the browser needs to make a passkey', response: { 200: OptionsReply } },
    },
    async (request, reply) => {
      const fresh = freshSignIn(request);
      if (!fresh.ok) return sendProblem(reply, fresh.refusal);
      const person = deps.directory.person(fresh.value.personId);
      if (person === undefined) return sendProblem(reply, unknownPerson.refusal);
      const options = passkeys.addOptions(person, fresh.value.sha256);
      if (!options.ok) return sendProblem(reply, options.refusal);
      return reply.header('cache-control', 'no-store').send(options.value);
    },
  );

  app.post(
    '/v1/me/passkeys',
    {
      config: { permission: 'self.read' },
      schema: { summary: 'Add a passkey', body: PasskeyBody, response: { 201: PasskeyReply } },
    },
    async (request, reply) => {
      const fresh = freshSignIn(request);
      if (!fresh.ok) return sendProblem(reply, fresh.refusal);
      const { personId, sha256: browser } = fresh.value;
      if (deps.directory.person(personId) === undefined) return sendProblem(reply, unknownPerson.refusal);
      const { name, response: answer } = request.body;
      const added = await passkeys.add({ personId, browser, name, answer });
      if (!added.ok) request.log.info({ code: added.refusal.code, why: added.refusal.detail }, 'a passkey is refused');
      return added.ok ? reply.code(201).send(added.value) : sendProblem(reply, added.refusal);
    },
  );

  app.delete(
    '/v1/me/passkeys/:id',
    {
      config: { permission: 'self.read' },
      schema: {
        summary: 'Remove a passkey; every other sign-in of this person is over',
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 2048 }) }),
        response: { 200: SignedInReply },
      },
    },
    async (request, reply) => {
      const fresh = freshSignIn(request);
      if (!fresh.ok) return sendProblem(reply, fresh.refusal);
      const removed = await passkeys.remove(fresh.value.personId, request.params.id);
      if (!removed.ok) return sendProblem(reply, removed.refusal);
      // It may have been lost: whoever signed in with it is out.
      await deps.loginDesk.endAllOf(fresh.value.personId);
      return desk.renew(reply, fresh.value);
    },
  );

  /** Whoever finds a browser open must not stay in it for good. */
  function freshSignIn({ signIn }: FastifyRequest): Result<ShownSignIn, 'sign-in-missing' | 'sign-in-stale'> {
    if (signIn === undefined || signIn.way === 'token') {
      return refuse(
        'sign-in-missing',
        'Sign in with an invitation or a password first: a token does not change how its owner signs in.',
      );
    }
    return deps.nowMs() - signIn.beganMs <= FRESH_MS
      ? ok(signIn)
      : refuse('sign-in-stale', 'You signed in some time ago: sign in again, then change what you sign in with.');
  }
}

const unknownPerson = refuse('person-unknown', 'There is no such person.');
