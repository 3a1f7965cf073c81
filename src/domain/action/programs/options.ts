import type { Field } from '#domain/action/shell/values.ts';
import { fieldFrom } from '#domain/action/shell/values.ts';

/** How a program's arguments are written. */
export interface OptionSyntax {
  /** Options that take a value: `-o`, `--output`. Long ones may be abbreviated by a caller, as GNU getopt allows. */
  readonly valued: ReadonlySet<string>;
  /** Further long options, so that an abbreviation is not taken for another one. */
  readonly flags?: readonly string[];
  /** Options end at the first operand: wrappers, whose operands are a command with options of its own. */
  readonly stopsAtOperand?: boolean;
  /** `-name value` instead of `-n value`: find, openssl, java, terraform. */
  readonly singleDash?: boolean;
}

export interface Parsed {
  /** In order. A flag has no value. Names as in the syntax, abbreviations resolved. */
  readonly options: readonly ParsedOption[];
  readonly operands: readonly Field[];
}

export interface ParsedOption {
  readonly name: string;
  readonly value?: Field;
}

/** Splits arguments into options and operands: clusters (`-rf`), attached values (`-ofile`, `--output=file`), `--`. */
export function parseArguments(args: readonly Field[], syntax: OptionSyntax): Parsed {
  const options: ParsedOption[] = [];
  const operands: Field[] = [];
  const longs = [...syntax.valued, ...(syntax.flags ?? [])].filter((name) => name.startsWith('--'));
  let index = 0;
  const following = (): Field | undefined => args[++index];
  for (; index < args.length; index++) {
    const field = args[index];
    if (field === undefined) break;
    const { text } = field;
    if (text === '--') {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (!text.startsWith('-') || text === '-' || field.knownLength < 2) {
      operands.push(field);
      if (syntax.stopsAtOperand !== true) continue;
      operands.push(...args.slice(index + 1));
      break;
    }
    if (text.startsWith('--') || syntax.singleDash === true) options.push(longOption(field, syntax, longs, following));
    else options.push(...shortOptions(field, syntax, following));
  }
  return { options, operands };
}

function longOption(
  field: Field,
  syntax: OptionSyntax,
  longs: readonly string[],
  following: () => Field | undefined,
): ParsedOption {
  const equals = field.text.indexOf('=');
  const written = equals === -1 ? field.text : field.text.slice(0, equals);
  const name = resolveLong(written, syntax, longs);
  if (equals !== -1) return { name, value: fieldFrom(field, equals + 1) };
  const value = syntax.valued.has(name) ? following() : undefined;
  return value === undefined ? { name } : { name, value };
}

function resolveLong(written: string, syntax: OptionSyntax, longs: readonly string[]): string {
  if (written.length < 4 || syntax.valued.has(written) || longs.includes(written)) return written;
  const matches = longs.filter((long) => long.startsWith(written));
  const [only, ...others] = matches;
  return only !== undefined && others.length === 0 ? only : written;
}

function shortOptions(field: Field, syntax: OptionSyntax, following: () => Field | undefined): readonly ParsedOption[] {
  const options: ParsedOption[] = [];
  for (let at = 1; at < field.text.length; at++) {
    const name = `-${field.text.charAt(at)}`;
    if (!syntax.valued.has(name)) {
      options.push({ name });
      continue;
    }
    const value = at + 1 < field.text.length ? fieldFrom(field, at + 1) : following();
    options.push(value === undefined ? { name } : { name, value });
    break;
  }
  return options;
}

export function hasOption(parsed: Parsed, ...names: readonly string[]): boolean {
  return parsed.options.some((option) => names.includes(option.name));
}

export function optionValues(parsed: Parsed, ...names: readonly string[]): readonly Field[] {
  return parsed.options.flatMap((option) =>
    names.includes(option.name) && option.value !== undefined ? [option.value] : [],
  );
}
