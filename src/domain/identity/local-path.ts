import { ok, type Result, refuse } from '#domain/result.ts';

/** Characters of a path with its query: addresses of the console are short, and it has to fit into a cookie. */
const CHARACTERS_MAX = 1024;
/** What RFC 3986, section 3.3 and 3.4, lets stand in paths and queries. No backslash, no control character, no blank. */
const ALLOWED = /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*$/;
/** What becomes a slash, a backslash, a full stop or a control character once somebody decodes it. */
const ENCODED_TRICKS = /%(?:[01][0-9a-f]|7f|2e|2f|5c)/i;
/** Any base will do: what counts is that nothing leads away from it. */
const BASE = 'https://here.invalid';

/**
 * A place on this server to go on to after signing in, as a link may name it: `/approvals?id=7`. Anything that a browser or a router
 * could read as another site is refused, not mended: an open redirect makes our address the bait of somebody else's page.
 */
export function parseLocalPath(text: string): Result<string, 'return-not-local'> {
  if (text.length > CHARACTERS_MAX || !ALLOWED.test(text)) return notLocal();
  const path = text.split(/[?#]/, 1)[0] ?? '';
  if (path.includes('//') || ENCODED_TRICKS.test(path)) return notLocal();
  // Its only reading: a parser that would normalise it, or find another host in it, might not be alone in that.
  if (!URL.canParse(text, BASE) || new URL(text, BASE).href !== BASE + text) return notLocal();
  // Back to where people sign in would go round in circles.
  if (path.startsWith('/v1/sign-in')) return notLocal();
  return ok(text);
}

function notLocal() {
  return refuse('return-not-local', '"return" is a path on this server, like /approvals.');
}
