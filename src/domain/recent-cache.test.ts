import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecentCache } from '#domain/recent-cache.ts';

const step = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), key: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
  fc.record({
    kind: fc.constant('set' as const),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    weight: fc.integer({ min: 0, max: 6 }),
  }),
);

describe('a cache of what was used last', () => {
  it('holds exactly the most recently used entries that fit its bounds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, entriesMax) => {
        const weightMax = 5;
        const cache = createRecentCache<number>({ entriesMax, weightMax });
        // The same by hand, oldest first.
        let held: { key: string; value: number; weight: number }[] = [];
        for (const [at, one] of steps.entries()) {
          const known = held.find(({ key }) => key === one.key);
          held = held.filter(({ key }) => key !== one.key);
          if (one.kind === 'get') {
            expect(cache.get(one.key)).toBe(known?.value);
            if (known !== undefined) held.push(known);
            continue;
          }
          cache.set(one.key, at, one.weight);
          if (one.weight > weightMax) continue;
          held.push({ key: one.key, value: at, weight: one.weight });
          const total = () => held.reduce((sum, { weight }) => sum + weight, 0);
          while (held.length > entriesMax || total() > weightMax) held.shift();
        }
        expect(cache.size).toBe(held.length);
        for (const { key, value } of held) expect(cache.get(key)).toBe(value);
      }),
    );
  });
});
