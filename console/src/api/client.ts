import { problemOf, Unreachable } from './problem.ts';
import type { Endpoints } from './schema.d.ts';

export type Endpoint = keyof Endpoints;
export type Reply<E extends Endpoint> = Endpoints[E]['reply'];

type Part<E extends Endpoint, K extends 'params' | 'query' | 'body'> = Endpoints[E][K];
type Given<K extends string, T> = [T] extends [undefined]
  ? Readonly<Record<never, never>>
  : K extends 'query'
    ? { readonly [key in K]?: Loose<T> }
    : { readonly [key in K]: T };
/** A query's values may be undefined: they are left out. */
type Loose<T> = { readonly [key in keyof T]?: T[key] | undefined };

/** What a call takes: the parameters in the path, the query, the body; only those that the endpoint has. */
export type Input<E extends Endpoint> = Given<'params', Part<E, 'params'>> &
  Given<'query', Part<E, 'query'>> &
  Given<'body', Part<E, 'body'>>;

/** The header that shows that a change was asked for by our own page, and not by another one that has only the cookie. */
const CSRF_HEADER = 'acgs-csrf';
let csrf: string | undefined;

/** Set by whoever signs in; without it nothing can be changed. */
export function rememberCsrf(token: string | undefined): void {
  csrf = token;
}

/**
 * Calls the API as the person who is signed in.
 * @throws {Problem} what the API answered instead
 * @throws {Unreachable} when there was no answer
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: Input<E>,
  options: { readonly signal?: AbortSignal; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply<E>> {
  const [method = 'GET', template = '/'] = endpoint.split(' ');
  const { params = {}, query = {}, body } = input as Loosest; // what the endpoint has is known above; here it is only sent
  const answered = await send(method, pathOf(template, params) + queryOf(query), { ...options, body });
  // Typed by the same schemas that the server writes its answers with, and from the server that served this page.
  return answered as Reply<E>;
}

/** The same without the types of an endpoint, for the few answers that are described nowhere. */
export async function send(
  method: string,
  path: string,
  options: {
    readonly body?: unknown;
    readonly signal?: AbortSignal;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Promise<unknown> {
  const { body, signal } = options;
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET' && csrf !== undefined) headers[CSRF_HEADER] = csrf;
  const response = await fetch(path, {
    method,
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new Unreachable('no answer', { cause: error });
  });
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return text === '' ? undefined : parsed(text, response);
}

interface Loosest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

function parsed(text: string, response: Response): unknown {
  return response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text;
}

export function pathOf(template: string, params: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(String(params[name])));
}

export function queryOf(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.append(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
