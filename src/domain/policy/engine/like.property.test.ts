import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '#domain/policy/engine/like.ts';

/** The plain definition: a text matches if what follows a piece can be matched from somewhere on. */
function matchesPlainly(pattern: readonly string[], text: string): boolean {
  const [head = '', ...rest] = pattern;
  if (!text.startsWith(head)) return false;
  if (rest.length === 0) return text === head;
  for (let from = head.length; from <= text.length; from += 1) if (matchesPlainly(rest, text.slice(from))) return true;
  return false;
}

describe('a compiled pattern', () => {
  it('matches what its definition says', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 3 });
    const pattern = fc.array(piece, { minLength: 1, maxLength: 4 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀'), maxLength: 9 });
    fc.assert(
      fc.property(pattern, text, (pieces, subject) => {
        expect(compilePattern(pieces)(subject)).toBe(matchesPlainly(pieces, subject));
      }),
      { numRuns: 5000 },
    );
  });

  it('takes time in proportion to the text, however it is made', () => {
    const started = performance.now();
    expect(compilePattern(['', ...Array(50).fill('a'), 'b'])('a'.repeat(200_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
