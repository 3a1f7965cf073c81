import { posix } from 'node:path';
import type { Span } from '#domain/action/effect.ts';
import { createCall } from '#domain/action/shell/create-call.ts';
import { environmentEffects } from '#domain/action/shell/environment.ts';
import { expandValue, expandWord } from '#domain/action/shell/expand.ts';
import { type Choose, expansionOf } from '#domain/action/shell/expansion.ts';
import { callFunction, runText, UNKNOWN_OUTPUT } from '#domain/action/shell/interpret.ts';
import { emit, type Frame, place, TEXT_LENGTH_MAX } from '#domain/action/shell/machine.ts';
import { applyRedirects } from '#domain/action/shell/redirect.ts';
import type { ShellAssignment, ShellCommand } from '#domain/action/shell/script.ts';
import { type Field, type Flow, type Value, worse } from '#domain/action/shell/values.ts';

/** Readings of one command whose variables may each have several values. */
const READING_COUNT_MAX = 16;

const NOTHING: Flow = { text: '', cause: 'generated', source: 'literal' };

/** A simple command: assignments, redirects, a program with arguments. Says what it prints. */
export function runCommand(command: ShellCommand, outer: Frame): Flow {
  if (!outer.machine.step()) return UNKNOWN_OUTPUT;
  const frame: Frame = { ...outer, printed: new Map(), span: place(outer, command.span) };
  return applyRedirects(command.redirects, frame, (inner) => {
    if (command.words.length === 0) {
      for (const assignment of command.assignments) assign(assignment, inner);
      return NOTHING;
    }
    return runReadings(command, inner);
  });
}

/** Runs the command once for each combination of the values that its variables may have. */
function runReadings(command: ShellCommand, frame: Frame): Flow {
  const environment = environmentOf(command.assignments, frame);
  const inner: Frame = environment.size === 0 ? frame : { ...frame, environment };
  const span = place(frame, command.span);
  const choices = new Map<string, { index: number; readonly count: number }>();
  const choose: Choose = (name, values) => {
    const choice = choices.get(name) ?? { index: 0, count: values.length };
    choices.set(name, choice);
    return values[Math.min(choice.index, values.length - 1)];
  };
  const expansion = expansionOf(inner, choose);
  let flow: Flow | undefined;
  for (let reading = 0; reading < READING_COUNT_MAX; reading++) {
    const fields = command.words.flatMap((word) => expandWord(word, expansion));
    flow = runWords(fields, { ...frame, environment }, span, { plain: false });
    if (!advance(choices)) return flow;
  }
  emit(frame, { kind: 'dynamic', cause: 'limit', detail: 'more values than are tried' }, span);
  return flow ?? UNKNOWN_OUTPUT;
}

function advance(choices: ReadonlyMap<string, { index: number; readonly count: number }>): boolean {
  for (const choice of choices.values()) {
    if (++choice.index < choice.count) return true;
    choice.index = 0;
  }
  return false;
}

/** Runs a program by its words. `plain`: not to be looked for among functions and aliases. */
export function runWords(
  fields: readonly Field[],
  frame: Frame,
  span: Span,
  options: { readonly plain: boolean },
): Flow {
  const [head, ...rest] = fields;
  if (head === undefined) return NOTHING;
  if (head.unknown !== undefined || head.glob) return runUnknown(head, rest, frame, span);
  const { scope } = frame;
  const { environment } = frame;
  const before = new Map([...(environment?.keys() ?? [])].map((name) => [name, scope.variables.get(name)] as const));
  for (const [name, value] of environment ?? []) scope.variables.set(name, [value]);
  const flow = options.plain
    ? undefined
    : (callFunction(head.text, rest, frame, span) ?? runAlias(head, rest, frame, span));
  const result = flow ?? runProgram(head, rest, frame, span);
  for (const [name, values] of before) {
    if (values === undefined) scope.variables.delete(name);
    else scope.variables.set(name, values);
  }
  return result;
}

