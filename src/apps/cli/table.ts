import { columnsOf, type Paint, type Tone, truncate } from '#apps/cli/output.ts';

/** A cell's text carries no colour of its own: widths are counted on it. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

const GAP = '  ';

/**
 * Rows in aligned columns, one line each. Every column is as wide as its widest cell, except the one at `flexible`,
 * which takes what is left of `columns` and is cut there.
 */
export function table(
  rows: readonly (readonly Cell[])[],
  layout: { readonly columns: number; readonly flexible: number; readonly paint: Paint },
): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(...rows.map((row) => columnsOf(row[at]?.text ?? ''))),
  );
  const fixed = widths.reduce((sum, width, at) => (at === layout.flexible ? sum : sum + width + GAP.length), 0);
  const wanted = widths[layout.flexible] ?? 0;
  widths[layout.flexible] = Math.min(wanted, Math.max(FLEXIBLE_COLUMNS_MIN, layout.columns - fixed));
  return rows.map((row) => `${rowText(row, widths, layout.paint)}\n`).join('');
}

/** Below this a cut text says nothing; the line is then longer than the terminal. */
const FLEXIBLE_COLUMNS_MIN = 12;

function rowText(row: readonly Cell[], widths: readonly number[], paint: Paint): string {
  return row
    .map(({ text, tone = 'plain' }, at) => {
      const width = widths[at] ?? 0;
      const cut = truncate(text, width);
      const padding = at === row.length - 1 ? '' : ' '.repeat(width - columnsOf(cut));
      return `${paint(tone, cut)}${padding}`;
    })
    .join(GAP)
    .trimEnd();
}
