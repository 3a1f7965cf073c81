/** Escapes that Rust's `str::escape_debug` writes with a letter. */
const NAMED: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
};

// What Rust does not consider printable: controls, formats, surrogates, private use, unassigned, and separators but the space.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
// A mark that would combine with the opening quote is escaped too, but only there.
const COMBINES = /\p{Grapheme_Extend}/u;

/**
 * Escapes an entity id as Cedar's messages do. Equal for all characters that Rust's and V8's Unicode tables agree
 * about; for characters newer than one of them the message may differ, never the decision.
 */
export function rustEscape(text: string): string {
  let escaped = '';
  for (const character of text) {
    const named = NAMED[character];
    if (named !== undefined) escaped += named;
    else if (UNPRINTABLE.test(character) || (escaped === '' && COMBINES.test(character)))
      escaped += `\\u{${character.codePointAt(0)?.toString(16)}}`;
    else escaped += character;
  }
  return escaped;
}
