import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHALLENGE_MS_MAX,
  CHALLENGE_RANDOM_BYTES,
  type ChallengeUse,
  challengeExpiresMs,
  makeChallenge,
} from '#domain/identity/passkey-challenge.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const uses: fc.Arbitrary<ChallengeUse> = fc.record({
  purpose: fc.constantFrom('sign-in', 'add'),
  browser: fc.string({ maxLength: 64 }),
});
const nowMs = 1_800_000_000_000;

describe('a challenge', () => {
  it('is recognised for its use by its key until it expires, and by nothing else', () => {
    fc.assert(
      fc.property(
        uses,
        uses,
        bytes(CHALLENGE_RANDOM_BYTES),
        bytes(32),
        bytes(32),
        (use, other, random, key, foreign) => {
          fc.pre(use.purpose !== other.purpose || use.browser !== other.browser);
          fc.pre(Buffer.compare(key, foreign) !== 0);
          const challenge = makeChallenge(use, { random, nowMs, key });
          const at = (ms: number) => challengeExpiresMs(challenge, use, { key, nowMs: ms });
          expect(at(nowMs + CHALLENGE_MS_MAX - 1)).toBe(nowMs + CHALLENGE_MS_MAX);
          expect(at(nowMs + CHALLENGE_MS_MAX)).toBeUndefined();
          expect(challengeExpiresMs(challenge, other, { key, nowMs })).toBeUndefined();
          expect(challengeExpiresMs(challenge, use, { key: foreign, nowMs })).toBeUndefined();
        },
      ),
    );
  });

  it('is not recognised with any bit changed, cut, or spelt otherwise', () => {
    const use: ChallengeUse = { purpose: 'sign-in', browser: 'b' };
    const key = new Uint8Array(32);
    const challenge = makeChallenge(use, { random: new Uint8Array(CHALLENGE_RANDOM_BYTES), nowMs, key });
    const isKnown = (text: string) => challengeExpiresMs(text, use, { key, nowMs }) !== undefined;
    expect(isKnown(challenge)).toBe(true);
    const raw = Buffer.from(challenge, 'base64url');
    for (let bit = 0; bit < raw.length * 8; bit += 1) {
      const changed = Buffer.from(raw);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isKnown(changed.toString('base64url'))).toBe(false);
    }
    for (const text of ['', challenge.slice(1), `${challenge}=`, ` ${challenge}`, `${challenge}A`]) {
      expect([text, isKnown(text)]).toEqual([text, false]);
    }
  });
});