function runProgram(head: Field, rest: readonly Field[], frame: Frame, span: Span): Flow {
  const { machine, scope } = frame;
  const written = posix.basename(head.text.replaceAll('\\', '/'));
  const name = programName(written, head, frame);
  // `A-B=2 git …` is not an assignment to the shell, but is meant as one.
  if (name.includes('=') && /^[^/\s]+=/.test(head.text) && rest.length > 0) {
    return runWords(rest, frame, span, { plain: false });
  }
  // `time -f %e rm …`: the shell's own `time` knows no options, the program of that name does.
  if (/^-[a-zA-Z]/.test(written))
    return runWords([{ ...head, text: 'time', knownLength: 4 }, head, ...rest], frame, span, { plain: true });
  const path = head.text === written ? {} : { path: head.text };
  emit(frame, { kind: 'run', program: name, ...path, arguments: rest.map((field) => field.text) }, span);
  for (const [variable, value] of frame.environment ?? []) environmentEffects(variable, value, frame, span);
  const call = createCall(name, rest, frame, span, runWords);
  const file = head.text.includes('/') ? scope.files.get(machine.resolve(head.text, scope.cwd).path) : undefined;
  if (file !== undefined) call.call.shell(file, { scope: scope.copy() });
  const printed = machine.model(name)?.(call.call);
  return printed ?? call.output();
}

/** The program that a name means; `GIT` is `git` where the file system does not tell them apart. */
function programName(written: string, head: Field, frame: Frame): string {
  const { machine, scope } = frame;
  const copied = scope.copies.size === 0 ? undefined : scope.copies.get(machine.resolve(head.text, scope.cwd).path);
  if (copied !== undefined) return copied;
  if (machine.model(written) !== undefined) return written;
  const folded = written.toLowerCase().replace(/\.exe$/, '');
  return machine.model(folded) === undefined ? written : folded;
}

/** A program that is named by a variable, a substitution or a pattern. */
function runUnknown(head: Field, rest: readonly Field[], frame: Frame, span: Span): Flow {
  if (head.unknown !== undefined) {
    emit(frame, { kind: 'dynamic', cause: head.unknown, detail: head.text }, span);
    return UNKNOWN_OUTPUT;
  }
  emit(frame, { kind: 'dynamic', cause: 'variable', detail: `program named by the pattern ${head.text}` }, span);
  for (const name of frame.machine.programsLike(posix.basename(head.text))) {
    runProgram({ ...head, text: name, knownLength: name.length, glob: false }, rest, frame, span);
  }
  return UNKNOWN_OUTPUT;
}

function runAlias(head: Field, rest: readonly Field[], frame: Frame, span: Span): Flow | undefined {
  const text = frame.scope.aliases.get(head.text);
  if (text === undefined) return undefined;
  // An alias may use its own name; it then means the program.
  const scope = frame.scope.copy();
  scope.aliases.delete(head.text);
  const args = rest.map((field) => (field.unknown === undefined ? quoted(field.text) : field.text));
  return runText([text, ...args].join(' '), undefined, span, { ...frame, scope });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function environmentOf(assignments: readonly ShellAssignment[], frame: Frame): ReadonlyMap<string, Value> {
  if (assignments.length === 0) return new Map();
  const expansion = expansionOf(frame);
  return new Map(
    assignments.map((assignment) => {
      const [word] = assignment.values;
      if (assignment.index !== undefined) expandWord(assignment.index, expansion);
      const value: Value = word === undefined ? { text: '', source: 'literal' } : expandValue(word, expansion);
      return [assignment.name, value] as const;
    }),
  );
}

/** `A=1`, `A+=1`, `A=(1 2)`, `A[0]=1` as a command of its own. */
export function assign(assignment: ShellAssignment, frame: Frame): void {
  const { scope } = frame;
  const expansion = expansionOf(frame);
  const { name } = assignment;
  if (assignment.index !== undefined) expandWord(assignment.index, expansion);
  if (assignment.array) {
    const elements: readonly Value[] = assignment.values.flatMap((each) => expandWord(each, expansion));
    scope.assignArray(name, assignment.append ? [...(scope.arrays.get(name) ?? []), ...elements] : elements);
    return;
  }
  const [word] = assignment.values;
  if (word === undefined) return;
  const value = expandValue(word, expansion);
  if (assignment.index !== undefined) {
    scope.assignElement(name, Number(assignment.index.text), value);
    return;
  }
  const values = assignment.append
    ? (scope.variables.get(name) ?? [{ text: '', source: 'literal' }]).map((left) => appended(left, value))
    : [value];
  const bounded = values.map(
    (each): Value =>
      each.text.length <= TEXT_LENGTH_MAX ? each : { text: `$${name}`, unknown: 'limit', source: each.source },
  );
  scope.assign(name, bounded);
  for (const each of bounded) environmentEffects(name, each, frame, place(frame, assignment.span));
}

function appended(left: Value, right: Value): Value {
  const unknown = left.unknown ?? right.unknown;
  return {
    text: left.text + right.text,
    source: worse(left.source, right.source),
    ...(unknown === undefined ? {} : { unknown }),
  };
}
