import { describe, expect, it } from 'vitest';
import type { AgentId } from '#domain/identity/principal.ts';
import { authenticate, tokenHash, tokenOfFile, tokenText } from '#domain/identity/token.ts';

const token = tokenText(new Uint8Array(32).fill(7));
const principal = { kind: 'agent', id: 'codex' as AgentId, agent: 'codex', teams: [] } as const;
const tokens = new Map([[tokenHash(token), { principal, sha256: tokenHash(token), createdMs: 0, expiresMs: 1000 }]]);

it('is the first line of its file', () => {
  expect(['a', 'a\n', '\na \n1 2\n', ''].map(tokenOfFile)).toEqual(['a', 'a', 'a', '']);
});

describe('authenticate', () => {
  it.each([
    ['no header', undefined, 'token-missing'],
    ['an empty header', '', 'token-missing'],
    ['another scheme', `Basic ${token}`, 'token-missing'],
    ['a lower-case scheme', `bearer ${token}`, 'token-missing'],
    ['two tokens', `Bearer ${token} ${token}`, 'token-missing'],
    ['an oversized token', `Bearer ${'a'.repeat(513)}`, 'token-missing'],
    ['a wrong token', `Bearer ${tokenText(new Uint8Array(32).fill(8))}`, 'token-unknown'],
    ['the hash in place of the token', `Bearer ${tokenHash(token)}`, 'token-unknown'],
  ])('refuses %s', (_name, header, code) => {
    expect(authenticate(header, tokens, 0)).toMatchObject({ ok: false, refusal: { code } });
  });

  it('refuses a token from the millisecond of its expiry on', () => {
    expect(authenticate(`Bearer ${token}`, tokens, 1000)).toMatchObject({ refusal: { code: 'token-expired' } });
    expect(authenticate(`Bearer ${token}`, tokens, 999)).toEqual({ ok: true, value: principal });
  });
});
