import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLiteral } from '#domain/policy/engine/encode-literal.ts';

/** What JavaScript makes of a literal. */
const run = (code: string): unknown => new Function(`"use strict"; return (${code});`)();

describe('the encoder of literals', () => {
  it('writes every value so that JavaScript reads exactly it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const value = fc.oneof(
      text,
      fc.maxSafeInteger(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom('\u2028', '"', '\\', '*/', `$\{x}`, '</script>'),
    );
    fc.assert(
      fc.property(value, (given) => {
        expect(run(encodeLiteral(given))).toBe(given);
      }),
      { numRuns: 2000 },
    );
  });

  it('never ends a line, so that a literal can stand in a comment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        expect(encodeLiteral(given)).not.toMatch(/[\n\r\u2028\u2029]/);
      }),
    );
    expect(encodeLiteral('\n\r\u2028\u2029')).toBe('"\\n\\r\\u2028\\u2029"');
  });

  it.each([0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])('refuses the number %s', (given) => {
    expect(() => encodeLiteral(given)).toThrow(RangeError);
  });
});
