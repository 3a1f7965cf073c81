import type { PersonId } from '#domain/identity/principal.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { Passwords } from '#services/identity/passwords.ts';
import { refOf } from '#services/identity/routes/people.ts';
import {
  IdParameters,
  InvitationBody,
  PasswordBody,
  PasswordChangeBody,
  PersonInvitedReply,
  SignedInReply,
} from '#services/identity/schemas.ts';
import type { SignInDesk } from '#services/identity/sign-in-desk.ts';
import { sendProblem } from '#services/problem.ts';

export interface PasswordRouteDeps {
  readonly passwords: Passwords;
  readonly signInDesk: SignInDesk;
}

/** Signing in with a password, and how somebody gets one. */
export function registerPasswordRoutes(app: EdgeServer, { passwords, signInDesk: desk }: PasswordRouteDeps): void {
  app.post(
    '/v1/people/:id/invitation',
    {
      config: { permission: 'people.manage' },
      schema: {
        summary: 'A one-time code with which this person sets a password, the first one or a new one; seen once',
        params: IdParameters,
        response: { 201: PersonInvitedReply },
      },
    },
    async (request, reply) => {
      const personId = request.params.id as PersonId; // looked up, not trusted
      const invited = await passwords.invite(personId, refOf(callerOf(request)));
      if (!invited.ok) return sendProblem(reply, invited.refusal);
      return reply.code(201).header('cache-control', 'no-store').send(invited.value);
    },
  );

  app.post(
    '/v1/sign-in/invitation',
    {
      // By the code.
      config: { access: 'open' },
      schema: {
        summary: 'Set a password with an invitation, and sign in',
        body: InvitationBody,
        response: { 200: SignedInReply },
      },
    },
    async (request, reply) => {
      const tried = desk.mayTry(request);
      if (!tried.ok) return sendProblem(reply, tried.refusal);
      const accepted = await passwords.accept({ ...request.body, address: request.ip });
      if (!accepted.ok) return sendProblem(reply, accepted.refusal);
      const { personId } = accepted.value;
      // Whoever knew the password that there was before is out.
      await desk.end({ personId });
      const begun = await desk.begin(request, reply, { personId, way: 'password' });
      return begun.ok ? begun.value : sendProblem(reply, begun.refusal);
    },
  );

  app.post(
    '/v1/sign-in/password',
    {
      // By the password.
      config: { access: 'open' },
      schema: { summary: 'Sign in with a password', body: PasswordBody, response: { 200: SignedInReply } },
    },
    async (request, reply) => {
      const tried = desk.mayTry(request);
      if (!tried.ok) return sendProblem(reply, tried.refusal);
      const proven = await passwords.prove({ ...request.body, address: request.ip });
      if (!proven.ok) return sendProblem(reply, proven.refusal);
      const begun = await desk.begin(request, reply, { personId: proven.value.id, way: 'password' });
      return begun.ok ? begun.value : sendProblem(reply, begun.refusal);
    },
  );

  app.post(
    '/v1/me/password',
    {
      config: { permission: 'self.read' },
      schema: {
        summary: 'Change the password; every other sign-in of this person is over',
        body: PasswordChangeBody,
        response: { 200: SignedInReply },
      },
    },
    async (request, reply) => {
      const { signIn } = request;
      if (signIn === undefined) {
        return sendProblem(reply, {
          code: 'sign-in-missing',
          message: 'Sign in first: a token does not change how its owner signs in.',
        });
      }
      const { personId } = signIn;
      const changed = await passwords.change({ personId, ...request.body, address: request.ip });
      return changed.ok ? desk.renew(reply, signIn) : sendProblem(reply, changed.refusal);
    },
  );
}
