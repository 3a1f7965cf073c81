import { describe, expect, it } from 'vitest';
import { ownAddress } from '#domain/identity/own-address.ts';
import { isNotForeign, isOwnRequest } from '#domain/identity/own-request.ts';
import { clearCookie, secretOf, setCookie } from '#domain/identity/sign-in-cookie.ts';

describe('an address', () => {
  it.each([
    ['https://acgs.example', true, 'acgs.example', ['https://acgs.example']],
    ['https://acgs.example:8443/', true, 'acgs.example', ['https://acgs.example:8443']],
    ['https://10.0.0.7', true, undefined, ['https://10.0.0.7']],
    ['https://[fd00::7]', true, undefined, ['https://[fd00::7]']],
    ['http://acgs.example', false, 'acgs.example', ['http://acgs.example']],
    ['http://0.0.0.0:8010', false, undefined, ['http://0.0.0.0:8010']],
    [
      'http://127.0.0.1:8010',
      true,
      'localhost',
      ['http://localhost:8010', 'http://127.0.0.1:8010', 'http://[::1]:8010'],
    ],
    ['http://localhost', true, 'localhost', ['http://localhost', 'http://127.0.0.1', 'http://[::1]']],
  ])('%s: private %s, passkeys of %s', (url, isPrivate, relyingPartyId, origins) => {
    expect(ownAddress(url)).toMatchObject({ isPrivate, relyingPartyId, origins });
  });

  it('says which cookie browsers get: over HTTPS one that no neighbour can set', () => {
    const [https, local] = [ownAddress('https://acgs.example'), ownAddress('http://localhost:8010')];
    const secret = 'A'.repeat(43);
    expect(setCookie(https, secret)).toBe(
      `__Host-acgs-sign-in=${secret}; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure`,
    );
    expect(clearCookie(https)).toBe('__Host-acgs-sign-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure');
    expect(secretOf(`x=1; __Host-acgs-sign-in=${secret}`, https)).toBe(secret);
    // The name without the prefix is one that a neighbour could have set.
    expect(secretOf(`acgs-sign-in=${secret}`, https)).toBeUndefined();
    expect(secretOf(`acgs-sign-in=${secret}`, local)).toBe(secret);
    for (const wrong of ['', `${secret}=`, `"${secret}"`, `${secret.slice(1)}+`]) {
      expect([wrong, secretOf(`acgs-sign-in=${wrong}`, local)]).toEqual([wrong, undefined]);
    }
  });
});

describe('a request with a cookie', () => {
  const address = ownAddress('https://acgs.example');
  const own = { origin: 'https://acgs.example', fetchSite: 'same-origin', csrf: 'right' };
  const isOwn = (marks: object) =>
    isOwnRequest(
      { method: 'POST', cookie: undefined, origin: undefined, fetchSite: undefined, csrf: undefined, ...marks },
      { csrf: 'right', address },
    ).ok;

  it.each([
    ['reads from anywhere', { method: 'GET', origin: 'https://evil.example', fetchSite: 'cross-site' }, true],
    ['is a page of ours with the token', own, true],
    ['says its origin only', { ...own, fetchSite: undefined }, true],
    ['says Sec-Fetch-Site only', { ...own, origin: undefined }, true],
    ['says neither', { csrf: 'right' }, false],
    ['has no token', { ...own, csrf: undefined }, false],
    ['has another token', { ...own, csrf: 'wrong' }, false],
    ['is from a neighbour', { ...own, origin: 'https://x.acgs.example', fetchSite: 'same-site' }, false],
    ['is from another scheme', { ...own, origin: 'http://acgs.example' }, false],
    ['is from an address bar', { ...own, fetchSite: 'none' }, false],
    ['contradicts itself', { ...own, fetchSite: 'cross-site' }, false],
    ['is a DELETE without a token', { ...own, method: 'DELETE', csrf: undefined }, false],
  ])('that %s: %s', (_name, marks, expected) => {
    expect(isOwn(marks)).toBe(expected);
  });

  it('signs in from where no browser is, and from no other site', () => {
    const from = (origin?: string, fetchSite?: string) => isNotForeign({ origin, fetchSite }, address).ok;
    expect([from(), from(own.origin), from('https://evil.example'), from(undefined, 'cross-site')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
