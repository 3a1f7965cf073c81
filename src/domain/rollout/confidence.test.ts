import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excessAtLeast, lowerBound, upperBound } from '#domain/rollout/confidence.ts';

const samples = fc
  .tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }))
  .map(([count, others]) => ({ count, of: count + others }));
const alphas = fc.double({ min: 1e-6, max: 0.2, noNaN: true });

describe('bounds that hold at every look', () => {
  it('says nothing before anything was seen', () => {
    expect(lowerBound({ count: 0, of: 0 }, 0.01)).toBe(0);
    expect(upperBound({ count: 0, of: 0 }, 0.01)).toBe(1);
    expect(excessAtLeast({ count: 0, of: 0 }, { count: 0, of: 0 }, 0.01)).toBe(-1);
  });

  it('solves the mixture of its definition', () => {
    const logMixture = (count: number, of: number, theta: number) => {
      // B(k + ½, n − k + ½) / B(½, ½) is the product of (2i − 1)/2 over both counts, by n!.
      let log = 0;
      for (let i = 1; i <= count; i += 1) log += Math.log(i - 0.5);
      for (let i = 1; i <= of - count; i += 1) log += Math.log(i - 0.5);
      for (let i = 1; i <= of; i += 1) log -= Math.log(i);
      return log - count * Math.log(theta) - (of - count) * Math.log(1 - theta);
    };
    for (const [count, of] of [
      [1, 10],
      [7, 20],
      [50, 1_000],
      [999, 1_000],
    ] as const) {
      const low = lowerBound({ count, of }, 0.01);
      expect(logMixture(count, of, low)).toBeCloseTo(Math.log(100), 5);
      expect(low).toBeLessThan(count / of);
    }
  });

  it('has the observed share between its bounds, which narrow with α and swap with the counts', () => {
    fc.assert(
      fc.property(samples, alphas, (sample, alpha) => {
        const observed = sample.of === 0 ? 0.5 : sample.count / sample.of;
        const low = lowerBound(sample, alpha);
        const high = upperBound(sample, alpha);
        expect(low).toBeLessThanOrEqual(observed);
        expect(high).toBeGreaterThanOrEqual(observed);
        expect(low).toBeLessThanOrEqual(lowerBound(sample, alpha * 2) + 1e-9);
        expect(lowerBound({ count: sample.of - sample.count, of: sample.of }, alpha)).toBeCloseTo(1 - high, 12);
      }),
    );
  });
});
