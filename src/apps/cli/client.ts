import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { request, SERVER_DEFAULT, type ServerUrl, serverUrl } from '#apps/cli/connection.ts';
import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { stateFolder } from '#apps/cli/state-folder.ts';
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
    .option('--token-file <path>', "the operator's token (default: ACGS_TOKEN, or operator.token in the state folder)");
}

export async function createClient(io: CliIo, options: ClientOptions): Promise<ApiClient> {
  const base = serverUrl(io, options.server);
  const token = await readToken(io, options.tokenFile);
  async function ask<T extends TSchema>(
    path: string,
    sent: JsonObject | undefined,
    schema: T,
    answerMsMax: number = ANSWER_MS_MAX,
  ): Promise<Static<T>> {
    const response = await reach(base, path, { token, sent, answerMsMax });
    const body = await readJson(response, base);
    if (!response.ok) throw refused(response.status, body, token);
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

/** Undefined when there is none: the server then says what it needs. */
export async function readToken(io: CliIo, file: string | undefined): Promise<string | undefined> {
  if (file === undefined && io.env['ACGS_TOKEN'] !== undefined) return io.env['ACGS_TOKEN'].trim();
  const place = file === undefined ? path.join(stateFolder(io), 'operator.token') : path.resolve(io.cwd, file);
  try {
    return (await readFile(place, 'utf8')).trim();
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
    token,
    sent,
    answerMsMax,
  }: { readonly token: string | undefined; readonly sent: JsonObject | undefined; readonly answerMsMax: number },
): Promise<Response> {
  try {
    return await request(base, path, {
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(sent === undefined ? {} : { method: 'POST', body: JSON.stringify(sent) }),
      signal: AbortSignal.timeout(answerMsMax),
    });
  } catch (error) {
    throw failure(EXIT.unavailable, `${base} cannot be reached (${reasonOf(error)}); start it with "acgs start"`);
  }
}

/** `fetch` hides what happened in its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER_MS_MAX / 1000} s`;
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

function refused(status: number, body: unknown, token: string | undefined) {
  const { title = `status ${status}`, code } = Value.Check(Problem, body) ? body : {};
  const name = code === undefined ? '' : ` [${code}]`;
  if (status !== 401) return failure(status >= 500 ? EXIT.unavailable : EXIT.refused, `${title}${name}`);
  const fix =
    token === undefined
      ? 'no token was found: set ACGS_TOKEN, give --token-file, or run "acgs token issue operator --save" on the server'
      : 'issue a new one on the server: "acgs token issue operator --save"';
  return failure(EXIT.refused, `${title}${name}; ${fix}`);
}
