const PLAIN_WORD = /^[\w%+,./:=@^~-]+$/;

/**
 * The command that a person typed after `--`. One word is the whole command text (`acgs decide -- 'a && b'`); of several,
 * the person's shell has taken the quotes off, so words that need them get them back.
 */
export function commandText(words: readonly string[]): string {
  const [only, ...rest] = words;
  if (only !== undefined && rest.length === 0) return only;
  return words.map(quote).join(' ');
}

function quote(word: string): string {
  // A leading ~ was expanded by the shell unless it was quoted; then it must stay quoted.
  return PLAIN_WORD.test(word) && !word.startsWith('~') ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
