import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECRET_SEARCH_LENGTH_MAX, secretKinds } from '#domain/action/secrets.ts';

/** Made up here, by shape. They are put together at run time, so that no scanner takes this file for a leak. */
const SECRETS: readonly (readonly [kind: string, text: string])[] = [
  ['private-key', ['-----BEGIN OPENSSH', 'PRIVATE KEY-----'].join(' ')],
  ['private-key', ['-----BEGIN', 'PRIVATE KEY-----'].join(' ')],
  ['aws-access-key', `AKIA${'B2'.repeat(8)}`],
  ['github-token', `ghp_${'a1'.repeat(18)}`],
  ['github-token', `github_pat_${'a'.repeat(70)}`],
  ['gitlab-token', `glpat-${'a'.repeat(20)}`],
  ['slack-token', `xoxb-${'1'.repeat(20)}`],
  ['stripe-key', `sk_live_${'a'.repeat(24)}`],
  ['google-api-key', `AIza${'a'.repeat(35)}`],
  ['anthropic-key', `sk-ant-${'a'.repeat(40)}`],
  ['openai-key', `sk-proj-${'a'.repeat(48)}`],
  ['npm-token', `npm_${'a'.repeat(36)}`],
  ['json-web-token', `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(30)}`],
  ['url-password', 'postgres://admin:hunter2hunter2@db.example.com/x'],
];

describe('secrets by shape', () => {
  it.each(SECRETS)('%s is found amid other text', (kind, text) => {
    expect(secretKinds(`before "${text}" after`)).toContain(kind);
  });

  it.each([
    '-----BEGIN PUBLIC KEY-----',
    'AKIA is a prefix of keys',
    'sk-learn and ghp_short are names',
    'https://user:password@host/x',
    'https://host:8080/path@x',
    'postgres://$USER:$PASSWORD@host/db',
    `commit ${'0123456789abcdef'.repeat(3)}`,
    '',
  ])('%s is none', (text) => {
    expect(secretKinds(text)).toEqual([]);
  });

  it('says nothing of the secret itself, and is quick on any text', () => {
    const start = performance.now();
    for (const piece of ['a', 'eyJ', 'sk-', '://a:', 'ghp_', '-----BEGIN ', 'A '.repeat(5)]) {
      expect(secretKinds(piece.repeat(SECRET_SEARCH_LENGTH_MAX / piece.length))).not.toContain(piece);
    }
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('does not throw', () => {
    fc.assert(fc.property(fc.string(), (text) => secretKinds(text).length >= 0));
  });
});
