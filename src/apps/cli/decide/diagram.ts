import { columnsOf, type Paint, type Tone, visible, wrap } from '#apps/cli/output.ts';
import type { Span } from '#domain/action/effect.ts';

/** Something said about a part of a text. */
export interface Mark {
  /** Where in the text; without one the mark speaks about all of it. */
  readonly span?: Span;
  readonly label: string;
  readonly tone: 'good' | 'asked' | 'bad' | 'quiet';
}

/** The line under a marked part; distinct without colour too. */
const STROKES: Readonly<Record<Mark['tone'], string>> = { good: '─', asked: '┅', bad: '━', quiet: '┄' };
export const SIGNS: Readonly<Record<Mark['tone'], string>> = { good: '✓', asked: '?', bad: '✗', quiet: '·' };

/** Columns before the text. */
const INDENT = 4;
const TAB = '→';

interface Row {
  /** UTF-16 offsets in the whole text, end exclusive. */
  readonly start: number;
  readonly end: number;
}

/**
 * A text with marks drawn under its parts:
 *
 *     rm -rf ~/.ssh && npm test
 *            ━━━━━━  ✗ delete /home/u/.ssh and everything below it
 *                      ────────  ✓ run npm test
 *
 * A mark is drawn under the line in which it begins; a line longer than the terminal is continued on the next.
 */
export function diagram(
  text: string,
  marks: readonly Mark[],
  layout: { readonly columns: number; readonly paint: Paint },
): string {
  const width = Math.max(24, layout.columns - INDENT);
  const rows = rowsOf(text, width);
  const placed = rows.map((): Mark[] => []);
  for (const mark of [...marks].sort(inReadingOrder)) {
    const at = mark.span === undefined ? rows.length - 1 : rowAt(rows, mark.span.start);
    placed[at]?.push(mark);
  }
  return rows
    .map((row, at) => {
      const line = `${' '.repeat(INDENT)}${coloured(text, row, marks, layout.paint)}`.trimEnd();
      return `${line}\n${marksUnder(text, row, placed[at] ?? [], width, layout.paint)}`;
    })
    .join('');
}

/** By where they begin, the wider first; of one part what stops it first. */
function inReadingOrder(a: Mark, b: Mark): number {
  const rank = { bad: 0, asked: 1, quiet: 2, good: 3 };
  return startOf(a) - startOf(b) || (b.span?.end ?? 0) - (a.span?.end ?? 0) || rank[a.tone] - rank[b.tone];
}

/** What speaks about the whole comes last. */
function startOf(mark: Mark): number {
  return mark.span?.start ?? Number.MAX_SAFE_INTEGER;
}

/** The lines of a text, the long ones broken to the width. */
function rowsOf(text: string, width: number): readonly Row[] {
  const rows: Row[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    for (let from = start; ; ) {
      const to = breakAt(text, from, end, width);
      rows.push({ start: from, end: to });
      if (to >= end) break;
      from = to;
    }
    start = end + 1;
  }
  return rows;
}

/** Where a line from `from` must end to fit: after the last blank of its second half, else within a word. */
function breakAt(text: string, from: number, end: number, width: number): number {
  let columns = 0;
  let at = from;
  for (const character of text.slice(from, end)) {
    columns += columnsOf(shown(character));
    if (columns > width) break;
    at += character.length;
  }
  if (at >= end) return end;
  const blank = text.lastIndexOf(' ', at - 1);
  return blank > from + (at - from) / 2 ? blank + 1 : at;
}

function rowAt(rows: readonly Row[], offset: number): number {
  const found = rows.findIndex(({ end }, at) => offset < end || at === rows.length - 1);
  return Math.max(0, found);
}

/** One column for each tab, so that marks stay under what they mark. */
function shown(text: string): string {
  return visible(text.replaceAll('\t', TAB));
}

/** The line itself: each part in the tone of the worst mark on it. */
function coloured(text: string, row: Row, marks: readonly Mark[], paint: Paint): string {
  const spans = marks.flatMap(({ span, tone }) => (span === undefined || tone === 'good' ? [] : [{ ...span, tone }]));
  const edges = [row.start, row.end, ...spans.flatMap(({ start, end }) => [start, end])]
    .filter((edge) => edge >= row.start && edge <= row.end)
    .sort((a, b) => a - b);
  return edges
    .slice(1)
    .map((end, at) => {
      const start = edges[at] ?? end;
      const tones = spans.filter((span) => span.start < end && span.end > start).map(({ tone }) => tone);
      const worst: Tone = tones.includes('bad') ? 'bad' : tones.includes('asked') ? 'asked' : 'strong';
      return paint(worst, shown(text.slice(start, end)));
    })
    .join('');
}

function marksUnder(text: string, row: Row, marks: readonly Mark[], width: number, paint: Paint): string {
  let drawn: { readonly key: string; readonly isBeside: boolean } | undefined;
  return marks
    .map((mark) => {
      const from = Math.max(mark.span?.start ?? row.start, row.start);
      const to = Math.min(mark.span?.end ?? row.start, row.end);
      const left = columnsOf(shown(text.slice(row.start, from)));
      const length = mark.span === undefined ? 0 : Math.max(1, columnsOf(shown(text.slice(from, to))));
      const key = `${from}-${to}`;
      // Several effects of one part share one stroke, drawn for the worst of them, and stand below each other.
      const isRepeated = drawn?.key === key;
      const stroke = (isRepeated ? ' ' : STROKES[mark.tone]).repeat(length);
      const room = width - left - length - (length === 0 ? 0 : GAP.length);
      const isBeside = columnsOf(labelOf(mark)) <= room && (!isRepeated || drawn?.isBeside === true);
      drawn = { key, isBeside };
      return isBeside
        ? markBeside(mark, left, stroke, paint)
        : markBelow(mark, { left, stroke: isRepeated ? '' : stroke, width, paint });
    })
    .join('');
}

const GAP = '  ';

function labelOf(mark: Mark): string {
  return `${SIGNS[mark.tone]} ${visible(mark.label)}`;
}

function markBeside(mark: Mark, left: number, stroke: string, paint: Paint): string {
  const text = stroke === '' ? labelOf(mark) : `${stroke}${GAP}${labelOf(mark)}`;
  return `${' '.repeat(INDENT + left)}${paint(mark.tone, text)}\n`;
}

/** Below this a label is hard to read: it then begins further to the left than what it is about. */
const LABEL_COLUMNS_MIN = 30;

/** In as many lines as it takes. */
function markBelow(
  mark: Mark,
  given: { readonly left: number; readonly stroke: string; readonly width: number; readonly paint: Paint },
): string {
  const { left, stroke, width, paint } = given;
  const line = (at: number, text: string) => `${' '.repeat(INDENT + at)}${paint(mark.tone, text)}\n`;
  const below = Math.max(0, Math.min(left, width - LABEL_COLUMNS_MIN));
  const [sign, indent] = [`${SIGNS[mark.tone]} `, '  '];
  const labelLines = wrap(visible(mark.label), width - below - indent.length).map((text, at) =>
    line(below, `${at === 0 ? sign : indent}${text}`),
  );
  return [stroke === '' ? '' : line(left, stroke), ...labelLines].join('');
}
