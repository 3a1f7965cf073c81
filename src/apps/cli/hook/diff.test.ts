import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, formatDiff } from '#apps/cli/hook/diff.ts';

describe('diffLines', () => {
  it('property: without the added lines it is the text before, without the removed ones the text after', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '{', '}'), { maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before.join('\n'), after.join('\n'));
        const keep = (kind: string) => lines.filter((line) => line.kind !== kind).map((line) => line.text);
        expect([keep('added'), keep('removed')]).toEqual([before, after]);
      }),
    );
  });
});

describe('formatDiff', () => {
  it('leaves out what is far from a change, and colours where colour is wanted', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const after = before.with(3, 'new').with(15, 'too');
    const lines = diffLines(before.join('\n'), after.join('\n'));
    expect(formatDiff(lines, false)).toBe(
      '  line 1\n  line 2\n- line 3\n+ new\n  line 4\n  line 5\n  …\n  line 13\n  line 14\n- line 15\n+ too\n  line 16\n  line 17\n',
    );
    expect(formatDiff(lines, true)).toContain('\u001b[32m+ new\u001b[0m');
    expect(formatDiff(diffLines('a', 'a'), false)).toBe('');
  });
});
