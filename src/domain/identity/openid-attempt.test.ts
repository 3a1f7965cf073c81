import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answersAttempt,
  beginOpenidAttempt,
  OPENID_ATTEMPT_MS_MAX,
  readOpenidAttempt,
} from '#domain/identity/openid-attempt.ts';

const key = Buffer.alloc(32, 7);
const secret = Buffer.alloc(32, 1).toString('base64url');
const begin = (returnTo = '/approvals', given: Uint8Array = key) =>
  beginOpenidAttempt({ secret, beganMs: 1_000, returnTo }, given);
const over = { ok: false, refusal: { code: 'openid-attempt-over' } };

describe('an attempt to sign in at a provider', () => {
  it('is over without its cookie, with one of another process, and after ten minutes', () => {
    const { cookie, attempt } = begin();
    expect(readOpenidAttempt(undefined, { key, nowMs: 1_000 })).toMatchObject(over);
    expect(readOpenidAttempt('', { key, nowMs: 1_000 })).toMatchObject(over);
    expect(readOpenidAttempt(cookie, { key: Buffer.alloc(32, 8), nowMs: 1_000 })).toMatchObject(over);
    expect(readOpenidAttempt(cookie, { key, nowMs: 1_000 + OPENID_ATTEMPT_MS_MAX })).toMatchObject(over);
    expect(readOpenidAttempt(cookie, { key, nowMs: 999 + OPENID_ATTEMPT_MS_MAX })).toEqual({
      ok: true,
      value: attempt,
    });
  });

  it('is none of ours when one character of its cookie is another', () => {
    const { cookie } = begin();
    fc.assert(
      fc.property(fc.nat(cookie.length - 1), fc.constantFrom('A', 'b', '0', '.', '-', ' '), (at, character) => {
        const other = cookie.slice(0, at) + character + cookie.slice(at + 1);
        const read = readOpenidAttempt(other, { key, nowMs: 1_000 });
        // The last character of 32 bytes in base64url has bits to spare, but the MAC is compared as text.
        expect(read.ok).toBe(other === cookie);
      }),
    );
  });

  it('keeps where to go on to, and tells neither its state nor its verifier by its cookie', () => {
    const { cookie, attempt } = begin('/decisions?q=a%20b');
    expect(attempt.returnTo).toBe('/decisions?q=a%20b');
    for (const value of [attempt.state, attempt.nonce, attempt.codeVerifier]) expect(cookie).not.toContain(value);
    expect(new Set([attempt.state, attempt.nonce, attempt.codeVerifier, secret]).size).toBe(4);
    expect(attempt.codeVerifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
    expect(begin('/', randomBytes(32)).attempt.state).not.toBe(begin('/').attempt.state);
  });

  it('is answered by its own state alone, given once', () => {
    const { attempt } = begin();
    expect(answersAttempt(new URLSearchParams({ state: attempt.state }), attempt)).toBe(true);
    for (const wrong of [
      '',
      'state=',
      'state=x',
      `state=${attempt.state}&state=${attempt.state}`,
      `state=${attempt.nonce}`,
    ]) {
      expect(answersAttempt(new URLSearchParams(wrong), attempt)).toBe(false);
    }
  });
});
