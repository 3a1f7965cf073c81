import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGE_ROWS, pageOf, pagesInView } from './pages-in-view.ts';

describe('the pages of the rows in view', () => {
  it('are none of an empty list, and none beyond its end', () => {
    expect(pagesInView({ from: 0, to: 30 }, 0)).toEqual([]);
    expect(pagesInView({ from: 500, to: 530 }, 400)).toEqual([]);
    expect(pagesInView({ from: 95, to: 130 }, 101)).toEqual([0, 1]);
  });

  it('hold every row in view, and are as few as the view is short', () =>
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), fc.integer({ min: 1, max: 60 }), (count, from, height) => {
        const pages = pagesInView({ from, to: from + height }, count);
        for (let row = from; row < Math.min(from + height, count); row += 1) expect(pages).toContain(pageOf(row));
        expect(pages.length).toBeLessThanOrEqual(Math.ceil(height / PAGE_ROWS) + 1);
      }),
    ));
});
