import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import { joined } from '#domain/action/programs/wrappers.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFlow, literalField } from '#domain/action/shell/values.ts';

/** Arguments that `xargs` or `parallel` is looked at with, one by one; the rest are one unknown argument. */
const ARGUMENT_COUNT_MAX = 256;

/** The arguments that a text on standard input stands for; one that is not known when the text is not. */
function argumentsFrom(flow: Flow | undefined, call: Call, separator: RegExp): readonly Field[] {
  if (flow === undefined) return [];
  const { text, names } = flow;
  if (text !== undefined) {
    const parts = text.split(separator).filter((part) => part !== '');
    return parts.slice(0, ARGUMENT_COUNT_MAX).map((part) => literalField(unquoted(part), call.span));
  }
  if (names !== undefined) return names.map((name) => ({ ...literalField(name, call.span), glob: true }));
  return [{ text: '{}', unknown: flow.cause, knownLength: 0, source: flow.source, glob: false, span: call.span }];
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

function runXargs(call: Call, parsed: Parsed): Flow | undefined {
  for (const file of optionValues(parsed, '-a', '--arg-file')) call.read(file);
  const fromFile = hasOption(parsed, '-a', '--arg-file');
  const command = parsed.operands.length === 0 ? [literalField('echo', call.span)] : parsed.operands;
  const placeholder =
    optionValues(parsed, '-I', '-J').at(-1)?.text ??
    (parsed.options.some(({ name }) => name === '--replace' || name === '-i')
      ? optionValues(parsed, '--replace').at(-1)?.text || '{}'
      : undefined);
  const zero = hasOption(parsed, '-0', '--null');
  const separator = zero ? /\0/ : placeholder === undefined ? /[\s\0]+/ : /\n/;
  const input: Flow | undefined = fromFile ? { text: undefined, cause: 'stdin', source: 'files' } : call.input;
  const values = argumentsFrom(input, call, separator);
  if (takesCode(command, placeholder))
    call.dynamic(input?.text === undefined ? (input?.cause ?? 'stdin') : 'stdin', 'xargs: code from standard input');
  if (values.length === 0) return call.run(command, { input: undefined, plain: true });
  if (placeholder !== undefined) return runEach(command, values, placeholder, call);
  return call.run([...command, ...values], { input: undefined, plain: true });
}

/** `xargs sh -c` and `xargs sh -c {}`: what comes in is not an argument but the code itself. */
function takesCode(command: readonly Field[], placeholder: string | undefined): boolean {
  const last = command.at(-1)?.text ?? '';
  const before = placeholder !== undefined && last === placeholder ? command.at(-2)?.text : last;
  return (
    /^-[a-z]*c$/.test(before ?? '') && command.some((field) => /^(?:.*\/)?(?:ba|z|k|da|a|fi)?sh$/.test(field.text))
  );
}

/** The command once for each value, put in the placeholder's place. */
function runEach(
  command: readonly Field[],
  values: readonly Field[],
  placeholder: string,
  call: Call,
): Flow | undefined {
  let flow: Flow | undefined;
  for (const value of values)
    flow = call.run(
      command.map((field) => replaced(field, placeholder, value)),
      { input: undefined, plain: true },
    );
  return flow;
}

export function replaced(field: Field, placeholder: string, value: Field): Field {
  const at = field.text.indexOf(placeholder);
  if (placeholder === '' || at === -1) return field;
  const text = field.text.replaceAll(placeholder, () => value.text);
  const { at: _moved, ...rest } = field;
  if (value.unknown === undefined)
    return {
      ...rest,
      text,
      knownLength: field.unknown === undefined ? text.length : Math.min(field.knownLength, at),
      glob: field.glob || value.glob,
    };
  return { ...rest, text, unknown: value.unknown, knownLength: Math.min(at, field.knownLength), source: value.source };
}

function runParallel(call: Call, parsed: Parsed): Flow | undefined {
  if (hasOption(parsed, '-S', '--sshlogin', '--slf', '--sshloginfile')) {
    call.dynamic('remote', 'parallel --sshlogin');
    for (const host of optionValues(parsed, '-S', '--sshlogin'))
      call.connect(host.text.split(',')[0] ?? '', { scheme: 'ssh' });
  }
  const all = parsed.operands;
  const marks = all.flatMap((field, index) => (/^:::\+?$|^::::\+?$/.test(field.text) ? [index] : []));
  const command = all.slice(0, marks[0] ?? all.length);
  const lists = marks.map((mark, index) => {
    const items = all.slice(mark + 1, marks[index + 1] ?? all.length);
    if (all[mark]?.text.startsWith('::::') !== true) return items;
    for (const file of items) call.read(file);
    return argumentsFrom({ text: undefined, cause: 'stdin', source: 'files' }, call, /\n/);
  });
  for (const file of optionValues(parsed, '-a', '--arg-file')) {
    call.read(file);
    lists.push([...argumentsFrom({ text: undefined, cause: 'stdin', source: 'files' }, call, /\n/)]);
  }
  if (lists.length === 0) lists.push([...argumentsFrom(call.input, call, /\n/)]);
  return parallelCommands(command, lists, call);
}

/** `{}` is the first list's value, `{2}` the second's; without a placeholder, the values follow the command. */
function parallelCommands(
  command: readonly Field[],
  lists: readonly (readonly Field[])[],
  call: Call,
): Flow | undefined {
  const [first = []] = lists;
  if (takesCode(command, '{}')) call.dynamic('stdin', 'parallel: code as an argument');
  let flow: Flow | undefined;
  if (first.length === 0) return command.length === 0 ? undefined : runShellWords(command, call);
  const used = command.some((field) => /\{(?:\d*|\.|\/|\/\/|\/\.|#|%)\}/.test(field.text));
  for (const value of first.slice(0, ARGUMENT_COUNT_MAX)) {
    if (command.length === 0) {
      flow = call.shell(fieldFlow(value), { scope: call.scope.copy(), input: undefined });
      continue;
    }
    let fields = command.map((field) =>
      ['{}', '{1}', '{.}', '{/}', '{//}', '{/.}'].reduce(
        (word, placeholder) => replaced(word, placeholder, value),
        field,
      ),
    );
    lists.slice(1).forEach((list, index) => {
      const other = list[0];
      if (other !== undefined) fields = fields.map((field) => replaced(field, `{${index + 2}}`, other));
    });
    flow = runShellWords(
      used ? fields : [...fields, ...lists.flatMap((list, index) => (index === 0 ? [value] : list.slice(0, 1)))],
      call,
    );
  }
  return flow;
}

/** `parallel` joins its words and gives them to a shell. A program by itself is looked at as words, which keeps what is not known apart. */
function runShellWords(fields: readonly Field[], call: Call): Flow {
  const plain = fields.every((field) => !/[;&|<>$`\n]/.test(field.text) || field.unknown !== undefined);
  if (plain && fields[0]?.unknown === undefined && !/\s/.test(fields[0]?.text ?? ''))
    return call.run(fields, { input: undefined, plain: true });
  return call.shell(joined(fields), { scope: call.scope.copy(), input: undefined });
}

export const MULTIPLIERS: Family = {
  xargs: {
    options: {
      '-a -d -E -I -J -L -n -P -R -S -s --arg-file --delimiter --max-lines --max-args --max-procs --max-chars --process-slot-var':
        'value',
    },
    flags: ['--replace', '--null'],
    stopsAtOperand: true,
    run: runXargs,
  },
  parallel: {
    options: {
      '-j -S -a -n -N -L -I -C -d --jobs --sshlogin --slf --sshloginfile --arg-file --colsep --delimiter --joblog --results --tmpdir --timeout --retries --delay --tagstring --memfree --load --workdir --wd':
        'value',
    },
    stopsAtOperand: true,
    run: runParallel,
  },
};
