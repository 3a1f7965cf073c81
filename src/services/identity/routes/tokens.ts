import { type AccessTokenVerifier, principalOf } from '#domain/identity/access-token.ts';
import type { Directory } from '#domain/identity/directory.ts';
import type { TokenKeys } from '#domain/identity/token-keys.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { AttemptToProve } from '#services/identity/attempt.ts';
import type { IssueToken } from '#services/identity/issue-token.ts';
import { acceptForms, parseForm, sendOauthError } from '#services/identity/oauth-form.ts';
import { createProvenClient, type ProvenClientDeps } from '#services/identity/proven-client.ts';
import type { IdentityRecord } from '#services/identity/record.ts';
import { createLoginGrants, LOGIN_GRANTS, type LoginRouteDeps } from '#services/identity/routes/logins.ts';
import { refOf } from '#services/identity/routes/people.ts';
import { OauthErrorReply, RotateBody, TokenReply } from '#services/identity/schemas.ts';
import { sendProblem } from '#services/problem.ts';

export interface TokenRouteDeps extends ProvenClientDeps, Pick<LoginRouteDeps, 'deviceGrants' | 'loginDesk'> {
  readonly issuer: string;
  readonly keys: TokenKeys;
  readonly directory: Directory;
  readonly record: IdentityRecord;
  readonly attempt: AttemptToProve;
  readonly accessTokens: AccessTokenVerifier;
  readonly issueToken: IssueToken;
  readonly nowMs: () => number;
}

