import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentsOf } from './segments.ts';

const spans = (length: number) =>
  fc.array(
    fc.record({
      span: fc.record({
        start: fc.integer({ min: -2, max: length + 2 }),
        end: fc.integer({ min: -2, max: length + 2 }),
      }),
    }),
    { maxLength: 12 },
  );

describe('the pieces of a command', () => {
  it('leave out a span that lies outside of it', () => {
    const effects = [
      { span: { start: -1, end: 2 } },
      { span: { start: 1, end: 9 } },
      { span: { start: 1, end: 1 } },
      {},
    ];
    expect(segmentsOf('ls', effects)).toEqual([{ text: 'ls', effects: [] }]);
    expect(segmentsOf('', [{ span: { start: 0, end: 1 } }])).toEqual([]);
  });

  it('name the narrowest effect first', () => {
    const effects = [{ span: { start: 0, end: 9 } }, { span: { start: 3, end: 6 } }];
    expect(segmentsOf('rm -rf a/', effects)).toEqual([
      { text: 'rm ', effects: [0] },
      { text: '-rf', effects: [1, 0] },
      { text: ' a/', effects: [0] },
    ]);
  });

  it('are the whole command again, none of them empty, each effect exactly where it was seen', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }).chain((text) => fc.tuple(fc.constant(text), spans(text.length))),
        ([text, effects]) => {
          const segments = segmentsOf(text, effects);
          expect(segments.map((one) => one.text).join('')).toBe(text);
          expect(segments.every((one) => one.text !== '')).toBe(true);
          for (const [index, { span }] of effects.entries()) {
            const drawn = segments.filter((one) => one.effects.includes(index)).map((one) => one.text);
            const isInside = span.start >= 0 && span.end > span.start && span.end <= text.length;
            expect(drawn.join('')).toBe(isInside ? text.slice(span.start, span.end) : '');
          }
        },
      ),
    ));
});
