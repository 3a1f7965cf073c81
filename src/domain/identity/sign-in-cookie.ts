import type { OwnAddress } from '#domain/identity/own-address.ts';
import { SIGN_IN_MS_MAX } from '#domain/identity/sign-in.ts';

/** Characters of a `Cookie` header that are read: several cookies of others on this host, and ours. */
const HEADER_CHARACTERS_MAX = 8192;
/** 32 bytes in base64url. */
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * `__Host-` (RFC 6265bis, section 4.1.3.2) keeps the cookie from being set by a neighbouring host or over plain HTTP. Browsers take
 * that name with HTTPS only.
 */
export function cookieName({ isHttps }: OwnAddress): string {
  return isHttps ? '__Host-acgs-sign-in' : 'acgs-sign-in';
}

/** A `Set-Cookie` header. Out of reach of scripts; other sites' forms and pictures do not send it along (`Lax`). */
export function setCookie(address: OwnAddress, secret: string): string {
  return cookie(address, secret, SIGN_IN_MS_MAX / 1000);
}

export function clearCookie(address: OwnAddress): string {
  return cookie(address, '', 0);
}

/** The secret in a `Cookie` header. */
export function secretOf(header: string | undefined, address: OwnAddress): string | undefined {
  const secret = onlyCookie(header, cookieName(address));
  return secret !== undefined && SECRET.test(secret) ? secret : undefined;
}

/** What a `Cookie` header says under a name. Undefined also when it is there twice: one of them was not set by us. */
export function onlyCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > HEADER_CHARACTERS_MAX) return undefined;
  const found = header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`));
  return found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
}

function cookie(address: OwnAddress, value: string, seconds: number): string {
  return setCookieHeader(address, { name: cookieName(address), value, seconds });
}

export function setCookieHeader(
  { isHttps }: OwnAddress,
  { name, value, seconds }: { readonly name: string; readonly value: string; readonly seconds: number },
): string {
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;
}
