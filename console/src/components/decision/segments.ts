export interface Spanned {
  readonly span?: { readonly start: number; readonly end: number } | undefined;
}

/** A piece of the command, and the effects that were seen in it, the narrowest first. */
export interface Segment {
  readonly text: string;
  /** Indices into the effects. */
  readonly effects: readonly number[];
}

/** Effects that are drawn: a command with more is read as a text, and its effects as a list. */
const DRAWN_MAX = 400;

/**
 * Cuts a command where effects begin and end. The pieces are the whole command again, and no piece is empty; a span that lies
 * outside of it is left out. Spans are UTF-16 offsets, end exclusive, as the text's own.
 */
export function segmentsOf(text: string, effects: readonly Spanned[]): readonly Segment[] {
  const drawn = effects
    .slice(0, DRAWN_MAX)
    .flatMap(({ span }, index) => (span !== undefined && isWithin(span, text) ? [{ ...span, index }] : []));
  const cuts = [...new Set([0, text.length, ...drawn.flatMap(({ start, end }) => [start, end])])].toSorted(
    (a, b) => a - b,
  );
  return cuts.slice(0, -1).flatMap((start, at): readonly Segment[] => {
    const end = cuts[at + 1] ?? text.length;
    if (end <= start) return [];
    const covering = drawn
      .filter((one) => one.start <= start && one.end >= end)
      .toSorted((a, b) => a.end - a.start - (b.end - b.start) || a.index - b.index);
    return [{ text: text.slice(start, end), effects: covering.map(({ index }) => index) }];
  });
}

function isWithin({ start, end }: { readonly start: number; readonly end: number }, text: string): boolean {
  return start >= 0 && end > start && end <= text.length;
}