const GRANTS = ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'];
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** OAuth 2 for agents: tokens for keys (RFC 6749 with RFC 7523, 8693 and 9449), the keys that sign them, revocation (RFC 7009). */
export function registerTokenRoutes(app: EdgeServer, deps: TokenRouteDeps): void {
  const { issuer, keys } = deps;
  const provenClient = createProvenClient(deps);
  const grantLogin = createLoginGrants(deps);

  app.get(
    '/.well-known/jwks.json',
    // Public keys are for everyone.
    { config: { access: 'open' }, schema: { summary: 'The keys that sign access tokens' } },
    async (_request, reply) => reply.header('cache-control', 'max-age=60').send({ keys: keys.published() }),
  );

  app.get(
    '/.well-known/oauth-authorization-server',
    { config: { access: 'open' }, schema: { summary: 'Authorization server metadata (RFC 8414)' } },
    async () => ({
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      revocation_endpoint: `${issuer}/oauth/revoke`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      device_authorization_endpoint: `${issuer}/oauth/device_authorization`,
      grant_types_supported: [...GRANTS, ...LOGIN_GRANTS],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: [
        'private_key_jwt',
        'none',
        ...(deps.certificates === undefined ? [] : ['tls_client_auth']),
      ],
      tls_client_certificate_bound_access_tokens: deps.certificates !== undefined,
      token_endpoint_auth_signing_alg_values_supported: ['EdDSA'],
      dpop_signing_alg_values_supported: ['EdDSA', 'ES256'],
    }),
  );

  app.post(
    '/v1/signing-keys',
    {
      config: { permission: 'signing-keys.rotate' },
      schema: {
        summary: 'Sign with a new key; `forget`: what the earlier ones signed is refused at once',
        body: RotateBody,
      },
    },
    async (request, reply) => {
      const { kid, sinceMs } = await keys.rotate({ forget: request.body.forget ?? false });
      const by = refOf(callerOf(request));
      await deps.record.note({ kind: 'signing-key-rotated', timeMs: deps.nowMs(), by, keyId: kid });
      return reply.code(201).send({ kid, signsFromMs: sinceMs });
    },
  );

  app.register((scope, _options, ready) => {
    acceptForms(scope);

    scope.post(
      '/oauth/token',
      // By the assertion in the form; a person's machine by its code or its refresh token, and by its key.
      {
        config: { access: 'open' },
        schema: {
          summary: "An access token for an agent, or for a person's machine",
          response: { 200: TokenReply, '4xx': OauthErrorReply },
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store');
        const asked = parseTokenRequest(request.body);
        if (!asked.ok) return sendOauthError(reply, 400, asked.refusal.code, asked.refusal);
        const { form, subjectToken } = asked.value;
        if (isOfLogin(form)) return grantLogin(request, reply, form);
        const method = form.has('client_assertion') ? 'assertion' : 'certificate';
        const client = await deps.attempt({ method, address: request.ip }, () => provenClient(request, form));
        if (!client.ok) return sendOauthError(reply, 401, 'invalid_client', client.refusal);
        const issued = await deps.issueToken({
          ...client.value,
          ...(subjectToken === undefined ? {} : { subjectToken }),
        });
        if (!issued.ok) return sendOauthError(reply, 400, 'invalid_grant', issued.refusal);
        const { text, token } = issued.value;
        return {
          access_token: text,
          // Bound to a certificate, it is sent as Bearer (RFC 8705, section 3).
          token_type: token.boundTo?.kind === 'key' ? ('DPoP' as const) : ('Bearer' as const),
          expires_in: Math.floor((token.expiresMs - deps.nowMs()) / 1000),
          ...(subjectToken === undefined ? {} : { issued_token_type: ACCESS_TOKEN_TYPE }),
        };
      },
    );

    scope.post(
      '/oauth/revoke',
      { config: { permission: 'tokens.revoke' }, schema: { summary: 'Revoke an access token (RFC 7009)' } },
      async (request, reply) => {
        const form = parseForm(request.body);
        const text = form.ok ? form.value.get('token') : undefined;
        if (text === undefined)
          return sendProblem(reply, { code: 'body-invalid', message: 'Send a form with "token".' });
        // Whoever revokes need not hold what the token is bound to: it may be lost.
        const verified = await deps.accessTokens.read(text);
        // RFC 7009, section 2.2: what is not good any more is as good as revoked.
        if (!verified.ok) return reply.code(200).send({});
        const caller = callerOf(request);
        const holder = principalOf(verified.value, deps.directory);
        if (caller.kind === 'agent' && holder.ok && holder.value.id !== caller.id) {
          return sendProblem(reply, { code: 'not-entitled', message: 'An agent revokes its own tokens only.' });
        }
        const { id, expiresMs } = verified.value;
        await deps.record.change(() =>
          ok({ kind: 'token-revoked' as const, timeMs: deps.nowMs(), by: refOf(caller), tokenId: id, expiresMs }),
        );
        return reply.code(200).send({});
      },
    );
    ready();
  });
}

interface ParsedTokenRequest {
  readonly form: ReadonlyMap<string, string>;
  /** With a token exchange only. */
  readonly subjectToken: string | undefined;
}

/** The refusal's code is OAuth's own. */
function parseTokenRequest(body: unknown): Result<ParsedTokenRequest, 'invalid_request' | 'unsupported_grant_type'> {
  const parsed = parseForm(body);
  if (!parsed.ok) return refuse('invalid_request', parsed.refusal.message);
  const form = parsed.value;
  const grant = form.get('grant_type') ?? '';
  if (!GRANTS.includes(grant) && !isOfLogin(form)) {
    return refuse('unsupported_grant_type', `Use ${[...GRANTS, ...LOGIN_GRANTS].join(' or ')}.`);
  }
  if (grant === 'client_credentials' || isOfLogin(form)) return ok({ form, subjectToken: undefined });
  const subjectToken = form.get('subject_token');
  if (subjectToken === undefined || form.get('subject_token_type') !== ACCESS_TOKEN_TYPE) {
    return refuse('invalid_request', `A subject_token of the type ${ACCESS_TOKEN_TYPE} is needed.`);
  }
  return ok({ form, subjectToken });
}

function isOfLogin(form: ReadonlyMap<string, string>): boolean {
  return LOGIN_GRANTS.some((grant) => grant === form.get('grant_type'));
}
