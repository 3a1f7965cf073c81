import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Command } from 'commander';
import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { reasonOf } from '#apps/cli/client.ts';
import { request, SERVER_DEFAULT, type ServerUrl, serverUrl } from '#apps/cli/connection.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import {
  forgetLogin,
  keepLogin,
  LoginTokens,
  loginFolder,
  loginHeaders,
  newLoginKey,
  readLogin,
  withTokens,
} from '#apps/cli/login/kept-login.ts';
import { makeProof } from '#domain/identity/holder.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

const ANSWER_MS_MAX = 10_000;
const CLIENT = { client_id: 'acgs-cli' };
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
/** By how much polling slows down when the server asks for it, in milliseconds (RFC 8628, section 3.5). */
const SLOW_DOWN_MS = 5_000;

const Metadata = Type.Object({ issuer: Type.String() });
const Codes = Type.Object({
  device_code: Type.String(),
  user_code: Type.String(),
  verification_uri: Type.String(),
  verification_uri_complete: Type.String(),
  expires_in: Type.Number(),
  interval: Type.Number(),
});
const Me = Type.Object({ id: Type.String() });
const Refused = Type.Object({
  error: Type.Optional(Type.String()),
  error_description: Type.Optional(Type.String()),
  title: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
});

export interface LoginDeps {
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  /** One line that is not shown while it is typed. */
  readonly readSecret: (prompt: string) => Promise<string>;
}

interface LoginOptions {
  readonly server?: string;
  readonly person?: string;
  readonly password?: true;
  readonly invitation?: string;
}

/** `acgs login`: acts in one's own name from this machine. */
export function createLoginCommand(io: CliIo, deps: LoginDeps): Command {
  return new Command('login')
    .description('act in your own name from this machine, for a week at most')
    .option('--server <url>', `the server (default: ACGS_URL, or ${SERVER_DEFAULT})`)
    .option('--password', 'without a browser: with a password, which is asked for (or a line of standard input)')
    .option('--person <id>', 'with --password: who you are')
    .option('--invitation <code>', 'set your password with the code of "acgs person invite"; it is asked for')
    .addHelpText(
      'after',
      '\nWithout an option: prints a code, which you confirm in a browser where you are signed in.\n' +
        'A key is made here and never leaves this machine; what is kept beside it is worth nothing without it.\n\n' +
        'Examples:\n  acgs login\n  acgs login --password --person ada\n  acgs login --invitation 3f7k-…\n  acgs agent invite laptop --agent codex',
    )
    .action(async (options: LoginOptions) => {
      const server = serverUrl(io, options.server);
      const { issuer } = await call(server, '/.well-known/oauth-authorization-server', Metadata);
      const folder = loginFolder(io, server);
      const signer = await newLoginKey(folder);
      const given = { io, deps, server, issuer, signer };
      const tokens =
        options.password === true || options.invitation !== undefined
          ? await byPassword(given, options)
          : await byBrowser(given);
      // Kept before it is asked who it is: an answer that is lost must not lose the login.
      const nowMs = deps.nowMs();
      await keepLogin(folder, withTokens({ server, issuer, person: options.person ?? '' }, tokens, nowMs));
      const headers = await loginHeaders(folder, { method: 'GET', path: '/v1/me', nowMs: deps.nowMs });
      const { id } = await call(server, '/v1/me', Me, { headers });
      await keepLogin(folder, withTokens({ server, issuer, person: id }, tokens, nowMs));
      io.out(`${id} is logged in at ${server}\n`);
    });
}

/** `acgs logout`: nothing of it is left, here and there. */
export function createLogoutCommand(io: CliIo, deps: Pick<LoginDeps, 'nowMs'>): Command {
  return new Command('logout')
    .description('end the login of this machine')
    .option('--server <url>', `the server (default: ACGS_URL, or ${SERVER_DEFAULT})`)
    .option('--everywhere', 'end every login and every sign-in of yours')
    .addHelpText('after', '\nExamples:\n  acgs logout\n  acgs logout --everywhere')
    .action(async (options: { server?: string; everywhere?: true }) => {
      const server = serverUrl(io, options.server);
      const folder = loginFolder(io, server);
      const login = await readLogin(folder);
      if (login === undefined) {
        io.out(`nobody is logged in at ${server}\n`);
        return;
      }
      try {
        const headers = await loginHeaders(folder, { method: 'POST', path: '/v1/sign-out', nowMs: deps.nowMs });
        // The refresh token may have become another one a moment ago.
        const { refreshToken } = (await readLogin(folder)) ?? login;
        await call(server, '/v1/sign-out', Type.Unknown(), {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ refreshToken, ...(options.everywhere === true ? { everywhere: true } : {}) }),
        });
        io.out(`${login.person} is logged out at ${server}\n`);
      } finally {
        // Without its key what the server still knows is worth nothing, even when it could not be told.
        await forgetLogin(folder);
      }
    });
}

