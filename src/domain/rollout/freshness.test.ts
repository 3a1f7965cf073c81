import { describe, expect, it } from 'vitest';
import { ageMs, isStale } from '#domain/rollout/freshness.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 1_700_000_000_000;

describe('how old what a node decides by may be', () => {
  it('is stale when it was never confirmed', () => {
    expect(isStale(undefined, NOW_MS, 96)).toBe(true);
  });

  it('is fresh up to the bound, and stale a millisecond later', () => {
    expect(isStale(NOW_MS - 96 * HOUR_MS, NOW_MS, 96)).toBe(false);
    expect(isStale(NOW_MS - 96 * HOUR_MS - 1, NOW_MS, 96)).toBe(true);
  });

  it('is stale when the clock was put back before the confirmation', () => {
    expect(isStale(NOW_MS + HOUR_MS, NOW_MS, 96)).toBe(true);
  });

  it('takes two clocks a little apart for the same', () => {
    expect(ageMs(NOW_MS + 1_000, NOW_MS)).toBe(0);
  });
});
