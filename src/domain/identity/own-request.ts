import { isSameSecret } from '#domain/identity/is-same-secret.ts';
import type { OwnAddress } from '#domain/identity/own-address.ts';
import type { RequestMarks } from '#domain/identity/sign-in.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a request that a cookie authenticates was meant by a page of ours. A browser sends the cookie whoever made it ask, so
 * what changes something must carry what only our pages can know (the token) and come from where only they are (the browser's own
 * word for it). Either alone would do in a browser without faults.
 * @param csrf the token of this sign-in
 */
export function isOwnRequest(
  marks: RequestMarks,
  { csrf, address }: { readonly csrf: string; readonly address: OwnAddress },
): Result<undefined, 'csrf-refused'> {
  if (SAFE.includes(marks.method)) return ok(undefined);
  if (marks.origin === undefined && marks.fetchSite === undefined) {
    return refused('The browser does not say which page asks (Origin, Sec-Fetch-Site).');
  }
  const foreign = isNotForeign(marks, address);
  if (!foreign.ok) return foreign;
  return marks.csrf !== undefined && isSameSecret(marks.csrf, csrf)
    ? ok(undefined)
    : refused('Send the token of this sign-in in the header acgs-csrf.');
}

/**
 * Signing in needs no cookie yet, so another site could sign somebody in as somebody else and read what they then do. A browser says
 * where a request comes from; what is no browser says nothing, and is let through.
 */
export function isNotForeign(
  { origin, fetchSite }: Pick<RequestMarks, 'origin' | 'fetchSite'>,
  { origins }: OwnAddress,
): Result<undefined, 'csrf-refused'> {
  if (origin !== undefined && !origins.includes(origin))
    return refused('The request comes from a page of another site.');
  if (fetchSite !== undefined && fetchSite !== 'same-origin') {
    return refused('The request comes from a page of another site.');
  }
  return ok(undefined);
}

function refused(message: string) {
  return refuse('csrf-refused', message);
}
