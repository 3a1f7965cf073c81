import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { readBoundedBody } from '#adapters/bounded-body.ts';
import {
  DirectoryStateSchema,
  directoryStateOf,
  PublishedKeysSchema,
  publishedKeysOf,
} from '#adapters/directory-schema.ts';
import { type DirectoryCursor, type DirectoryLink, IdentityUnavailable } from '#domain/identity/directory-news.ts';

/** For an answer beyond the time that it may be held, in milliseconds. */
const ANSWER_TIMEOUT_MS = 5_000;
/** Of an answer's body: 100,000 agents and 10,000 people have less. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

const News = Compile(
  Type.Object({
    kind: Type.Enum(['whole', 'changed']),
    cursor: Type.String({ minLength: 1, maxLength: 64 }),
    issuer: Type.String({ minLength: 1 }),
    keys: PublishedKeysSchema,
    state: DirectoryStateSchema,
  }),
);

/** The identity service over HTTP. `token`: the node's own; read at each call, so that it can be renewed. */
export function createHttpDirectoryLink(given: { readonly url: string; readonly token: () => string }): DirectoryLink {
  return {
    async news(after, holdMs, signal) {
      const query = new URLSearchParams({ holdMs: String(holdMs), ...(after === undefined ? {} : { after }) });
      const text = await ask(`${given.url}/v1/directory?${query}`, holdMs + ANSWER_TIMEOUT_MS, signal);
      const news = parseOrUndefined(text);
      if (!News.Check(news)) throw new IdentityUnavailable('the identity service answers with what is no answer');
      return {
        kind: news.kind,
        cursor: news.cursor as DirectoryCursor, // the service's own, given back as it is
        issuer: news.issuer,
        keys: publishedKeysOf(news.keys),
        state: directoryStateOf(news.state),
      };
    },
  };

  async function ask(url: string, timeoutMs: number, signal: AbortSignal): Promise<string> {
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        headers: { authorization: `Bearer ${given.token()}`, accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.any([timeout, signal]),
      });
      text = (await readBoundedBody(response, ANSWER_BYTES_MAX)).toString('utf8');
    } catch (error) {
      throw new IdentityUnavailable(`the identity service at ${given.url} does not answer`, { cause: error });
    }
    if (response.ok) return text;
    throw new IdentityUnavailable(`the identity service answers ${response.status}: ${text.slice(0, 300)}`);
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
