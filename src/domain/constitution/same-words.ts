import { sha256Hex } from '#domain/json.ts';

/** Of a text that is looked at closely, in UTF-16 units. */
const TEXT_LENGTH_MAX = 65_536;
/** Blanks before each line, and at the end of the text, that an original may have. */
const BLANKS_MAX = 16;
/** Empty lines before and after the words. */
const EMPTY_LINES_MAX = 2;
const TAB_WIDTHS = [8, 4] as const;

/**
 * How a copy differs from an original of which only the SHA-256 is known, where the words are the same and only the layout is not:
 * line ends, blanks at the ends of lines, indentation, empty lines around it, a byte order mark. The words are taken out of the copy
 * and laid out in every usual way (some 10,000) until the hash is that of the original; the copy is then compared with that.
 *
 * @returns what differs, in words; undefined when the words are others, or laid out in some other way
 */
export function layoutDifferences(copy: string, digest: string): readonly string[] | undefined {
  if (copy.length > TEXT_LENGTH_MAX) return undefined;
  for (const width of TAB_WIDTHS) {
    const words = wordsOf(copy, width);
    for (const original of layouts(words)) if (sha256Hex(original) === digest) return differences(copy, original);
    if (!copy.includes('\t')) return undefined;
  }
  return undefined;
}

/** The lines without what surrounds them; blanks within a line are words. */
function wordsOf(copy: string, tabWidth: number): readonly string[] {
  const lines = plain(copy)
    .replaceAll('\t', ' '.repeat(tabWidth))
    .split('\n')
    .map((line) => line.trimEnd());
  const begins = lines.findIndex((line) => line !== '');
  const ends = lines.findLastIndex((line) => line !== '');
  const inner = begins === -1 ? [] : lines.slice(begins, ends + 1);
  // Whoever trims a text as a whole takes the indent of its first line only.
  const [first = '', ...rest] = inner;
  const indents = (rest.length === 0 ? [first] : rest).filter((line) => line !== '').map(indentOf);
  const indent = Math.min(...indents, BLANKS_MAX);
  return inner.map((line) => line.slice(Math.min(indent, indentOf(line))));
}

function* layouts(words: readonly string[]): Generator<string> {
  for (let indent = 0; indent <= BLANKS_MAX; indent += 1) {
    const blanks = ' '.repeat(indent);
    const indented = words.map((line) => (line === '' ? '' : blanks + line));
    for (const filled of indent === 0 ? [indented] : [indented, indented.map((line) => line || blanks)]) {
      const body = filled.join('\n');
      for (let before = 0; before <= EMPTY_LINES_MAX; before += 1) {
        for (let after = 0; after <= EMPTY_LINES_MAX; after += 1) {
          for (let end = 0; end <= BLANKS_MAX; end += 1)
            yield `${'\n'.repeat(before)}${body}${'\n'.repeat(after)}${' '.repeat(end)}`;
        }
      }
    }
  }
}

function differences(copy: string, original: string): readonly string[] {
  const found: string[] = [];
  if (copy.startsWith('\ufeff')) found.push('it begins with a byte order mark');
  if (copy.includes('\r\n')) found.push('its line ends are CRLF, not LF');
  else if (copy.includes('\r')) found.push('its line ends are CR, not LF');
  if (copy.includes('\t')) found.push('blanks were made tabs');
  const [ourStart, ourBody, ourEnd] = partsOf(original);
  const [theirStart, theirBody, theirEnd] = partsOf(plain(copy));
  if (ourStart !== theirStart) {
    found.push(`it begins with ${emptyLines(theirStart)}, not ${emptyLines(ourStart)}`);
  }
  const [ourLines, theirLines] = [ourBody.split('\n'), theirBody.split('\n')];
  const [ourIndent, theirIndent] = [indentOf(ourLines[0] ?? ''), indentOf(theirLines[0] ?? '')];
  if (ourIndent !== theirIndent) found.push(`its first line is indented by ${theirIndent} blanks, not ${ourIndent}`);
  const trailing = ourLines.filter((line, at) => trailingOf(line) !== trailingOf(theirLines[at] ?? '')).length;
  if (trailing > 0) found.push(`blanks at the ends of ${trailing} lines differ`);
  if (ourEnd !== theirEnd) found.push(`it ends with ${endOf(theirEnd)}, not ${endOf(ourEnd)}`);
  return found;
}

/** Empty lines before, the words, and all that is blank after them. */
function partsOf(text: string): readonly [string, string, string] {
  const body = text.replace(/^\n+/, '');
  const words = body.trimEnd();
  return [text.slice(0, text.length - body.length), words, body.slice(words.length)];
}

function plain(text: string): string {
  return text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function trailingOf(line: string): number {
  return line.length - line.trimEnd().length;
}

function emptyLines(text: string): string {
  return text.length === 1 ? 'an empty line' : `${text.length} empty lines`;
}

function endOf(text: string): string {
  const lines = text.split('\n').length - 1;
  const blanks = text.length - text.lastIndexOf('\n') - 1;
  return `${lines === 1 ? 'a line end' : `${lines} line ends`} and ${blanks} blanks`;
}
