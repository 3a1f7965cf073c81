import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activeAgents, LINES_MAX, type Line, lineOfEvent, mergeLines, ratesOf } from './feed.ts';

const line = fc.record({
  id: fc.integer({ min: 0, max: 400 }).map((n) => String(n).padStart(4, '0')),
  timeMs: fc.integer({ min: 0, max: 60_000 }),
  principalId: fc.constantFrom('a', 'b', 'c'),
  agent: fc.constant('codex'),
  subject: fc.constant('ls'),
  verdict: fc.constantFrom('allow', 'deny', 'ask', 'modify', 'defer'),
  policy: fc.constant(undefined),
}) satisfies fc.Arbitrary<Line>;
const lines = fc.uniqueArray(line, { selector: ({ id }) => id, maxLength: 120 });

describe('what happens now', () => {
  it('takes an event that is no decision for none', () => {
    expect(lineOfEvent({ name: 'outcome', data: {} })).toBeUndefined();
    expect(lineOfEvent({ name: 'reset', data: {} })).toBeUndefined();
  });

  it('shows each decision once and the newest first, in whatever pieces and order they come', () => {
    fc.assert(
      fc.property(lines, fc.nat(120), fc.boolean(), (all, cut, isTurned) => {
        const [one, two] = [all.slice(0, cut), all.slice(Math.max(0, cut - 10))];
        const merged = isTurned ? mergeLines(mergeLines([], two), one) : mergeLines(mergeLines([], one), two);
        expect(merged).toEqual(mergeLines([], all));
        expect(new Set(merged.map(({ id }) => id)).size).toBe(merged.length);
        const times = merged.map(({ timeMs }) => timeMs);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }),
    );
  });

  it('forgets the oldest beyond its bound', () => {
    const many = Array.from({ length: LINES_MAX + 5 }, (_, n) => ({ ...fc.sample(line, 1)[0], id: `${n}`, timeMs: n }));
    const kept = mergeLines([], many as Line[]);
    expect(kept).toHaveLength(LINES_MAX);
    expect(kept.at(-1)?.timeMs).toBe(5);
  });

  it('counts every decision of the time that is known in one span, and nothing of the time before', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 60_000 }), (all, knownSinceMs) => {
        const { times, allowed, held } = ratesOf(all, { nowMs: 60_000, buckets: 61, bucketMs: 1_000, knownSinceMs });
        expect(allowed).toHaveLength(times.length);
        const fromMs = Math.ceil(knownSinceMs / 1_000) * 1_000;
        const counted = [...allowed, ...held].reduce((sum, n) => sum + n, 0);
        expect(counted).toBe(all.filter(({ timeMs }) => timeMs >= fromMs).length);
        expect(times.every((time, at) => at === 0 || time - (times[at - 1] ?? 0) === 1)).toBe(true);
      }),
    );
  });

  it('lists who has asked, with everything that they asked in that time', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 60_000 }), (all, sinceMs) => {
        const active = activeAgents(all, sinceMs);
        const recent = all.filter(({ timeMs }) => timeMs >= sinceMs);
        expect(active.reduce((sum, { decisions }) => sum + decisions, 0)).toBe(recent.length);
        expect(new Set(active.map(({ principalId }) => principalId))).toEqual(
          new Set(recent.map(({ principalId }) => principalId)),
        );
      }),
    );
  });
});
