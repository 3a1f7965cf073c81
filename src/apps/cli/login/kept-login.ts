import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { type Lock, lockDirectory } from '#adapters/directory-lock.ts';
import { writeDurably } from '#adapters/durable-file.ts';
import { createKeyFile, readKeyFile } from '#adapters/key-file/key-file.ts';
import { request, type ServerUrl } from '#apps/cli/connection.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { makeProof } from '#domain/identity/holder.ts';
import { sha256Hex } from '#domain/json.ts';
import type { Signer } from '#domain/signature/ed25519.ts';

/** Before an access token expires, in milliseconds, the next one is fetched: what it is fetched for takes its time, too. */
const EARLY_MS = 30_000;
/** How often it is looked whether another command of this person's has finished refreshing, in milliseconds, and for how long. */
const LOCK_RETRY_MS = 50;
const LOCK_MS_MAX = 20_000;
const ANSWER_MS_MAX = 10_000;

/** What `acgs login` left here, beside its key. */
const KeptLogin = Type.Object({
  server: Type.String(),
  issuer: Type.String(),
  person: Type.String(),
  accessToken: Type.String(),
  /** Unix milliseconds, of the access token. */
  expiresMs: Type.Number(),
  refreshToken: Type.String(),
});
export type KeptLogin = Static<typeof KeptLogin>;

export const LoginTokens = Type.Object({
  access_token: Type.String(),
  expires_in: Type.Number(),
  refresh_token: Type.String(),
});

/** Where the login at a server is kept: in `ACGS_HOME`, or in the user's own configuration, whatever the working directory is. */
export function loginFolder(io: CliIo, server: ServerUrl): string {
  const home = io.env['ACGS_HOME'];
  const config = io.env['XDG_CONFIG_HOME'] ?? join(io.env['HOME'] ?? homedir(), '.config');
  const folder = home === undefined ? join(config, 'acgs') : resolve(io.cwd, home);
  return join(folder, 'logins', sha256Hex(server).slice(0, 16));
}

/** A new key for a new login; an earlier one here is over. It stays in the folder (mode 0600). */
export async function newLoginKey(folder: string): Promise<Signer> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return createKeyFile(join(folder, 'key.pem'));
}

export async function keepLogin(folder: string, login: KeptLogin): Promise<void> {
  await writeDurably(join(folder, 'login.json'), `${JSON.stringify(login, null, 2)}\n`);
}

/** Undefined where nobody is logged in at this server. */
export async function readLogin(folder: string): Promise<KeptLogin | undefined> {
  const kept: unknown = await readFile(join(folder, 'login.json'), 'utf8').then(JSON.parse, (error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw broken(folder);
  });
  if (kept === undefined) return undefined;
  if (!Value.Check(KeptLogin, kept)) throw broken(folder);
  return kept;
}

export async function forgetLogin(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/**
 * The headers that show who calls, for one request (RFC 9449, section 7): the access token, a fresh one where it is due, and a proof.
 * Of several commands at once one refreshes: a refresh token is good once, and its second use would end the login.
 */
export async function loginHeaders(
  folder: string,
  given: { readonly method: string; readonly path: string; readonly nowMs: () => number },
): Promise<Readonly<Record<string, string>>> {
  const signer = await keyIn(folder);
  const login = await freshLogin(folder, signer, given.nowMs);
  const path = given.path.split('?', 1)[0] ?? '';
  const url = login.issuer + path;
  const { accessToken } = login;
  const proof = makeProof(signer, { method: given.method, url, accessToken, nowMs: given.nowMs(), id: randomUUID() });
  return { authorization: `DPoP ${accessToken}`, dpop: proof };
}

async function freshLogin(folder: string, signer: Signer, nowMs: () => number): Promise<KeptLogin> {
  const isFresh = (login: KeptLogin) => nowMs() < login.expiresMs - EARLY_MS;
  const login = await readLogin(folder);
  if (login !== undefined && isFresh(login)) return login;
  const lock = await takeLock(folder);
  try {
    // Another command may have done it while this one waited.
    const now = await readLogin(folder);
    if (now === undefined) throw failure(EXIT.refused, 'the login is over: run "acgs login"');
    return isFresh(now) ? now : await refresh(folder, now, signer, nowMs());
  } finally {
    lock.release();
  }
}

async function refresh(folder: string, login: KeptLogin, signer: Signer, nowMs: number): Promise<KeptLogin> {
  const proof = makeProof(signer, { method: 'POST', url: `${login.issuer}/oauth/token`, nowMs, id: randomUUID() });
  const form = { grant_type: 'refresh_token', client_id: 'acgs-cli', refresh_token: login.refreshToken };
  let response: Response;
  let body: unknown;
  try {
    response = await request(login.server, '/oauth/token', {
      method: 'POST',
      headers: { dpop: proof, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    body = await response.json();
  } catch {
    throw failure(EXIT.unavailable, `${login.server} cannot be reached`);
  }
  if (!response.ok || !Value.Check(LoginTokens, body)) {
    const told = Value.Check(OauthError, body)
      ? `${body.error_description} [${body.code}]`
      : `status ${response.status}`;
    throw failure(response.status >= 500 ? EXIT.unavailable : EXIT.refused, told);
  }
  const next = withTokens(login, body, nowMs);
  await keepLogin(folder, next);
  return next;
}

const OauthError = Type.Object({ error_description: Type.String(), code: Type.String() });

export function withTokens(
  login: Pick<KeptLogin, 'server' | 'issuer' | 'person'>,
  tokens: Static<typeof LoginTokens>,
  nowMs: number,
): KeptLogin {
  return {
    ...{ server: login.server, issuer: login.issuer, person: login.person },
    accessToken: tokens.access_token,
    expiresMs: nowMs + tokens.expires_in * 1000,
    refreshToken: tokens.refresh_token,
  };
}

async function keyIn(folder: string): Promise<Signer> {
  const key = await readKeyFile(join(folder, 'key.pem'));
  if (key.ok) return key.value;
  throw failure(EXIT.usage, `${key.refusal.message} Run "acgs login" again.`);
}

async function takeLock(folder: string): Promise<Lock> {
  for (let waitedMs = 0; ; waitedMs += LOCK_RETRY_MS) {
    const lock = await lockDirectory(folder);
    if (lock.ok) return lock.value;
    if (waitedMs >= LOCK_MS_MAX) throw failure(EXIT.unavailable, lock.refusal.message);
    await wait(LOCK_RETRY_MS);
  }
}

function broken(folder: string) {
  return failure(EXIT.usage, `${join(folder, 'login.json')} is not a login of this acgs: run "acgs login" again`);
}
