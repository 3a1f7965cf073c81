import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { AccessTokenVerifier } from '#domain/identity/access-token.ts';
import {
  DEVICE_GRANT_MS_MAX,
  DEVICE_POLL_MS,
  type DeviceGrant,
  type DeviceGrants,
  deviceCodeHash,
  parseUserCode,
} from '#domain/identity/device-grant.ts';
import type { OwnAddress } from '#domain/identity/own-address.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { AttemptToProve } from '#services/identity/attempt.ts';
import { LOGIN_CLIENT_ID, type LoginDesk } from '#services/identity/login-desk.ts';
import { acceptForms, parseForm, sendOauthError } from '#services/identity/oauth-form.ts';
import type { Passwords } from '#services/identity/passwords.ts';
import type { ProveKey } from '#services/identity/routes/agents.ts';
import {
  DeviceAnswerBody,
  DeviceAuthorizationReply,
  DeviceGrantReply,
  LoginBody,
  LoginTokenReply,
  OauthErrorReply,
} from '#services/identity/schemas.ts';
import type { SignInDesk } from '#services/identity/sign-in-desk.ts';
import { sendProblem } from '#services/problem.ts';

export interface LoginRouteDeps {
  readonly issuer: string;
  readonly address: OwnAddress;
  readonly deviceGrants: DeviceGrants;
  readonly loginDesk: LoginDesk;
  readonly signInDesk: SignInDesk;
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokenVerifier;
  readonly attempt: AttemptToProve;
  readonly proveKey: ProveKey;
  readonly newDeviceCode: () => string;
  readonly newUserCode: () => string;
  readonly nowMs: () => number;
}

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
export const LOGIN_GRANTS = [DEVICE_GRANT, 'refresh_token'] as const;

/** Characters of a machine's name for itself. */
const MACHINE_CHARACTERS_MAX = 64;
const CodeParameters = Type.Object({ code: Type.String({ minLength: 1, maxLength: 32 }) });

