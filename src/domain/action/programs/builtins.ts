import { destroy, detach } from '#domain/action/programs/facts.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import { joined } from '#domain/action/programs/wrappers.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFlow, isKnown, literalFlow, type Value } from '#domain/action/shell/values.ts';

function runCd(call: Call, parsed: Parsed): Flow {
  const [target] = parsed.operands;
  const { scope } = call;
  if (target === undefined) scope.directories = [call.home];
  else if (target.text === '-') scope.directories = ['$OLDPWD'];
  else if (!isKnown(target) && target.knownLength === 0) scope.directories = [target.text];
  // `cd` itself is not an effect; what is done there is.
  else scope.directories = [call.path(target.text).path];
  return literalFlow('');
}

function runEcho(_call: Call, parsed: Parsed): Flow {
  const fields = parsed.operands;
  const interprets = hasOption(parsed, '-e');
  const text = fields.map((field) => field.text).join(' ');
  return printedFlow(interprets ? unescaped(text) : text, hasOption(parsed, '-n') ? '' : '\n', fields);
}

/** What is printed, known when every argument is; what is not known stands in it as written. */
function printedFlow(text: string, end: string, fields: readonly Field[]): Flow {
  const source = fields.some((field) => field.source === 'credentials')
    ? 'credentials'
    : (fields.find((field) => field.source !== 'literal')?.source ?? 'literal');
  const unknown = fields.find((field) => !isKnown(field))?.unknown;
  if (unknown !== undefined) return { text: undefined, cause: unknown, source, partial: text };
  const [only] = fields;
  const at = fields.length === 1 && only?.text === text ? only.at : undefined;
  return { ...literalFlow(text + end, at), source };
}

