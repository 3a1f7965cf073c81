import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Durations, type HealthReading, quantilesBetween, sampleBetween } from './sample.ts';

const BOUNDS = [0.001, 0.005, 0.01, 0.1, Number.POSITIVE_INFINITY];
const NOTHING: Durations = { bounds: BOUNDS, counts: BOUNDS.map(() => 0) };

function counted(seconds: readonly number[], before: Durations = NOTHING): Durations {
  const counts = BOUNDS.map((bound, at) => (before.counts[at] ?? 0) + seconds.filter((one) => one <= bound).length);
  return { bounds: BOUNDS, counts };
}

function reading(given: Partial<HealthReading>): HealthReading {
  return {
    atMs: 0,
    verdicts: {},
    refusals: {},
    unrecorded: 0,
    stages: { effects: NOTHING, policy: NOTHING, journal: NOTHING, total: NOTHING },
    syncs: NOTHING,
    caches: { effects: { hit: 0, miss: 0 }, evaluation: { hit: 0, miss: 0 } },
    gauges: { inFlight: 0, approvalWaiters: 0, journalQueue: 0, loopDelayMs: 0, heapBytes: 1, rssBytes: 1 },
    ...given,
  };
}

const times = fc.array(fc.double({ min: 0.0001, max: 0.099, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('how it was between two readings', () => {
  it('says nothing of what was not measured', () => {
    expect(quantilesBetween(NOTHING, NOTHING)).toBeUndefined();
    const sample = sampleBetween(reading({}), reading({ atMs: 5_000 }));
    expect(sample.stages).toEqual({});
    expect(sample.cacheHitShare).toEqual({});
    expect(sample).not.toHaveProperty('syncs');
  });

  it('has each quantile within the bounds that hold it, whatever was measured before', () => {
    fc.assert(
      fc.property(times, times, (before, since) => {
        const first = counted(before);
        const quantiles = quantilesBetween(first, counted(since, first));
        const sorted = since.toSorted((a, b) => a - b);
        for (const [share, ms] of [
          [0.5, quantiles?.p50Ms],
          [0.95, quantiles?.p95Ms],
          [0.99, quantiles?.p99Ms],
        ] as const) {
          const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
          const upper = BOUNDS.find((bound) => bound >= exact) ?? 0;
          const lower = BOUNDS.findLast((bound) => bound < exact) ?? 0;
          expect(ms).toBeGreaterThanOrEqual(1000 * lower);
          expect(ms).toBeLessThanOrEqual(1000 * upper * (1 + 1e-9));
        }
        expect(quantiles?.count).toBe(since.length);
      }),
    );
  });

  it('tells what lies past the last bound as that bound, and not as a guess', () => {
    expect(quantilesBetween(NOTHING, counted([30, 40]))?.p50Ms).toBe(100);
  });

  it('tells failures of the service from refusals of callers', () => {
    const refusals = {
      'token-missing': 10,
      'internal-error': 1,
      'journal-unavailable': 2,
      overloaded: 1,
      'ledger-damaged': 1,
    };
    const sample = sampleBetween(
      reading({}),
      reading({ atMs: 5_000, refusals, unrecorded: 5, verdicts: { deny: 15 } }),
    );
    expect([sample.refusedPerSecond, sample.failedPerSecond]).toEqual([2, 2]);
    expect(sample.verdictsPerSecond).toEqual({ deny: 3 });
  });

  it('is never negative, also after a counter began anew', () => {
    const before = reading({ verdicts: { allow: 9 }, refusals: { overloaded: 4 }, unrecorded: 3 });
    const sample = sampleBetween(before, reading({ atMs: 1_000, verdicts: { allow: 2 }, refusals: { overloaded: 0 } }));
    expect([sample.verdictsPerSecond['allow'], sample.failedPerSecond]).toEqual([0, 0]);
  });
});
