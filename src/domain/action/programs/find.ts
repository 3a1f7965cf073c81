import { destroy } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { replaced } from '#domain/action/programs/multipliers.ts';
import { type OptionSyntax, type Parsed, parseArguments } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, literalField } from '#domain/action/shell/values.ts';

/** Predicates of `find` that take arguments, by how many. */
const FIND_ARGUMENTS: Readonly<Record<string, number>> = Object.fromEntries([
  ...'amin anewer atime cmin cnewer context ctime fstype gid group ilname iname inum ipath iregex links lname maxdepth mindepth mmin mtime name newer path perm regex regextype samefile size type uid used user wholename xtype printf fls fprint fprint0 files0-from iwholename'
    .split(' ')
    .map((name) => [`-${name}`, 1] as const),
  ['-fprintf', 2] as const,
]);

type FindAction = { readonly kind: 'delete' } | { readonly kind: 'run'; readonly command: readonly Field[] };

interface FindExpression {
  /** The first name or path that is asked for. */
  pattern: string | undefined;
  readonly actions: FindAction[];
  readonly written: Field[];
}

/** `find`: what it deletes, what it writes, and what it runs on what it finds. */
function runFind(call: Call): Flow | undefined {
  const { starts, rest } = startingPoints(call.arguments, call);
  const expression = readExpression(rest);
  for (const file of expression.written) call.write(file);
  for (const start of starts) call.read(start, { recursive: true, contents: false });
  const names = starts.map((start) => foundName(start, expression.pattern, call));
  for (const action of expression.actions) {
    if (action.kind === 'delete') deleteFound(starts, expression.pattern, call);
    else runOnFound(action.command, names, call);
  }
  return { text: undefined, cause: 'generated', source: 'output', names };
}

/** What stands before the first predicate; the working directory when nothing does. */
function startingPoints(
  args: readonly Field[],
  call: Call,
): { readonly starts: readonly Field[]; readonly rest: readonly Field[] } {
  const starts: Field[] = [];
  let index = 0;
  for (; index < args.length; index++) {
    const field = args[index];
    if (field === undefined) break;
    if (field.text === '-D') index++;
    else if (/^-(?:[HLP]|O\d)$/.test(field.text)) continue;
    else if (/^[-(!]/.test(field.text)) break;
    else starts.push(field);
  }
  return { starts: starts.length === 0 ? [literalField('.', call.span)] : starts, rest: args.slice(index) };
}

function readExpression(args: readonly Field[]): FindExpression {
  const expression: FindExpression = { pattern: undefined, actions: [], written: [] };
  for (let index = 0; index < args.length; index++) {
    const name = args[index]?.text ?? '';
    const value = args[index + 1];
    if (/^-(?:exec|execdir|ok|okdir)$/.test(name)) {
      const end = commandEnd(args, index);
      expression.actions.push({ kind: 'run', command: args.slice(index + 1, end) });
      index = end;
      continue;
    }
    if (name === '-delete') expression.actions.push({ kind: 'delete' });
    if (/^-(?:fprint0?|fprintf|fls)$/.test(name) && value !== undefined) expression.written.push(value);
    if (/^-i?(?:name|path|wholename)$/.test(name)) expression.pattern ??= value?.text;
    index += FIND_ARGUMENTS[name] ?? 0;
  }
  return expression;
}

/** A command ends at `;`, or at a `+` behind `{}`. */
function commandEnd(args: readonly Field[], from: number): number {
  const end = args.findIndex(
    ({ text }, at) => at > from && (text === ';' || (text === '+' && args[at - 1]?.text === '{}')),
  );
  return end === -1 ? args.length : end;
}

/** What `find` finds, as a path with pattern: what must be thought of when it is handed on. */
function foundName(start: Field, pattern: string | undefined, call: Call): string {
  const base = call.path(start.text).path;
  const below = base === '/' ? '' : base;
  return pattern === undefined || pattern.includes('/') ? `${below}/**` : `${below}/**/${pattern}`;
}

function deleteFound(starts: readonly Field[], pattern: string | undefined, call: Call): void {
  for (const start of starts) {
    if (pattern !== undefined) call.emit(destroy('files', `find ${start.text} ${pattern} -delete`));
    call.remove(foundName(start, pattern, call), { recursive: pattern === undefined });
  }
}

function runOnFound(command: readonly Field[], names: readonly string[], call: Call): void {
  for (const name of names) {
    const value: Field = { ...literalField(name, call.span), glob: true };
    const has = command.some((field) => field.text.includes('{}'));
    const fields = command.map((field) =>
      field.text === '{}' ? value : replaced(field, '{}', { ...value, unknown: 'generated', knownLength: 0 }),
    );
    // A shell that is given a name in its text, or as an argument, is looked at as it stands.
    call.run(has ? fields : command, { input: undefined, plain: true });
  }
}

/** `fd pattern [folders] -x command…`: the command is all that follows. */
function runFd(call: Call, parsed: Parsed): Flow | undefined {
  const at = call.arguments.findIndex(({ text }) => /^(?:-[xX]|--exec|--exec-batch)$/.test(text));
  const own = at === -1 ? parsed.operands : parseArguments(call.arguments.slice(0, at), FD_SYNTAX).operands;
  const [pattern, ...folders] = own;
  const starts = folders.length === 0 ? [literalField('.', call.span)] : folders;
  for (const start of starts) call.read(start, { recursive: true, contents: false });
  const isAll = pattern === undefined || /^[.*^]?$/.test(pattern.text);
  const names = starts.map((start) => foundName(start, isAll ? undefined : `*${pattern.text}*`, call));
  const command = at === -1 ? [] : call.arguments.slice(at + 1).filter(({ text }) => text !== ';');
  const given = command.some(({ text }) => text.includes('{}'))
    ? command
    : [...command, { ...literalField('{}', call.span), glob: true }];
  if (command.length > 0) runOnFound(given, names, call);
  return { text: undefined, cause: 'generated', source: 'output', names };
}

const FD_VALUES =
  '-d -e -E -t -c -S -j -C --max-depth --extension --exclude --type --color --size --threads --base-directory';
const FD_SYNTAX: OptionSyntax = { valued: new Set(FD_VALUES.split(' ')) };

export const FIND: Family = {
  'fd fdfind': { options: { [FD_VALUES]: 'value' }, run: runFd },
  'find gfind': { stopsAtOperand: true, run: runFind },
};
