/** Text for a terminal: colour, width, wrapping, and what must never reach one. */
import { styleText } from 'node:util';

export type Tone = 'good' | 'asked' | 'bad' | 'quiet' | 'strong' | 'plain' | 'badge-good' | 'badge-asked' | 'badge-bad';

const STYLES = {
  good: 'green',
  asked: 'yellow',
  bad: 'red',
  quiet: 'dim',
  strong: 'bold',
  plain: 'reset',
  'badge-good': ['bold', 'bgGreen', 'black'],
  'badge-asked': ['bold', 'bgYellow', 'black'],
  'badge-bad': ['bold', 'bgRed', 'white'],
} as const satisfies Record<Tone, unknown>;

export type Paint = (tone: Tone, text: string) => string;

/** Colours text, or leaves it as it is where colour is not wanted. */
export function createPaint(colour: boolean): Paint {
  return (tone, text) => {
    if (!colour || tone === 'plain' || text === '') return text;
    const style = STYLES[tone];
    return styleText(typeof style === 'string' ? style : [...style], text, { validateStream: false });
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text from an agent, made safe for a terminal: control characters could move the cursor, recolour or retitle, and
 * bidirectional ones could show a command as another. Each becomes one visible character in the same place.
 */
export function visible(text: string): string {
  return text.replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : '�';
  });
}

const ZERO_WIDTH = /\p{M}/u;
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

/** Columns that a text without colour takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

/** Cuts a text to at most `columns`, with an ellipsis where something is missing. */
export function truncate(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (columnsOf(kept + character) > columns - 1) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** Breaks a text at blanks into lines of at most `columns`; a longer word is broken where it must be. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).flatMap((whole) => pieces(whole, columns))) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

function pieces(word: string, columns: number): readonly string[] {
  if (columnsOf(word) <= columns) return [word];
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (part !== '' && columnsOf(part + character) > columns) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

/** A paragraph: wrapped to the width, every line indented, the first with `lead` in place of its indent. */
export function paragraph(text: string, columns: number, indent: number, lead = ''): string {
  const lines = wrap(text, Math.max(16, columns - indent));
  return lines.map((line, at) => `${(at === 0 ? lead : '').padEnd(indent)}${line}\n`).join('');
}
