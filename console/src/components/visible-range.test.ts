import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrollTopShowing, visibleRange } from './visible-range.ts';

const view = fc.record({
  scrollTopPx: fc.integer({ min: -500, max: 4_000_000 }),
  heightPx: fc.integer({ min: 0, max: 3000 }),
  rowHeightPx: fc.integer({ min: 1, max: 120 }),
  rowCount: fc.integer({ min: 0, max: 100_000 }),
});

describe('the rows that are drawn', () => {
  it('are rows that there are, and few however long the list is', () => {
    fc.assert(
      fc.property(view, (one) => {
        const { from, to } = visibleRange(one);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(one.rowCount);
        expect(to - from).toBeLessThanOrEqual(Math.ceil(one.heightPx / one.rowHeightPx) + 24);
      }),
    );
  });

  it('hold every row that is seen, wherever the list was scrolled to', () => {
    fc.assert(
      fc.property(view, (one) => {
        const { from, to } = visibleRange(one);
        const lastTopPx = Math.max(0, one.rowCount * one.rowHeightPx - one.heightPx);
        if (one.scrollTopPx < 0 || one.scrollTopPx > lastTopPx) return;
        const firstSeen = Math.floor(one.scrollTopPx / one.rowHeightPx);
        const lastSeen = Math.min(one.rowCount, Math.ceil((one.scrollTopPx + one.heightPx) / one.rowHeightPx));
        expect(from).toBeLessThanOrEqual(firstSeen);
        expect(to).toBeGreaterThanOrEqual(lastSeen);
      }),
    );
  });

  it('a row that is gone to is seen whole, and one that is seen is not moved', () => {
    fc.assert(
      fc.property(view, fc.nat(99_999), (one, row) => {
        fc.pre(one.rowHeightPx <= one.heightPx && one.scrollTopPx >= 0);
        const top = scrollTopShowing(row, one);
        expect(row * one.rowHeightPx).toBeGreaterThanOrEqual(top);
        expect((row + 1) * one.rowHeightPx).toBeLessThanOrEqual(top + one.heightPx);
        expect(scrollTopShowing(row, { ...one, scrollTopPx: top })).toBe(top);
      }),
    );
  });
});
