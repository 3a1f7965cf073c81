/** Outside of Latin-1, which V8 keeps in one byte a character. */
const WIDE = /[\u0100-\uffff]/g;

/**
 * The same JavaScript in characters that V8 keeps in one byte each: a single "…" doubles what a text of a megabyte takes. Right for
 * code that the bundler has printed, in which such characters stand in strings, templates and regular expressions only.
 */
export function oneByteText(code: string): string {
  return code.replace(WIDE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
