import { expect, it } from 'vitest';
import { columnsOf, createPaint } from '#apps/cli/output.ts';
import { table } from '#apps/cli/table.ts';

const paint = createPaint(false);

it('aligns columns, and cuts the flexible one to the width', () => {
  const rows = [
    [{ text: 'a' }, { text: 'a very long subject that does not fit' }, { text: 'end' }],
    [{ text: 'long' }, { text: 'short' }, { text: 'x' }],
  ];
  const text = table(rows, { columns: 30, flexible: 1, paint });
  expect(text).toBe('a     a very long subjec…  end\nlong  short                x\n');
  for (const line of text.trimEnd().split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(30);
});

it('is longer than a very narrow terminal rather than say nothing', () => {
  expect(table([[{ text: '123456' }, { text: 'abcdefghijklmno' }]], { columns: 10, flexible: 1, paint })).toBe(
    '123456  abcdefghijk…\n',
  );
});

it('is nothing for no rows', () => {
  expect(table([], { columns: 80, flexible: 0, paint })).toBe('');
});

it('colours a cell without counting the colour', () => {
  const [line = ''] = table([[{ text: 'no', tone: 'bad' }, { text: 'x' }]], {
    columns: 80,
    flexible: 1,
    paint: createPaint(true),
  }).split('\n');
  expect(line).toBe('\u001b[31mno\u001b[39m  x');
});
