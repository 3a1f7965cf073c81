import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLocalPath } from '#domain/identity/local-path.ts';

describe('a place to go on to', () => {
  it.each([
    ['another site', 'https://evil.example/'],
    ['another site without its scheme', '//evil.example'],
    ['three slashes', '///evil.example'],
    ['a backslash, which browsers read as a slash', '/\\evil.example'],
    ['a backslash first', '\\/evil.example'],
    ['slashes behind a full stop', '/.//evil.example'],
    ['slashes further on, for a router that cuts off the front', '/approvals//evil.example'],
    ['a tab, which browsers leave out', '/\t/evil.example'],
    ['a line feed, which would be a header of its own', '/a\r\nset-cookie: a=b'],
    ['a null', '/\0'],
    ['a blank before it', ' //evil.example'],
    ['an encoded slash', '/%2fevil.example'],
    ['an encoded slash in upper case', '/%2F%2Fevil.example'],
    ['an encoded backslash', '/%5cevil.example'],
    ['an encoded tab', '/%09/evil.example'],
    ['an encoded line feed', '/a%0d%0aset-cookie:a=b'],
    ['an encoded full stop', '/%2e%2e/evil'],
    ['full stops', '/a/../../evil'],
    ['a script', 'javascript:alert(1)'],
    ['a name and a password', '@evil.example'],
    ['what is relative', 'approvals'],
    ['nothing', ''],
    ['letters that are no ASCII', '/\uFF0Fevil.example'],
    ['the way in, in a circle', '/v1/sign-in/openid?return=/'],
    ['more than 1024 characters', `/${'a'.repeat(1024)}`],
  ])('is not %s', (_name, text) => {
    expect(parseLocalPath(text)).toMatchObject({ ok: false, refusal: { code: 'return-not-local' } });
  });

  it.each([
    '/',
    '/approvals',
    '/decisions?q=rm%20-rf%2F&page=2',
    '/sessions/01890000-0000-7000-8000-000000000001#effects',
  ])('is %s', (text) => {
    expect(parseLocalPath(text)).toEqual({ ok: true, value: text });
  });

  it('never leads away, whatever it is made of', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '%2f',
      '%5C',
      '%',
      '@',
      ':',
      '?',
      '#',
      'evil.example',
      '\t',
      '\n',
      ' ',
      'https:',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        const parsed = parseLocalPath(text);
        if (!parsed.ok) return;
        for (const reading of [text, decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'))]) {
          const path = reading.split(/[?#]/, 1)[0] ?? '';
          expect(new URL(path, 'https://acgs.example:8010').origin).toBe('https://acgs.example:8010');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