/** Backslash escapes of `echo -e`, `printf` and `$'…'` (POSIX printf; bash manual 4.2). */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const named: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
    e: '\x1b',
    E: '\x1b',
    '\\': '\\',
    '"': '"',
    "'": "'",
  };
  return text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|0?([0-7]{1,3})|([\s\S]))/g,
    (all, hex, short, long, octal, letter) => {
      const code = hex ?? short ?? long;
      if (typeof code === 'string') return codePoint(Number.parseInt(code, 16));
      if (typeof octal === 'string') return codePoint(Number.parseInt(octal, 8));
      return typeof letter === 'string' ? (named[letter] ?? all) : all;
    },
  );
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** Conversions of `printf` that are filled in; each may have flags, width and precision. */
const CONVERSION = /%(?:%|[-+ 0#]*\d*(?:\.\d+)?[sbqdiuxXoc])/g;

/** Text that `printf` may make of repeated arguments. */
const PRINTED_LENGTH_MAX = 64 * 1024;

function runPrintf(call: Call, parsed: Parsed): Flow | undefined {
  const [target] = optionValues(parsed, '-v');
  const [format, ...values] = parsed.operands;
  if (format === undefined) return undefined;
  let text = '';
  let index = 0;
  do {
    text += unescaped(format.text).replace(CONVERSION, (conversion) => {
      if (conversion === '%%') return '%';
      const value = values[index++]?.text ?? '';
      return conversion.endsWith('b') ? unescaped(value) : conversion.endsWith('c') ? value.slice(0, 1) : value;
    });
  } while (index > 0 && index < values.length && text.length < PRINTED_LENGTH_MAX);
  const flow = printedFlow(text, '', parsed.operands);
  if (target === undefined) return flow;
  const value: Value =
    flow.text === undefined
      ? { text: flow.partial ?? '', unknown: flow.cause, source: flow.source }
      : { text: flow.text, source: flow.source };
  call.scope.assign(target.text, [value]);
  return literalFlow('');
}

function runDeclare(call: Call, parsed: Parsed): Flow {
  for (const field of parsed.operands) call.assign(field);
  return literalFlow('');
}

function runUnset(call: Call, parsed: Parsed): Flow {
  for (const field of parsed.operands) {
    if (/^HIST(?:FILE|SIZE|FILESIZE)$/.test(field.text)) call.emit(destroy('logs', `unset ${field.text}`));
    if (call.scope.conditional === 0) call.scope.variables.delete(field.text);
  }
  return literalFlow('');
}

function runAliasBuiltin(call: Call, parsed: Parsed): Flow {
  for (const field of parsed.operands) {
    const equals = field.text.indexOf('=');
    if (equals <= 0) continue;
    if (isKnown(field)) call.scope.aliases.set(field.text.slice(0, equals), field.text.slice(equals + 1));
    else call.dynamic('variable', field.text);
  }
  return literalFlow('');
}

function runSource(call: Call, parsed: Parsed): Flow | undefined {
  const [file, ...positional] = parsed.operands;
  if (file === undefined) return undefined;
  if (!isKnown(file) && file.knownLength === 0) call.dynamic(file.unknown ?? 'variable', file.text);
  if (file.text === '/dev/stdin' || file.text === '-')
    return call.input === undefined ? undefined : call.shell(call.input);
  call.read(file);
  call.scope.positional = positional;
  const flow = call.fileFlow(file);
  return flow === undefined ? undefined : call.shell(flow);
}

function runTrap(call: Call, parsed: Parsed): Flow {
  const [action] = parsed.operands;
  if (action !== undefined && action.text !== '' && action.text !== '-' && parsed.operands.length > 1) {
    call.shell(fieldFlow(action), { scope: call.scope.copy(), input: undefined });
  }
  return literalFlow('');
}

function runSet(call: Call): Flow {
  const dashes = call.arguments.findIndex((field) => field.text === '--');
  const [first] = call.arguments;
  if (dashes !== -1) call.scope.positional = call.arguments.slice(dashes + 1);
  else if (first !== undefined && !/^[-+]/.test(first.text)) call.scope.positional = call.arguments;
  if (/^(?:\+o)$/.test(first?.text ?? '') && call.arguments[1]?.text === 'history')
    call.emit(destroy('logs', 'set +o history'));
  return literalFlow('');
}

/** `read` fills variables from what is piped in; that is known only when it is one evident line. */
function runRead(call: Call, parsed: Parsed): Flow {
  const names = parsed.operands.length === 0 ? ['REPLY'] : parsed.operands.map((field) => field.text);
  const line = call.input?.text?.split('\n', 1)[0];
  const parts = line?.trim().split(/\s+/) ?? [];
  names.forEach((name, index) => {
    const rest = index === names.length - 1 ? parts.slice(index).join(' ') : parts[index];
    const value: Value =
      line === undefined
        ? { text: `$${name}`, unknown: call.input?.cause ?? 'variable', source: call.input?.source ?? 'output' }
        : { text: rest ?? '', source: 'literal' };
    call.scope.assign(name, [value]);
  });
  return literalFlow('');
}

function runMapfile(call: Call, parsed: Parsed): Flow {
  const name = parsed.operands[0]?.text ?? 'MAPFILE';
  const lines = call.input?.text?.split('\n').filter((line) => line !== '');
  const unknown: Value = {
    text: `$${name}`,
    unknown: call.input?.cause ?? 'variable',
    source: call.input?.source ?? 'output',
  };
  call.scope.assignArray(name, lines?.map((text) => ({ text, source: 'literal' as const })) ?? [unknown]);
  return literalFlow('');
}

function runHistory(call: Call, parsed: Parsed): Flow | undefined {
  if (hasOption(parsed, '-c', '-d', '-w') && call.program === 'history') call.emit(destroy('logs', 'history'));
  if (call.program === 'fc' && hasOption(parsed, '-s', '-e')) call.dynamic('variable', 'fc');
  return undefined;
}

/** `enable -f file name` loads code into the shell. */
function runEnable(call: Call, parsed: Parsed): Flow {
  for (const file of optionValues(parsed, '-f')) {
    call.read(file);
    call.emit({ kind: 'persist', means: 'preload', detail: `enable -f ${file.text}` });
  }
  return literalFlow('');
}

function runWhich(_call: Call, parsed: Parsed): Flow | undefined {
  const [name] = parsed.operands;
  return name === undefined || !isKnown(name) || parsed.operands.length !== 1
    ? undefined
    : literalFlow(`${name.text}\n`);
}

function runSeq(_call: Call, parsed: Parsed): Flow | undefined {
  const numbers = parsed.operands.map((field) => Number(field.text));
  const [first = Number.NaN, second, third] = numbers;
  const from = second === undefined ? 1 : first;
  const to = third ?? second ?? first;
  const step = third === undefined ? 1 : (second ?? 1);
  const count = Math.floor((to - from) / step) + 1;
  if (!Number.isFinite(count) || count < 1 || count > 16) return undefined;
  return literalFlow(Array.from({ length: count }, (_, index) => `${from + index * step}\n`).join(''));
}

export const BUILTINS: Family = {
  'cd chdir pushd': { run: runCd },
  popd: {
    run: (call) => {
      call.scope.directories = ['$OLDPWD'];
      return literalFlow('');
    },
  },
  pwd: { run: (call) => literalFlow(`${call.scope.cwd}\n`) },
  echo: { stopsAtOperand: true, run: runEcho },
  printf: { options: { '-v': 'value' }, stopsAtOperand: true, run: runPrintf },
  'export declare typeset local readonly setenv': { run: runDeclare },
  unset: { run: runUnset },
  alias: { run: runAliasBuiltin },
  eval: {
    stopsAtOperand: true,
    run: (call, parsed) => (parsed.operands.length === 0 ? undefined : call.shell(joined(parsed.operands))),
  },
  'source .': { stopsAtOperand: true, run: runSource },
  trap: { stopsAtOperand: true, run: runTrap },
  set: { stopsAtOperand: true, run: runSet },
  shift: {
    run: (call) => {
      call.scope.positional = call.scope.positional.slice(1);
      return literalFlow('');
    },
  },
  read: { options: { '-d -i -n -N -p -t -u -a': 'value' }, run: runRead },
  'mapfile readarray': { options: { '-d -n -O -s -u -C -c': 'value' }, run: runMapfile },
  'history fc': { options: { '-e -d': 'value' }, run: runHistory },
  enable: { options: { '-f': 'value' }, run: runEnable },
  disown: { always: [detach('disown')] },
  'which type whereis hash': { run: runWhich },
  seq: { run: runSeq },
  'true false : test [ exit return break continue wait jobs umask ulimit getopts let shopt bind complete compgen compopt dirs times sleep fg caller help logout suspend':
    { stopsAtOperand: true, run: () => literalFlow('') },
  bg: { always: [detach('bg')] },
  hostname: {},
  mktemp: { flags: ['--directory'], run: (call) => literalFlow(`${call.path('/tmp').path}/tmp.XXXXXX\n`) },
  'basename dirname realpath readlink': { run: runPathText },
};

function runPathText(call: Call, parsed: Parsed): Flow | undefined {
  const [field] = parsed.operands;
  if (field === undefined || !isKnown(field) || !field.text.startsWith('/')) return undefined;
  const path = field.text.replace(/(?<=.)\/+$/, '');
  const slash = path.lastIndexOf('/');
  if (call.program === 'basename') return literalFlow(`${path.slice(slash + 1)}\n`);
  if (call.program === 'dirname') return literalFlow(`${path.slice(0, slash) || '/'}\n`);
  return literalFlow(`${call.path(path).path}\n`);
}