interface Given {
  readonly io: CliIo;
  readonly deps: LoginDeps;
  readonly server: ServerUrl;
  readonly issuer: string;
  readonly signer: Signer;
}

/** RFC 8628, sections 3.3 and 3.4. */
async function byBrowser({ io, deps, server, issuer, signer }: Given): Promise<Static<typeof LoginTokens>> {
  const codes = await call(server, '/oauth/device_authorization', Codes, form({ ...CLIENT, machine: hostname() }));
  io.out(
    `open ${codes.verification_uri_complete}\nand let this machine in, if the code there is\n\n  ${codes.user_code}\n\n`,
  );
  const untilMs = deps.nowMs() + codes.expires_in * 1000;
  for (let intervalMs = codes.interval * 1000; deps.nowMs() < untilMs; ) {
    await deps.pause(intervalMs);
    const posted = form(
      { ...CLIENT, grant_type: DEVICE_GRANT, device_code: codes.device_code },
      proofOf({ deps, issuer, signer }, '/oauth/token'),
    );
    const polled = await reach(server, '/oauth/token', posted).catch(() => undefined);
    // The server is away for a moment: as long as the code is good, it is asked again.
    if (polled === undefined || polled.status >= 500) continue;
    if (polled.ok && Value.Check(LoginTokens, polled.body)) return polled.body;
    const { error, error_description: why } = Value.Check(Refused, polled.body) ? polled.body : {};
    if (error === 'slow_down') intervalMs += SLOW_DOWN_MS;
    else if (error !== 'authorization_pending') throw failure(EXIT.refused, why ?? `status ${polled.status}`);
  }
  throw failure(EXIT.refused, 'nobody has let this machine in: run "acgs login" again');
}

async function byPassword(given: Given, options: LoginOptions): Promise<Static<typeof LoginTokens>> {
  const { server, deps, issuer, signer } = given;
  const { invitation, person } = options;
  if (invitation === undefined && person === undefined) throw failure(EXIT.usage, '--password needs --person <id>');
  const password = await deps.readSecret(invitation === undefined ? 'password: ' : 'new password: ');
  const body = invitation === undefined ? { person, password } : { code: invitation, password };
  return call(server, '/v1/logins', LoginTokens, {
    method: 'POST',
    headers: { dpop: proofOf({ deps, issuer, signer }, '/v1/logins'), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

function proofOf({ deps, issuer, signer }: Pick<Given, 'deps' | 'issuer' | 'signer'>, path: string): string {
  return makeProof(signer, { method: 'POST', url: issuer + path, nowMs: deps.nowMs(), id: randomUUID() });
}

function form(fields: Readonly<Record<string, string>>, dpop?: string): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(dpop === undefined ? {} : { dpop }) },
    body: new URLSearchParams(fields).toString(),
  };
}

async function reach(server: ServerUrl, path: string, init: RequestInit) {
  const response = await request(server, path, { ...init, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { ok: response.ok, status: response.status, body };
}

async function call<T extends TSchema>(
  server: ServerUrl,
  path: string,
  schema: T,
  init: RequestInit = {},
): Promise<Static<T>> {
  const answer = await reach(server, path, init).catch((error: unknown) => {
    throw failure(EXIT.unavailable, `${server} cannot be reached (${reasonOf(error)}); start it with "acgs start"`);
  });
  const { body } = answer;
  if (answer.ok && Value.Check(schema, body)) return body;
  const { title, error_description: why, code } = Value.Check(Refused, body) ? body : {};
  const told = title ?? why ?? `it answered ${answer.status} in a form that is not known here`;
  const exit = answer.status < 500 ? EXIT.refused : EXIT.unavailable;
  throw failure(exit, code === undefined ? told : `${told} [${code}]`);
}
