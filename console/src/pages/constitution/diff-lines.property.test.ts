import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from './diff-lines.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'permit (', ');'), { maxLength: 14 })
  .map((lines) => lines.join('\n'));

describe('two texts side by side', () => {
  it('are both still there, whole and in order', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const rows = diffLines(before, after);
        const side = (name: 'left' | 'right') =>
          rows.flatMap((row) => (name in row ? [(row as Record<string, string>)[name]] : [])).join('\n');
        expect([side('left'), side('right')]).toEqual([before, after]);
      }),
    );
  });

  it('share every row where they are the same, and differ nowhere then', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(diffLines(one, one).every(({ kind }) => kind === 'same')).toBe(true);
      }),
    );
  });

  it('call a line changed only where it is', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        for (const row of diffLines(before, after)) {
          if (row.kind === 'changed') expect(row.left).not.toBe(row.right);
        }
      }),
    );
  });

  it('find one line that was put in', () => {
    expect(diffLines('a\nc', 'a\nb\nc').map(({ kind }) => kind)).toEqual(['same', 'added', 'same']);
    expect(diffLines('', 'a')).toEqual([{ kind: 'added', right: 'a' }]);
    expect(diffLines('a', '')).toEqual([{ kind: 'removed', left: 'a' }]);
  });

  it('are put row by row where they are too long to be compared, and still whole', () => {
    const long = Array.from({ length: 2_000 }, (_, at) => `line ${at}`).join('\n');
    const rows = diffLines(long, `new\n${long}`);
    expect(rows).toHaveLength(2_001);
    expect(rows[0]).toEqual({ kind: 'changed', left: 'line 0', right: 'new' });
    expect(rows.at(-1)).toEqual({ kind: 'added', right: 'line 1999' });
  });
});
