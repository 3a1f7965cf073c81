import { failure } from '#apps/cli/failure.ts';
import { type CliIo, EXIT } from '#apps/cli/io.ts';

export const SERVER_DEFAULT = 'http://127.0.0.1:8010';

/** Where a server is, as its user names it: `http://127.0.0.1:8010`, or `unix:/run/acgs.sock`. */
export type ServerUrl = string;

export function serverUrl(io: CliIo, option: string | undefined): ServerUrl {
  const text = option ?? io.env['ACGS_URL'] ?? SERVER_DEFAULT;
  const isHttp = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isHttp && socketOf(text) === undefined) {
    throw failure(
      EXIT.usage,
      `"${text}" is not where a server is; that looks like ${SERVER_DEFAULT} or unix:/run/acgs.sock`,
    );
  }
  return text;
}

/** One request. Rejects as `fetch` does; a token is for this server only, so redirects are errors. */
export async function request(server: ServerUrl, pathAndQuery: string, init: RequestInit): Promise<Response> {
  const socketPath = socketOf(server);
  if (socketPath === undefined) return fetch(new URL(pathAndQuery, server), { ...init, redirect: 'error' });
  // Node's own fetch speaks to sockets only through undici, which is loaded where it is needed: commands start fast.
  const undici = await import('undici');
  const dispatcher = new undici.Agent({ connect: { socketPath } });
  const sent = { ...init, redirect: 'error', dispatcher } as Parameters<typeof undici.fetch>[1]; // the same standard type, declared twice
  const response = await undici.fetch(new URL(pathAndQuery, 'http://localhost'), sent);
  return response as unknown as Response; // likewise
}

function socketOf(text: string): string | undefined {
  return /^unix:(\/.+)$/.exec(text)?.[1];
}
