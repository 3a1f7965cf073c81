import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrayLiteral,
  columnKey,
  columnText,
  columnTime,
  SUBJECT_CHARS_MAX,
  searchable,
  subjectOf,
} from './columns.ts';

/** Every UTF-16 unit, lone surrogates and U+0000 among them. */
const hostile = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 600 })
  .map((units) => units.map((unit) => String.fromCharCode(unit)).join(''));
const BTREE_BYTES = 600;

describe('columns', () => {
  it('hold only what PostgreSQL takes', () =>
    fc.assert(
      fc.property(hostile, (text) => {
        for (const column of [columnText(text), columnKey(text), searchable(text), subjectOf({ command: text })]) {
          expect(column.isWellFormed()).toBe(true);
          expect(column).not.toContain('\u0000');
        }
        expect(Buffer.byteLength(columnKey(text))).toBeLessThanOrEqual(BTREE_BYTES);
      }),
    ));

  it('tell long identifiers apart by what comes after the part that is kept', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 201, maxLength: 300 }), fc.string({ minLength: 1 }), (text, more) => {
        expect(columnKey(text)).toBe(columnKey(text));
        expect(columnKey(text + more)).not.toBe(columnKey(text));
      }),
    ));

  it('hold a time as a whole number that the wire can carry', () => {
    expect([1.4, -0.4, 1e300, -1e300].map(columnTime)).toEqual([
      1,
      -0,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ]);
  });

  it('search every text of an action, but not where it happened or how it was hashed', () => {
    const subject = subjectOf({
      version: 1,
      kind: 'files',
      cwd: '/home/me',
      workspaceRoots: ['/home/root'],
      accesses: [{ path: 'A.ts', contentSha256: 'ab' }, { path: 'b.ts' }],
      input: { nested: [null, true, 3, { deep: 'Target' }] },
    });
    expect(subject).toBe('a.ts\nab\nb.ts\ntarget');
  });

  it('search no more of an action than a bound', () => {
    const texts = Array.from({ length: 40 }, () => 'x'.repeat(16 * 1024));
    expect(subjectOf({ input: texts }).length).toBeLessThanOrEqual(SUBJECT_CHARS_MAX);
  });

  it('escape what has a meaning in an array', () => {
    expect(arrayLiteral([])).toBe('{}');
    expect(arrayLiteral(['a,b', 'say "x"', '\\', '{}'])).toBe('{"a,b","say \\"x\\"","\\\\","{}"}');
  });
});
