import { OPENID_ATTEMPT_MS_MAX } from '#domain/identity/openid-attempt.ts';
import type { OwnAddress } from '#domain/identity/own-address.ts';
import { onlyCookie, setCookieHeader } from '#domain/identity/sign-in-cookie.ts';

/**
 * The cookie of an attempt. `Lax` and not `Strict`: it has to come along when the provider sends the browser back. One attempt in a
 * browser at a time; the next one takes its place.
 */
function nameOf({ isHttps }: OwnAddress): string {
  return isHttps ? '__Host-acgs-openid' : 'acgs-openid';
}

export function setOpenidCookie(address: OwnAddress, value: string): string {
  return setCookieHeader(address, { name: nameOf(address), value, seconds: OPENID_ATTEMPT_MS_MAX / 1000 });
}

export function clearOpenidCookie(address: OwnAddress): string {
  return setCookieHeader(address, { name: nameOf(address), value: '', seconds: 0 });
}

export function openidCookieOf(header: string | undefined, address: OwnAddress): string | undefined {
  return onlyCookie(header, nameOf(address));
}
