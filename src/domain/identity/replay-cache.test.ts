import { describe, expect, it } from 'vitest';
import { createReplayCache } from '#domain/identity/replay-cache.ts';

describe('the replay cache', () => {
  it('takes an id once while it is good, and again when the first use has expired', () => {
    const cache = createReplayCache(10);
    expect(cache.claim('a', 100, 0)).toBe(true);
    expect(cache.claim('a', 200, 99)).toBe(false);
    expect(cache.claim('b', 200, 99)).toBe(true);
    expect(cache.claim('a', 200, 100)).toBe(true);
  });

  it('refuses what it could not remember, and never forgets a good one to make room', () => {
    const cache = createReplayCache(2);
    expect([cache.claim('a', 100, 0), cache.claim('b', 50, 0)]).toEqual([true, true]);
    expect(cache.claim('c', 100, 0)).toBe(false);
    expect(cache.claim('c', 100, 50)).toBe(true);
    expect(cache.claim('a', 100, 50)).toBe(false);
  });
});
