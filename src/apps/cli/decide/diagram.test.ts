import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagram, type Mark } from '#apps/cli/decide/diagram.ts';
import { columnsOf, createPaint } from '#apps/cli/output.ts';

const draw = (text: string, marks: readonly Mark[], columns = 80) =>
  diagram(text, marks, { columns, paint: createPaint(false) });

describe('diagram', () => {
  it('draws each mark under its part, beside the stroke where there is room', () => {
    expect(
      draw('rm -rf ~/.ssh && npm test', [
        { span: { start: 17, end: 25 }, label: 'run npm test', tone: 'good' },
        { span: { start: 7, end: 13 }, label: 'delete /home/u/.ssh', tone: 'bad' },
      ]),
    ).toBe(
      [
        '    rm -rf ~/.ssh && npm test',
        '           ━━━━━━  ✗ delete /home/u/.ssh',
        '                     ────────  ✓ run npm test',
        '',
      ].join('\n'),
    );
  });

  it('wraps a label that does not fit, under its stroke', () => {
    const label = 'delete /home/u/project and everything below it';
    expect(draw('rm -rf ~/project', [{ span: { start: 7, end: 16 }, label, tone: 'bad' }], 50)).toBe(
      [
        '    rm -rf ~/project',
        '           ━━━━━━━━━',
        '           ✗ delete /home/u/project and everything',
        '             below it',
        '',
      ].join('\n'),
    );
  });

  it('draws one stroke for several marks of one part, for the worst of them', () => {
    const span = { start: 0, end: 4 };
    expect(
      draw('sudo', [
        { span, label: 'run sudo', tone: 'good' },
        { span, label: 'gain rights', tone: 'asked' },
      ]),
    ).toBe(['    sudo', '    ┅┅┅┅  ? gain rights', '          ✓ run sudo', ''].join('\n'));
  });

  it('marks under the line in which a part begins, and a whole action at the end', () => {
    expect(
      draw('a\nrm b', [
        { label: 'all of it', tone: 'quiet' },
        { span: { start: 2, end: 6 }, label: 'run rm b', tone: 'good' },
      ]),
    ).toBe(['    a', '    rm b', '    ────  ✓ run rm b', '    · all of it', ''].join('\n'));
  });

  it('keeps strokes under their part behind tabs, wide and control characters', () => {
    expect(draw('漢\t\u001bx', [{ span: { start: 3, end: 4 }, label: 'x', tone: 'bad' }])).toBe(
      ['    漢→␛x', '        ━  ✗ x', ''].join('\n'),
    );
  });

  it('colours the marked part', () => {
    const mark: Mark = { span: { start: 3, end: 4 }, label: 'gone', tone: 'bad' };
    const text = diagram('rm x', [mark], { columns: 80, paint: createPaint(true) });
    expect(text).toContain('\u001b[31mx\u001b[39m');
    expect(text).toContain('\u001b[1mrm \u001b[22m');
  });

  it('never lets a control character through, never exceeds the width, and shows all of the text', () => {
    const mark = fc.record({
      start: fc.nat(60),
      length: fc.nat(60),
      label: fc.string({ unit: 'binary', maxLength: 60 }),
      tone: fc.constantFrom('good', 'asked', 'bad', 'quiet'),
    });
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        fc.array(mark, { maxLength: 6 }),
        fc.integer({ min: 40, max: 120 }),
        (text, drawn, columns) => {
          const marks = drawn.map(({ start, length, label, tone }) => ({
            span: { start, end: start + length },
            label,
            tone,
          }));
          const lines = draw(text, marks, columns).split('\n');
          for (const line of lines) {
            expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
            expect(columnsOf(line)).toBeLessThanOrEqual(columns);
          }
          expect(draw(text, [], columns).replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        },
      ),
    );
  });
});
