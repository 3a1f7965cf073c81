import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { request, SERVER_DEFAULT, type ServerUrl, serverUrl } from '#apps/cli/connection.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { loginFolder, loginHeaders, readLogin } from '#apps/cli/login/kept-login.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
import { tokenOfFile } from '#domain/identity/token.ts';
import type { JsonObject } from '#domain/json.ts';

/** For one answer, in milliseconds: a person waits. */
const ANSWER_MS_MAX = 10_000;
/** Of one answer, in bytes: 200 decisions with their effects stay far below. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

export interface ClientOptions {
  readonly server?: string;
  readonly tokenFile?: string;
}

/** The server's API, as the operator's command line uses it. */
export interface ApiClient {
  readonly base: string;
  /**
   * GET. Ends the command with exit code 4 when the server cannot be reached or its answer cannot be read, and 1 when it refuses.
   */
  get<T extends TSchema>(pathAndQuery: string, schema: T): Promise<Static<T>>;
  /** POST of a JSON body; ends as `get` does. `answerMsMax`: for what takes its time. */
  post<T extends TSchema>(path: string, body: JsonObject, schema: T, answerMsMax?: number): Promise<Static<T>>;
}

/** RFC 9457; every member may be absent there. */
const Problem = Type.Object({ title: Type.Optional(Type.String()), code: Type.Optional(Type.String()) });

export function withClientOptions(command: Command): Command {
  return command
    .option('--server <url>', `the server (default: ACGS_URL, or ${SERVER_DEFAULT})`)
    .option(
      '--token-file <path>',
      'a token (default: ACGS_TOKEN, what "acgs login" left, or operator.token in the state folder)',
    );
}

export async function createClient(io: CliIo, options: ClientOptions): Promise<ApiClient> {
  const base = serverUrl(io, options.server);
  const caller = await callerOf(io, options.tokenFile, base);
  async function ask<T extends TSchema>(
    path: string,
    sent: JsonObject | undefined,
    schema: T,
    answerMsMax: number = ANSWER_MS_MAX,
  ): Promise<Static<T>> {
    const headers = await caller.headers(sent === undefined ? 'GET' : 'POST', path);
    const response = await reach(base, path, { headers, sent, answerMsMax });
    const body = await readJson(response, base);
    if (!response.ok) throw refused(response.status, body, caller.kind);
    if (!Value.Check(schema, body)) {
      throw failure(
        EXIT.unavailable,
        `${base} answers in a form that this acgs does not know: are both of one version?`,
      );
    }
    return body;
  }
  return {
    base,
    get: (pathAndQuery, schema) => ask(pathAndQuery, undefined, schema),
    post: (path, body, schema, answerMsMax) => ask(path, body, schema, answerMsMax),
  };
}

/** How this command shows who calls. Without anything the server says what it needs. */
interface CliCaller {
  readonly kind: 'login' | 'token' | 'nobody';
  headers(method: string, path: string): Promise<Readonly<Record<string, string>>>;
}

/** What was named for this command goes first, then whoever is logged in here, then the operator of this state folder. */
export async function callerOf(io: CliIo, tokenFile: string | undefined, base: ServerUrl): Promise<CliCaller> {
  if (tokenFile === undefined && io.env['ACGS_TOKEN'] === undefined) {
    const folder = loginFolder(io, base);
    if ((await readLogin(folder)) !== undefined) {
      return { kind: 'login', headers: (method, path) => loginHeaders(folder, { method, path, nowMs: Date.now }) };
    }
  }
  const token = await readToken(io, tokenFile);
  if (token === undefined) return { kind: 'nobody', headers: async () => ({}) };
  return { kind: 'token', headers: async () => ({ authorization: `Bearer ${token}` }) };
}

/** Undefined when there is none. */
async function readToken(io: CliIo, file: string | undefined): Promise<string | undefined> {
  if (file === undefined && io.env['ACGS_TOKEN'] !== undefined) return io.env['ACGS_TOKEN'].trim();
  const place = file === undefined ? path.join(stateFolder(io), 'operator.token') : path.resolve(io.cwd, file);
  try {
    return tokenOfFile(await readFile(place, 'utf8'));
  } catch (error) {
    if (file === undefined && error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw failure(
      EXIT.unavailable,
      `the token cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function reach(
  base: ServerUrl,
  path: string,
  {
    headers,
    sent,
    answerMsMax,
  }: {
    readonly headers: Readonly<Record<string, string>>;
    readonly sent: JsonObject | undefined;
    readonly answerMsMax: number;
  },
): Promise<Response> {
  try {
    return await request(base, path, {
      headers: {
        accept: 'application/json',
        ...headers,
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(sent === undefined ? {} : { method: 'POST', body: JSON.stringify(sent) }),
      signal: AbortSignal.timeout(answerMsMax),
    });
  } catch (error) {
    throw failure(
      EXIT.unavailable,
      `${base} cannot be reached (${reasonOf(error, answerMsMax)}); start it with "acgs start"`,
    );
  }
}

/** `fetch` hides what happened in its cause. @param answerMsMax for how long was waited */
export function reasonOf(error: unknown, answerMsMax: number = ANSWER_MS_MAX): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${answerMsMax / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return error.message;
}

async function readJson(response: Response, base: string): Promise<unknown> {
  try {
    if (Number(response.headers.get('content-length') ?? 0) > ANSWER_BYTES_MAX) throw new Error('it is too large');
    return await response.json();
  } catch (error) {
    const what = `${base} answered ${response.status}, and the answer cannot be read (${reasonOf(error)})`;
    throw failure(EXIT.unavailable, `${what}: is it an ACGS server?`);
  }
}

const FIXES: Readonly<Record<CliCaller['kind'], string>> = {
  nobody:
    'no token was found: run "acgs login", set ACGS_TOKEN, give --token-file, or run "acgs token issue operator --save" on the server',
  token: 'issue a new one on the server: "acgs token issue operator --save"',
  login: 'run "acgs login" again',
};

function refused(status: number, body: unknown, caller: CliCaller['kind']) {
  const { title = `status ${status}`, code } = Value.Check(Problem, body) ? body : {};
  const name = code === undefined ? '' : ` [${code}]`;
  if (status !== 401) return failure(status >= 500 ? EXIT.unavailable : EXIT.refused, `${title}${name}`);
  return failure(EXIT.refused, `${title}${name}; ${FIXES[caller]}`);
}
