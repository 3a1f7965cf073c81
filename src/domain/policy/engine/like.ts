import type { Pattern } from '#domain/policy/engine/expression.ts';

/** Tells whether a text matches. Linear in the text for each literal piece: nothing is tried twice. */
export type Matcher = (text: string) => boolean;

/**
 * Compiles a pattern by its shape; most are a prefix, a suffix or something contained. The general form takes each
 * middle piece at its first place after the one before, which is enough: an earlier place leaves no fewer choices.
 */
export function compilePattern(pattern: Pattern): Matcher {
  const [head = '', ...rest] = pattern;
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === head;
  if (rest.length === 0) {
    if (tail === '') return (text) => text.startsWith(head);
    if (head === '') return (text) => text.endsWith(tail);
    return (text) => text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
  }
  const [only = ''] = rest;
  if (rest.length === 1 && head === '' && tail === '') return (text) => text.includes(only);
  const fixedLength = head.length + tail.length;
  return (text) => {
    if (text.length < fixedLength || !text.startsWith(head) || !text.endsWith(tail)) return false;
    const end = text.length - tail.length;
    let position = head.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, position);
      if (found === -1) return false;
      position = found + piece.length;
      if (position > end) return false;
    }
    return true;
  };
}
