import type { OpaqueCause, Span } from '#domain/action/effect.ts';

/** The worst that may be in some data, best first. */
export const DATA_SOURCES = ['literal', 'output', 'files', 'credentials'] as const;
export type DataSource = (typeof DATA_SOURCES)[number];

export function worse(left: DataSource, right: DataSource): DataSource {
  return DATA_SOURCES.indexOf(left) >= DATA_SOURCES.indexOf(right) ? left : right;
}

/** What a variable holds. */
export interface Value {
  /** As far as it is known; what is not known stands in it as written. */
  readonly text: string;
  /** Why it is not all known; absent when it is. */
  readonly unknown?: OpaqueCause;
  readonly source: DataSource;
}

/** What flows through a pipe, into a file or out of a substitution. */
export interface Flow {
  /** All of it, when it is evident. */
  readonly text: string | undefined;
  /** If it were run as code: why it cannot be known. */
  readonly cause: OpaqueCause;
  readonly source: DataSource;
  /** The paths that it lists, absolute, as patterns, when it is such a list (`find`). */
  readonly names?: readonly string[];
  /** A text that is known but for some variables, which stand in it as written. */
  readonly partial?: string;
  /** The file that it comes from. */
  readonly file?: string;
  /** Where the text stands in the command, when it stands there as it is: UTF-16 offset. */
  readonly at?: number;
}

/** One word of a command after expansion. */
export interface Field {
  readonly text: string;
  readonly unknown?: OpaqueCause;
  /** UTF-16 units of `text` before the first that is not known. */
  readonly knownLength: number;
  readonly source: DataSource;
  /** It has pattern characters that the shell would match against files. */
  readonly glob: boolean;
  readonly span: Span;
  /** Offset of `text` in the action's command, when it stands there as it is. */
  readonly at?: number;
  /** What would be read from it: a process substitution's output. */
  readonly flow?: Flow;
}

export function literalFlow(text: string, at?: number): Flow {
  return { text, cause: 'generated', source: 'literal', ...(at === undefined ? {} : { at }) };
}

/** A field that a program model makes up: `text` is what a wrapper would put there. */
export function literalField(text: string, span: Span): Field {
  return { text, knownLength: text.length, source: 'literal', glob: false, span };
}

export function isKnown(field: Field): boolean {
  return field.unknown === undefined;
}

/** A part of a field, from `from` on: `file` in `--output=file`. */
export function fieldFrom(field: Field, from: number): Field {
  const { at, ...rest } = field;
  const text = field.text.slice(from);
  const knownLength = Math.max(0, field.knownLength - from);
  return { ...rest, text, knownLength, ...(at === undefined ? {} : { at: at + from }) };
}

/** A field taken as text to be run or sent. */
export function fieldFlow(field: Field): Flow {
  const at = field.at === undefined ? {} : { at: field.at };
  if (field.unknown === undefined) return { text: field.text, cause: 'generated', source: field.source, ...at };
  return { text: undefined, cause: field.unknown, source: field.source, partial: field.text };
}
