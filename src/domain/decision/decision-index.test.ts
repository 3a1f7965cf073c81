import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPageCursor, writePageCursor } from './decision-index.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('page cursor', () => {
  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['another shape', encode({ timeMs: 1, id: 'x' })],
    ['too few parts', encode([1])],
    ['too many parts', encode([1, 'x', 2])],
    ['a time that is text', encode(['1', 'x'])],
    ['a time that is no whole number', encode([1.5, 'x'])],
    ['a time that no database holds', encode([1e300, 'x'])],
    ['an id that is no text', encode([1, { id: 'x' }])],
  ])('is refused when it holds %s', (_what, after) => {
    const read = readPageCursor(after);
    expect(read.ok ? 'read' : read.refusal.code).toBe('cursor-malformed');
  });

  it('comes back as it was written', () =>
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string(), (timeMs, id) => {
        expect(readPageCursor(writePageCursor({ timeMs, id }))).toEqual({ ok: true, value: { timeMs, id } });
      }),
    ));
});
