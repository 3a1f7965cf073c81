import { type JsonObject, type JsonValue, sha256Hex } from '#domain/json.ts';

/** A btree entry holds 2,704 bytes at most; this many UTF-16 units are 600 bytes of UTF-8 at most, and two fit. */
const KEY_CHARS_MAX = 200;
const KEY_CHARS_KEPT = 100;

/** As long as the longest command, plus some for the other fields; what lies beyond is not found by text. */
export const SUBJECT_CHARS_MAX = 288 * 1024;

/**
 * Text as a column can hold it: PostgreSQL takes neither U+0000 nor lone surrogates, which a hostile command may carry.
 * Columns are only searched by, with a filter that went the same way; the record itself is kept unchanged, as JSON.
 */
export function columnText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/** An identifier as an indexed column can hold it: a long one keeps its beginning, and its hash for the rest. */
export function columnKey(text: string): string {
  if (text.length <= KEY_CHARS_MAX) return columnText(text);
  return columnText(`${text.slice(0, KEY_CHARS_KEPT)}…${sha256Hex(text)}`);
}

/** Milliseconds as a bigint column can hold them. */
export function columnTime(timeMs: number): number {
  const rounded = Math.round(timeMs);
  return Math.min(Math.max(rounded, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

/** Lower-cased here and not by the database, whose idea of case depends on its locale. */
export function searchable(text: string): string {
  return columnText(text).toLowerCase();
}

/** `%`, `_` and `\` stand for themselves. */
export function likeContains(text: string): string {
  return `%${searchable(text).replace(/[\\%_]/g, '\\$&')}%`;
}

/** Where an action happens and what it is called are filters of their own; digests say nothing to a reader. */
const NOT_SUBJECT = new Set(['version', 'kind', 'cwd', 'workspaceRoots']);

/** What an action is about, for the text filter: every text in it (command, paths, targets, the input of a tool). */
export function subjectOf(action: JsonObject): string {
  const texts: string[] = [];
  let room = SUBJECT_CHARS_MAX;
  // A stack and not recursion: the input of an unknown tool may be nested as deep as its JSON parser allows.
  const rest: JsonValue[] = Object.entries(action)
    .filter(([name]) => !NOT_SUBJECT.has(name) && !name.endsWith('Sha256'))
    .map(([, value]) => value)
    .reverse();
  while (rest.length > 0 && room > 0) {
    const value = rest.pop();
    if (typeof value === 'string') {
      texts.push(value.slice(0, room));
      room -= value.length + 1;
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value).reverse()) rest.push(inner);
    }
  }
  return searchable(texts.join('\n'));
}

/** The text form of a `text[]`. */
export function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
