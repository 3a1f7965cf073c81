import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { parseLocalPath } from '#domain/identity/local-path.ts';
import { beginOpenidAttempt } from '#domain/identity/openid-attempt.ts';
import { setOpenidCookie } from '#domain/identity/openid-cookie.ts';
import { OpenidUnavailable } from '#domain/identity/openid-provider.ts';
import type { Refusal } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';
import { acceptForms, parseForm } from '#services/identity/oauth-form.ts';
import { createOpenidSignIn, type OpenidSignInDeps } from '#services/identity/openid-sign-in.ts';
import { insecure } from '#services/identity/sign-in-desk.ts';
import { refusalOfError, sendProblem } from '#services/problem.ts';

export interface OpenidRouteDeps extends OpenidSignInDeps {
  /** How browsers reach this installation, without a slash at its end. */
  readonly publicUrl: string;
  /** `OPENID_SECRET_BYTES` random bytes, base64url. */
  readonly newSecret: () => string;
}

export const OPENID_CALLBACK = '/v1/sign-in/openid/callback';
/** Characters of what the provider sends back: a code, a state and an issuer. */
const ANSWER_CHARACTERS_MAX = 8_192;

const BeginQuery = Type.Object({ return: Type.Optional(Type.String({ maxLength: 4_096 })) });

/** Signing in at an OpenID provider (authorization code with PKCE), and being signed out by it. */
export function registerOpenidRoutes(app: EdgeServer, deps: OpenidRouteDeps): void {
  const { provider, address, publicUrl } = deps;
  const signIn = createOpenidSignIn(deps);

  app.get(
    '/v1/sign-in/openid',
    // Whoever is to sign in has nothing to show yet.
    {
      config: { access: 'open' },
      schema: { summary: 'To the OpenID provider; `return`: where to go on to afterwards', querystring: BeginQuery },
    },
    async (request, reply) => {
      const asked = request.query.return ?? '/';
      const returnTo = parseLocalPath(asked);
      if (!returnTo.ok) return refuseBrowser(request, reply, returnTo.refusal);
      if (!address.isPrivate) return refuseBrowser(request, reply, insecure().refusal);
      // This machine has three names, and the provider sends the browser back to one of them: the cookie has to be of that one.
      const here = `${new URL(publicUrl).protocol}//${request.host}`;
      if (here !== new URL(publicUrl).origin && address.origins.includes(here)) {
        const query = new URLSearchParams({ return: returnTo.value });
        return reply.redirect(`${publicUrl}/v1/sign-in/openid?${query}`);
      }
      const { attempt, cookie } = beginOpenidAttempt(
        { secret: deps.newSecret(), beganMs: deps.nowMs(), returnTo: returnTo.value },
        deps.attemptKey,
      );
      try {
        const url = await provider.authorizationUrl(attempt);
        return reply
          .header('set-cookie', setOpenidCookie(address, cookie))
          .header('cache-control', 'no-store')
          .redirect(url);
      } catch (error) {
        return outage(request, reply, error);
      }
    },
  );

  app.get(
    OPENID_CALLBACK,
    // By what the provider has sent along, and by the cookie of the attempt.
    { config: { access: 'open' }, schema: { summary: 'Back from the OpenID provider: a sign-in begins' } },
    async (request, reply) => {
      // The address of this page has the code in it, which is nobody else's.
      reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
      const query = request.url.slice(request.url.indexOf('?') + 1);
      if (query.length > ANSWER_CHARACTERS_MAX) {
        return refuseBrowser(request, reply, { code: 'openid-answer-invalid', message: 'The answer is too long.' });
      }
      try {
        const finished = await signIn.finish(request, reply, new URLSearchParams(query));
        if (finished.ok) return reply.redirect(finished.value);
        const { code, detail } = finished.refusal;
        request.log.warn({ code, detail }, 'somebody was not signed in by the OpenID provider');
        return refuseBrowser(request, reply, finished.refusal);
      } catch (error) {
        return outage(request, reply, error);
      }
    },
  );

  app.register((scope, _options, ready) => {
    acceptForms(scope);
    scope.post(
      '/v1/sign-in/openid/back-channel-logout',
      // By the token in the form, which the provider has signed.
      {
        config: { access: 'open' },
        schema: { summary: 'The OpenID provider has signed somebody out (Back-Channel Logout 1.0)' },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store');
        const form = parseForm(request.body);
        const token = form.ok ? form.value.get('logout_token') : undefined;
        if (token === undefined) {
          return sendProblem(reply, { code: 'body-invalid', message: 'Send a form with one "logout_token".' });
        }
        const verified = await provider.verifyLogout(token);
        if (!verified.ok) {
          request.log.warn({ code: verified.refusal.code, detail: verified.refusal.detail }, verified.refusal.message);
          return sendProblem(reply, verified.refusal);
        }
        await signIn.endByProvider(verified.value);
        return reply.code(200).send();
      },
    );
    ready();
  });
}

/** People go on with a page, which says what the code means; programs get the problem. */
function refuseBrowser(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (request.headers.accept?.includes('text/html') !== true) return sendProblem(reply, refusal);
  return reply.redirect(`/?sign-in-refused=${encodeURIComponent(refusal.code)}`);
}

/** Only an outage is shown to people as one; anything else is a bug, and stays one. */
function outage(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof OpenidUnavailable)) throw error;
  const refusal = refusalOfError(error);
  request.log.warn({ code: refusal.code, cause: error.message }, refusal.message);
  return refuseBrowser(request, reply, refusal);
}
