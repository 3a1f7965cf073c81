import type { CustomFetchOptions } from 'openid-client';
import { readBoundedBody } from '#adapters/bounded-body.ts';
import { LOOPBACK } from '#domain/identity/own-address.ts';

/** Of one answer: a key set, metadata, or a token response with many groups in it. */
const ANSWER_BYTES_MAX = 256 * 1024;

/** HTTPS; or this machine itself, for trying things out: nobody between can read along or answer in the provider's place. */
export function isPrivateUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
}

/**
 * What speaks to the provider: only over what `isPrivateUrl` allows, whatever address its metadata names; without following
 * redirects, which could lead elsewhere; and never more than so many bytes, however long it goes on. The signal that the library
 * gives along bounds the time of all of it.
 */
export async function boundedFetch(url: string, options: CustomFetchOptions): Promise<Response> {
  if (!isPrivateUrl(new URL(url))) throw new Error(`the provider names ${new URL(url).origin}, which is not HTTPS`);
  const { body, method, headers, signal } = options;
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  const bytes = await readBoundedBody(response, ANSWER_BYTES_MAX);
  const { status } = response;
  // A body of a status that has none is a TypeError.
  const isEmpty = status === 204 || status === 205 || status === 304;
  return new Response(isEmpty ? null : bytes, { status, headers: response.headers });
}
