import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppealId } from '#domain/amendment/ids.ts';
import { commitmentTo, drawPanel } from '#domain/amendment/lot.ts';
import { addWorkingDays } from '#domain/amendment/working-days.ts';
import type { PersonId } from '#domain/identity/principal.ts';

const APPEAL = 'appeal-1' as AppealId;
const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const pool = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 20 }).map((ids) => ids as PersonId[]);

describe('the lot', () => {
  it('draws as many as are asked for, of the pool, each once, whatever the order of the pool', () => {
    fc.assert(
      fc.property(hex, hex, pool, fc.nat(5), (seed, nonce, people, size) => {
        const panel = drawPanel({ seed, nonce }, APPEAL, people, size);
        expect(new Set(panel).size).toBe(Math.min(size, people.length));
        for (const id of panel) expect(people).toContain(id);
        expect(drawPanel({ seed, nonce }, APPEAL, people.toReversed(), size)).toEqual(panel);
      }),
    );
  });

  it('depends on both halves, and on the appeal', () => {
    const people = Array.from({ length: 40 }, (_, at) => `p${at}` as PersonId);
    const draw = (seed: string, nonce: string, appeal = APPEAL) => drawPanel({ seed, nonce }, appeal, people, 3).join();
    const [a, b] = ['00'.repeat(32), '01'.repeat(32)];
    expect(new Set([draw(a, a), draw(a, b), draw(b, a), draw(a, a, 'appeal-2' as AppealId)]).size).toBe(4);
  });

  it('gives everyone the same chance', () => {
    const people = ['a', 'b', 'c', 'd', 'e', 'f'] as PersonId[];
    const drawn = new Map<string, number>();
    const rounds = 6_000;
    for (let round = 0; round < rounds; round += 1) {
      const lot = { seed: String(round), nonce: '' };
      for (const id of drawPanel(lot, APPEAL, people, 3)) drawn.set(id, (drawn.get(id) ?? 0) + 1);
    }
    // Half of the rounds each; a deviation of 5 standard deviations (38.7) does not come by chance, and the seeds are fixed.
    for (const id of people) expect(Math.abs((drawn.get(id) ?? 0) - rounds / 2)).toBeLessThan(194);
  });

  it('is committed to by a hash that another seed, or another appeal, does not have', () => {
    fc.assert(
      fc.property(hex, hex, (seed, other) => {
        fc.pre(seed !== other);
        expect(commitmentTo(seed, APPEAL)).not.toBe(commitmentTo(other, APPEAL));
        expect(commitmentTo(seed, APPEAL)).not.toBe(commitmentTo(seed, 'appeal-2' as AppealId));
      }),
    );
  });
});

describe('working days', () => {
  it.each([
    ['from a Wednesday', '2026-01-14T12:00:00Z', 5, '2026-01-21T12:00:00Z'],
    ['from a Friday', '2026-01-16T09:30:00Z', 1, '2026-01-19T09:30:00Z'],
    ['from a Saturday, counted from Monday', '2026-01-17T09:30:00Z', 5, '2026-01-26T00:00:00Z'],
    ['from a Sunday night', '2026-01-18T23:59:59Z', 1, '2026-01-20T00:00:00Z'],
  ])('%s', (_name, from, days, until) => {
    expect(new Date(addWorkingDays(Date.parse(from), days)).toISOString()).toBe(until.replace('Z', '.000Z'));
  });
});