/** `acgs login`: the device authorization grant (RFC 8628), and the same with a password where there is no browser. */
export function registerLoginRoutes(app: EdgeServer, deps: LoginRouteDeps): void {
  const { issuer, deviceGrants } = deps;

  app.register((scope, _options, ready) => {
    acceptForms(scope);
    scope.post(
      '/oauth/device_authorization',
      {
        // A machine that is to be let in has nothing to show yet.
        config: { access: 'open' },
        schema: {
          summary: 'Codes for a machine to be let in by somebody in a browser (RFC 8628)',
          response: { 200: DeviceAuthorizationReply, '4xx': OauthErrorReply },
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store');
        const form = parseForm(request.body);
        if (!form.ok) return sendOauthError(reply, 400, 'invalid_request', form.refusal);
        if (form.value.get('client_id') !== LOGIN_CLIENT_ID) return sendUnknownClient(reply);
        const nowMs = deps.nowMs();
        const [deviceCode, userCode] = [deps.newDeviceCode(), deps.newUserCode()];
        const added = deviceGrants.add(
          {
            deviceSha256: deviceCodeHash(deviceCode),
            userCode,
            machine: (form.value.get('machine') ?? 'unnamed')
              .replaceAll(/[^\x20-\x7e]/g, '?')
              .slice(0, MACHINE_CHARACTERS_MAX),
            address: request.ip,
            askedMs: nowMs,
            expiresMs: nowMs + DEVICE_GRANT_MS_MAX,
            answer: { kind: 'waiting' },
            intervalMs: DEVICE_POLL_MS,
          },
          nowMs,
        );
        if (!added.ok) return sendOauthError(reply, 429, 'temporarily_unavailable', added.refusal);
        return {
          device_code: deviceCode,
          user_code: userCode,
          verification_uri: `${issuer}/device`,
          verification_uri_complete: `${issuer}/device?code=${userCode}`,
          expires_in: DEVICE_GRANT_MS_MAX / 1000,
          interval: DEVICE_POLL_MS / 1000,
        };
      },
    );
    ready();
  });

  app.get(
    '/v1/device-codes/:code',
    {
      config: { permission: 'self.read' },
      schema: {
        summary: 'Which machine asks to be let in',
        params: CodeParameters,
        response: { 200: DeviceGrantReply },
      },
    },
    async (request, reply) => {
      const grant = await find(request, request.params.code);
      return grant.ok ? toReply(grant.value) : sendProblem(reply, grant.refusal);
    },
  );

  app.post(
    '/v1/device-codes/:code',
    {
      config: { permission: 'self.read' },
      schema: {
        summary: 'Let this machine in as oneself, or not',
        params: CodeParameters,
        body: DeviceAnswerBody,
        response: { 200: DeviceGrantReply },
      },
    },
    async (request, reply) => {
      const { signIn } = request;
      // A token that may be on any machine lets no other machine in.
      if (signIn === undefined || signIn.way === 'token') {
        return sendProblem(reply, {
          code: 'sign-in-missing',
          message: 'Sign in in a browser, in your own name, to let a machine in.',
        });
      }
      const grant = await find(request, request.params.code);
      if (!grant.ok) return sendProblem(reply, grant.refusal);
      const answer =
        request.body.answer === 'approve'
          ? { kind: 'approved' as const, personId: signIn.personId }
          : { kind: 'refused' as const };
      const answered = deviceGrants.answer(grant.value.userCode, answer, deps.nowMs());
      return answered.ok ? toReply(answered.value) : sendProblem(reply, answered.refusal);
    },
  );

  app.post(
    '/v1/logins',
    {
      // By the password, or by an invitation; and by the key that the header DPoP proves.
      config: { access: 'open' },
      schema: {
        summary: 'Log a machine in with a password, where there is no browser',
        body: LoginBody,
        response: { 200: LoginTokenReply },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const tried = deps.signInDesk.mayTry(request);
      if (!tried.ok) return sendProblem(reply, tried.refusal);
      const key = await provenKey(request, deps.proveKey);
      if (!key.ok) return sendProblem(reply, key.refusal);
      const proven = await provenPerson(request.body, request.ip);
      if (!proven.ok) return sendProblem(reply, proven.refusal);
      const begun = await deps.loginDesk.begin({
        personId: proven.value,
        key: key.value,
        method: 'password',
        address: request.ip,
      });
      return begun.ok ? begun.value : sendProblem(reply, begun.refusal);
    },
  );

  async function provenPerson(body: Type.Static<typeof LoginBody>, address: string) {
    if ('person' in body) {
      const proven = await deps.passwords.prove({ ...body, address });
      return proven.ok ? ok(proven.value.id) : proven;
    }
    const accepted = await deps.passwords.accept({ ...body, address });
    if (!accepted.ok) return accepted;
    const { personId } = accepted.value;
    await deps.signInDesk.end({ personId });
    return ok(personId);
  }

  /** Guessing codes is counted as guessing passwords is. */
  function find(request: FastifyRequest, code: string) {
    const caller = callerOf(request);
    return deps.attempt<DeviceGrant, 'device-code-unknown' | 'not-entitled'>(
      { method: 'code', address: request.ip, subject: { kind: caller.kind, id: caller.id } },
      async () => {
        if (caller.kind !== 'person') return refuse('not-entitled', 'People let machines in.');
        const grant = deviceGrants.byUserCode(parseUserCode(code), deps.nowMs());
        return grant === undefined ? refuse('device-code-unknown', 'The code is wrong, or too old.') : ok(grant);
      },
    );
  }
}

/** The two grants of a machine at the token endpoint; the refusals' names are OAuth's own. */
export function createLoginGrants(deps: Pick<LoginRouteDeps, 'deviceGrants' | 'loginDesk' | 'proveKey' | 'nowMs'>) {
  return async function grant(request: FastifyRequest, reply: FastifyReply, form: ReadonlyMap<string, string>) {
    if (form.get('client_id') !== LOGIN_CLIENT_ID) return sendUnknownClient(reply);
    const key = await provenKey(request, deps.proveKey);
    if (!key.ok) return sendOauthError(reply, 400, 'invalid_dpop_proof', key.refusal);
    const address = request.ip;
    if (form.get('grant_type') === 'refresh_token') {
      const refreshed = await deps.loginDesk.refresh({
        refreshToken: form.get('refresh_token') ?? '',
        key: key.value,
        address,
      });
      return refreshed.ok ? refreshed.value : sendOauthError(reply, 400, 'invalid_grant', refreshed.refusal);
    }
    const polled = deps.deviceGrants.poll(form.get('device_code') ?? '', deps.nowMs());
    if (!polled.ok) return sendOauthError(reply, 400, polled.refusal.code, polled.refusal);
    const { personId, putBack } = polled.value;
    const begun = await deps.loginDesk
      .begin({ personId, key: key.value, method: 'device', address })
      .catch((error: unknown) => {
        // The journal cannot be written just now: the machine asks again, and nobody need confirm it anew.
        putBack();
        throw error;
      });
    return begun.ok ? begun.value : sendOauthError(reply, 400, 'invalid_grant', begun.refusal);
  };
}

async function provenKey(
  request: FastifyRequest,
  proveKey: ProveKey,
): Promise<Result<string, 'proof-missing' | 'proof-invalid'>> {
  const proof = request.headers['dpop'];
  if (typeof proof !== 'string') {
    return refuse('proof-missing', "Prove the machine's key: send a proof in the header DPoP.");
  }
  const proven = await proveKey({ proof, method: request.method, path: request.url });
  return proven.ok ? ok(proven.value.thumbprint) : refuse('proof-invalid', proven.refusal.message);
}

function sendUnknownClient(reply: FastifyReply): FastifyReply {
  const refusal = { code: 'client-unknown', message: `The client_id is ${LOGIN_CLIENT_ID}.` };
  return sendOauthError(reply, 401, 'invalid_client', refusal);
}

function toReply({ userCode, machine, address, askedMs, expiresMs, answer }: DeviceGrant) {
  return { code: userCode, machine, address, askedMs, expiresMs, state: answer.kind };
}
