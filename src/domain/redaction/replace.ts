import type { Span } from '#domain/action/effect.ts';
import type { SecretSpan } from '#domain/action/secret-spans.ts';
import { markerText } from './marker.ts';

/** The values that were found, each once, in the order in which they got their numbers. */
export interface Found {
  numberOf(value: string, kind: string): { readonly number: number; readonly kind: string };
  readonly all: readonly { readonly kind: string; readonly value: string }[];
}

export function createFound(): Found {
  const all: { kind: string; value: string }[] = [];
  const numbers = new Map<string, number>();
  return {
    all,
    numberOf(value, kind) {
      // A value of JSON and a text with the same characters are told apart.
      const key = `${kind === 'json-value' ? 'json' : 'text'} ${value}`;
      const known = numbers.get(key);
      if (known !== undefined) return { number: known, kind: all[known - 1]?.kind ?? kind };
      all.push({ kind, value });
      numbers.set(key, all.length);
      return { number: all.length, kind };
    },
  };
}

/** A text with markers in it, and where in the old text each stands. */
export interface Replaced {
  readonly text: string;
  /** In order. Offsets of the old text, and the marker's of the new one. */
  readonly edits: readonly { readonly from: Span; readonly to: Span }[];
}

/** Replaces spans (sorted, not overlapping) by the markers of their values. */
export function replaceSpans(text: string, spans: readonly SecretSpan[], found: Found): Replaced {
  const edits: { from: Span; to: Span }[] = [];
  let replaced = '';
  let at = 0;
  for (const { start, end, kind } of spans) {
    const entry = found.numberOf(text.slice(start, end), kind);
    const marker = markerText(entry.number, entry.kind);
    replaced += text.slice(at, start);
    edits.push({ from: { start, end }, to: { start: replaced.length, end: replaced.length + marker.length } });
    replaced += marker;
    at = end;
  }
  return { text: replaced + text.slice(at), edits };
}

/** Where a span of the old text is in the new one. An end that lies within what was replaced moves to the marker's own. */
export function movedSpan(span: Span, edits: Replaced['edits']): Span {
  return { start: moved(span.start, edits, 'start'), end: moved(span.end, edits, 'end') };
}

function moved(offset: number, edits: Replaced['edits'], side: 'start' | 'end'): number {
  let by = 0;
  for (const { from, to } of edits) {
    if (offset <= from.start) break;
    if (offset < from.end) return side === 'start' ? to.start : to.end;
    by = to.end - from.end;
  }
  return offset + by;
}
