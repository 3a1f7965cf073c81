import type { Span } from '#domain/action/effect.ts';
import type { ShellPart, ShellScript, ShellWord } from '#domain/action/shell/script.ts';
import type { DataSource, Field, Flow, Value } from '#domain/action/shell/values.ts';
import { worse } from '#domain/action/shell/values.ts';
import { expandVariable } from '#domain/action/shell/variable.ts';
import { never } from '#domain/result.ts';

/** What expansion needs of the shell that it happens in. */
export interface Expansion {
  /** Values of a variable, `@` and `1` included; undefined when only the environment knows. One of several alternatives is chosen by the caller. */
  variable(name: string): Value | undefined;
  /** Elements of an array, or the positional parameters. */
  elements(name: string): readonly Value[] | undefined;
  /** Runs a nested script, and says what it prints. The same script is run once for one command. */
  substitute(script: ShellScript, span: Span): Flow;
  /** Runs the script that reads what is written to a `>(…)`; its input is not known here. */
  consume(script: ShellScript, span: Span): void;
  readonly home: string;
  readonly cwd: string;
  place(span: Span): Span;
  /** Offset in the action's command of an offset in the text that is being read, if it is the same text. */
  placeOffset(at: number): number | undefined;
}

/** Fields of one command; a word of braces may make many. */
export const FIELD_COUNT_MAX = 4_096;

/** A piece of a field. `split`: not quoted, so blanks in it end the field. */
interface Piece {
  readonly text: string;
  readonly unknown?: Value['unknown'];
  readonly source: DataSource;
  readonly split: boolean;
  readonly glob: boolean;
  readonly at?: number | undefined;
  readonly flow?: Flow;
  /** Ends the field before it, whatever the quotes: `"$@"`. */
  readonly breaks?: boolean;
}

/** A word as the fields that it becomes: braces, tilde, variables, substitutions, word splitting (bash manual 3.5). */
export function expandWord(word: ShellWord, expansion: Expansion): readonly Field[] {
  const span = expansion.place(word.span);
  const [first] = word.parts;
  // Most words are one plain literal.
  if (word.parts.length === 1 && first?.kind === 'literal' && (first.quoted || !first.text.startsWith('~'))) {
    const at = first.at === undefined ? undefined : expansion.placeOffset(first.at);
    return [
      {
        text: first.text,
        knownLength: first.text.length,
        source: 'literal',
        glob: false,
        span,
        ...(at === undefined ? {} : { at }),
      },
    ];
  }
  return expandBraces(word.parts).flatMap((parts) => joinPieces(piecesOf(parts, expansion), span));
}

/** A word as one value, without splitting: what an assignment or a here-string takes. */
export function expandValue(word: ShellWord, expansion: Expansion): Value {
  const pieces = piecesOf(word.parts, expansion);
  const unknown = pieces.find((piece) => piece.unknown !== undefined)?.unknown;
  return {
    text: pieces.map((piece) => piece.text).join(''),
    source: pieces.reduce<DataSource>((source, piece) => worse(source, piece.source), 'literal'),
    ...(unknown === undefined ? {} : { unknown }),
  };
}

function expandBraces(parts: readonly ShellPart[]): readonly (readonly ShellPart[])[] {
  let words: ShellPart[][] = [[]];
  for (const part of parts) {
    if (part.kind !== 'braces') {
      // In place: a word of 100,000 parts must not be copied for each of them.
      for (const word of words) word.push(part);
      continue;
    }
    const choices = part.alternatives.flatMap(expandBraces);
    if (words.length * choices.length > FIELD_COUNT_MAX)
      return [[...parts.filter((other) => other.kind !== 'braces'), { kind: 'glob', text: '*', nested: [] }]];
    words = words.flatMap((word) => choices.map((choice) => [...word, ...choice]));
  }
  return words;
}

function piecesOf(parts: readonly ShellPart[], expansion: Expansion): readonly Piece[] {
  return parts.flatMap((part, index): readonly Piece[] => {
    switch (part.kind) {
      case 'literal':
        return [literalPiece(part, index === 0, expansion)];
      case 'glob':
        piecesOf(part.nested, expansion);
        return [{ text: part.text, source: 'literal', split: false, glob: true }];
      case 'variable':
        return variablePieces(part, expansion);
      case 'command':
        return [substitutionPiece(part, expansion)];
      case 'arithmetic': {
        for (const word of part.words) expandWord(word, expansion);
        const constant = /^\$\(\(\s*(\d{1,15})\s*\)\)$/.exec(part.text)?.[1];
        return constant === undefined
          ? [{ text: part.text, unknown: 'generated', source: 'literal', split: false, glob: false }]
          : [{ text: constant, source: 'literal', split: false, glob: false }];
      }
      case 'braces':
        return part.alternatives.flatMap((alternative) => piecesOf(alternative, expansion));
      default:
        return never(part);
    }
  });
}

