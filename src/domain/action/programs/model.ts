import type { Effect } from '#domain/action/effect.ts';
import { type OptionSyntax, type Parsed, parseArguments } from '#domain/action/programs/options.ts';
import type { Call, RunProgram } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFlow, fieldFrom } from '#domain/action/shell/values.ts';

/**
 * What an argument is to a program.
 * `value`: nothing to us; `read`/`read-tree`: read (with everything below); `list`: names below it are read; `write`/`append`/`write-tree`;
 * `delete`; `connect`: a host or URL; `send-file`: `@file` or text that goes to the host;
 * `upload`: a file that goes to the host; `command`: shell code that is run.
 */
export type Role =
  | 'value'
  | 'read'
  | 'read-tree'
  | 'list'
  | 'write'
  | 'append'
  | 'write-tree'
  | 'delete'
  | 'connect'
  | 'send-file'
  | 'upload'
  | 'command';

/** A program family's knowledge about one program. Programs without a model are run, and nothing more is said of them. */
export interface ProgramModel {
  /** Options that take a value, by role: `{ '-o': 'write' }`. Several names in one key are separated by blanks. */
  readonly options?: Readonly<Record<string, Role>>;
  /** Long flags that matter, so that their abbreviations are understood. */
  readonly flags?: readonly string[];
  /** Operands by role: all alike, or the first, those between, and the last. */
  readonly operands?: Role | { readonly first?: Role; readonly rest?: Role; readonly last?: Role };
  readonly singleDash?: boolean;
  readonly stopsAtOperand?: boolean;
  /** Effects of any call. */
  readonly always?: readonly Effect[];
  /** Effects when one of these flags is given; the key holds alternatives separated by blanks. */
  readonly when?: Readonly<Record<string, readonly Effect[]>>;
  /** Effects by leading words: `{ 'system prune': [...] }`. The longest match counts; `*` stands for any one word. */
  readonly verbs?: Readonly<Record<string, readonly Effect[]>>;
  /** Flags with which nothing is done: `--dry-run`. `--help` and `--version` always are. */
  readonly harmless?: readonly string[];
  /** What the tables cannot say. What it gives back is what the program prints. */
  readonly run?: (call: Call, parsed: Parsed) => Flow | undefined;
}

export type Family = Readonly<Record<string, ProgramModel>>;

/** Names separated by blanks in a key are one model each. */
export function compileFamilies(families: readonly Family[]): ReadonlyMap<string, RunProgram> {
  const programs = new Map<string, RunProgram>();
  for (const family of families) {
    for (const [names, model] of Object.entries(family)) {
      const run = compileModel(model);
      for (const name of names.split(' ')) programs.set(name, run);
    }
  }
  return programs;
}

function compileModel(model: ProgramModel): RunProgram {
  const roles = new Map(byName(model.options ?? {}));
  const when = byName(model.when ?? {});
  const syntax: OptionSyntax = {
    valued: new Set(roles.keys()),
    flags: [...(model.flags ?? []), ...when.map(([name]) => name), ...(model.harmless ?? []), '--help', '--version'],
    stopsAtOperand: model.stopsAtOperand ?? false,
    singleDash: model.singleDash ?? false,
  };
  const harmless = new Set(['--help', '--version', ...(model.harmless ?? [])]);
  return (call) => {
    const parsed = parseArguments(call.arguments, syntax);
    if (parsed.options.some((option) => harmless.has(option.name) && option.value?.text !== 'false')) return undefined;
    for (const effect of model.always ?? []) call.emit(effect);
    for (const [name, effects] of when) {
      if (parsed.options.some((option) => option.name === name)) for (const effect of effects) call.emit(effect);
    }
    for (const effect of verbEffects(model.verbs, parsed.operands)) call.emit(effect);
    for (const { name, value } of parsed.options) {
      if (value !== undefined) ROLES[roles.get(name) ?? 'value'](value, call);
    }
    parsed.operands.forEach((field, index) => {
      ROLES[operandRole(model.operands, index, parsed.operands.length)](field, call);
    });
    return model.run?.(call, parsed);
  };
}

function byName<T>(table: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(table).flatMap(([names, value]) => names.split(' ').map((name) => [name, value] as const));
}

/** Verbs are at most this many words. */
const VERB_WORD_COUNT_MAX = 4;

function verbEffects(verbs: ProgramModel['verbs'], operands: readonly Field[]): readonly Effect[] {
  if (verbs === undefined) return [];
  const words = operands.slice(0, VERB_WORD_COUNT_MAX).map((field) => field.text);
  for (let count = words.length; count > 0; count--) {
    const exact = verbs[words.slice(0, count).join(' ')];
    if (exact !== undefined) return exact;
    const [, ...rest] = words.slice(0, count);
    const any = count > 1 ? verbs[['*', ...rest].join(' ')] : undefined;
    if (any !== undefined) return any;
  }
  return [];
}

function operandRole(operands: ProgramModel['operands'], index: number, count: number): Role {
  if (operands === undefined) return 'value';
  if (typeof operands === 'string') return operands;
  if (index === 0 && operands.first !== undefined && (count > 1 || operands.last === undefined)) return operands.first;
  if (index === count - 1 && operands.last !== undefined) return operands.last;
  return operands.rest ?? 'value';
}

const ROLES: Readonly<Record<Role, (field: Field, call: Call) => void>> = {
  value: () => {},
  read: (field, call) => call.read(field),
  'read-tree': (field, call) => call.read(field, { recursive: true }),
  list: (field, call) => call.read(field, { contents: false }),
  write: (field, call) => call.write(field),
  append: (field, call) => call.write(field, { truncates: false }),
  'write-tree': (field, call) => call.write(field, { recursive: true, truncates: false }),
  delete: (field, call) => call.remove(field),
  connect: (field, call) => {
    call.connect(field.text);
  },
  // That it is sent is said by the program's own `run`, which knows the host.
  'send-file': readSent,
  upload: (field, call) => call.read(field),
  command: (field, call) => {
    call.shell(fieldFlow(field));
  },
};

/** `@file`, `name=@file`, `name=<file`: the file is read. */
function readSent(field: Field, call: Call): void {
  const at = field.text.search(/^@|=@|=</);
  if (at !== -1) call.read(fieldFrom(field, field.text.startsWith('@') ? 1 : at + 2));
}
