import Type from 'typebox';
import type { OwnAddress } from '#domain/identity/own-address.ts';
import { type ShownSignIn, SIGN_IN_WAYS } from '#domain/identity/sign-in.ts';
import { type TokenIndex, tokenHash } from '#domain/identity/token.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { LoginDesk } from '#services/identity/login-desk.ts';
import { SignedInReply, SignOutBody } from '#services/identity/schemas.ts';
import type { SignInDesk } from '#services/identity/sign-in-desk.ts';
import { signInWays } from '#services/identity/sign-in-ways.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

export interface SignInRouteDeps {
  readonly signInDesk: SignInDesk;
  readonly address: OwnAddress;
  /** The provider of OpenID Connect, where there is one. */
  readonly openid?: {
    readonly name: string;
    /** Where to go to sign out there, too; undefined where that is not possible. */
    readonly signOutUrl: (signIn: ShownSignIn) => Promise<string | undefined>;
  };
  readonly loginDesk: Pick<LoginDesk, 'end' | 'endAllOf'>;
  readonly tokens: () => TokenIndex;
}

const WaysReply = Type.Object({
  ways: list(Type.Enum(SIGN_IN_WAYS.filter((way) => way !== 'token'))),
  openid: Type.Optional(Type.Object({ name: Type.String() })),
});

const SignedOutReply = Type.Object({ continueAt: Type.String() });

/** Signing in and out of a browser; how somebody proves who they are is each way's own. */
export function registerSignInRoutes(app: EdgeServer, deps: SignInRouteDeps): void {
  const { signInDesk: desk } = deps;

  app.get(
    '/v1/sign-in',
    // Whoever is to sign in has nothing to show yet.
    {
      config: { access: 'open' },
      schema: { summary: 'In which ways people can sign in', response: { 200: WaysReply } },
    },
    async (request, reply) => reply.header('cache-control', 'no-store').send(signInWays(request.host, deps)),
  );

  app.post(
    '/v1/sign-in/token',
    {
      config: { permission: 'self.read' },
      schema: {
        summary: "A sign-in for a person's opaque token, sent as Bearer: how the first user gets into the console",
        response: { 200: SignedInReply },
      },
    },
    async (request, reply) => {
      const tried = desk.mayTry(request);
      if (!tried.ok) return sendProblem(reply, tried.refusal);
      const caller = callerOf(request);
      const sha256 = tokenHash(request.headers.authorization?.slice('Bearer '.length) ?? '');
      const token = deps.tokens().get(sha256);
      if (caller.kind !== 'person' || token?.principal.kind !== 'person') {
        return sendProblem(reply, { code: 'sign-in-token', message: "Send a person's own opaque token (acgs_…)." });
      }
      const begun = await desk.begin(request, reply, {
        personId: caller.id,
        way: 'token',
        token: { sha256, roles: token.principal.roles },
      });
      return begun.ok ? begun.value : sendProblem(reply, begun.refusal);
    },
  );

  app.post(
    '/v1/sign-out',
    {
      config: { permission: 'self.read' },
      schema: {
        summary:
          'End this sign-in; `everywhere`: all sign-ins of this person. Answers where the browser can sign out at the OpenID provider, too',
        body: SignOutBody,
        response: { 200: SignedOutReply, 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      if (caller.kind !== 'person') {
        return sendProblem(reply, { code: 'not-entitled', message: 'Agents do not sign in.' });
      }
      const everywhere = request.body?.everywhere === true;
      // A token is no sign-in: what there is to end then is all of them, where that was asked for.
      if (request.body?.refreshToken !== undefined) await deps.loginDesk.end(caller.id, request.body.refreshToken);
      if (everywhere) {
        await desk.end({ personId: caller.id }, reply);
        await deps.loginDesk.endAllOf(caller.id);
      } else if (request.signIn !== undefined) {
        await desk.end({ personId: caller.id, only: request.signIn.sha256 }, reply);
      }
      const { signIn } = request;
      const continueAt = signIn?.way === 'openid' ? await deps.openid?.signOutUrl(signIn) : undefined;
      return continueAt === undefined ? reply.code(204).send(null) : reply.code(200).send({ continueAt });
    },
  );
}