function literalPiece(part: Extract<ShellPart, { kind: 'literal' }>, first: boolean, expansion: Expansion): Piece {
  const base = { source: 'literal', split: false, glob: false } as const;
  if (first && !part.quoted && part.text.startsWith('~')) {
    const tilde = /^~(\+|-)?(?=\/|$)/.exec(part.text);
    if (tilde !== null) {
      if (tilde[1] === '-') return { ...base, text: part.text, unknown: 'variable' };
      const directory = tilde[1] === '+' ? expansion.cwd : expansion.home;
      return { ...base, text: directory + part.text.slice(tilde[0].length) };
    }
  }
  const at = part.at === undefined ? undefined : expansion.placeOffset(part.at);
  return { ...base, text: part.text, at };
}

function variablePieces(part: Extract<ShellPart, { kind: 'variable' }>, expansion: Expansion): readonly Piece[] {
  // Every operand may hold commands, which are run whether or not the value is used.
  const operands = part.words.map((word) => expandValue(word, expansion));
  const list = part.name === '@' || part.name === '*' || part.index === '@' || part.index === '*';
  if (list && part.operation.kind === 'value') {
    const elements = expansion.elements(part.name);
    if (elements !== undefined) {
      return elements.map((value, index) => ({ ...value, split: !part.quoted, glob: false, breaks: index > 0 }));
    }
  }
  const value = expandVariable(part, operands, expansion);
  return [{ ...value, split: !part.quoted, glob: false }];
}

function substitutionPiece(part: Extract<ShellPart, { kind: 'command' }>, expansion: Expansion): Piece {
  if (part.as === 'output') {
    expansion.consume(part.script, part.span);
    return { text: '/dev/fd/63', source: 'literal', split: false, glob: false };
  }
  const flow = expansion.substitute(part.script, part.span);
  if (part.as === 'input') return { text: '/dev/fd/63', source: flow.source, split: false, glob: false, flow };
  if (flow.text !== undefined) {
    return { text: flow.text.replace(/\n+$/, ''), source: flow.source, split: !part.quoted, glob: false };
  }
  const [name, ...others] = flow.names ?? [];
  // A list of names is as good as the pattern that they match.
  if (name !== undefined && others.length === 0) return { text: name, source: flow.source, split: false, glob: true };
  return { text: part.text, unknown: flow.cause, source: flow.source, split: false, glob: false };
}

/** Pieces to fields. An unquoted piece that is empty leaves no field of its own; a quoted one does. */
function joinPieces(pieces: readonly Piece[], span: Span): readonly Field[] {
  const fields: Field[] = [];
  let current: Piece[] = [];
  const close = (): void => {
    if (current.length > 0) fields.push(fieldOf(current, span));
    current = [];
  };
  for (const piece of pieces) {
    if (piece.breaks === true) close();
    if (!piece.split || piece.unknown !== undefined) {
      current.push(piece);
      continue;
    }
    const words = piece.text.split(/[ \t\n]+/);
    words.forEach((text, index) => {
      if (index > 0) close();
      if (text !== '') current.push({ ...piece, text, breaks: false, glob: /[*?[]/.test(text) });
    });
    if (fields.length > FIELD_COUNT_MAX) break;
  }
  close();
  return fields;
}

function fieldOf(pieces: readonly Piece[], span: Span): Field {
  const text = pieces.map((piece) => piece.text).join('');
  const firstUnknown = pieces.findIndex((piece) => piece.unknown !== undefined);
  const unknown = pieces[firstUnknown]?.unknown;
  const knownPieces = firstUnknown === -1 ? pieces : pieces.slice(0, firstUnknown);
  const [only] = pieces;
  const at = pieces.length === 1 ? only?.at : undefined;
  const flow = pieces.length === 1 ? only?.flow : undefined;
  return {
    text,
    knownLength: knownPieces.reduce((length, piece) => length + piece.text.length, 0),
    source: pieces.reduce<DataSource>((source, piece) => worse(source, piece.source), 'literal'),
    glob: pieces.some((piece) => piece.glob),
    span,
    ...(unknown === undefined ? {} : { unknown }),
    ...(at === undefined ? {} : { at }),
    ...(flow === undefined ? {} : { flow }),
  };
}
