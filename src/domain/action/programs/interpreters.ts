import type { Language } from '#domain/action/code/language.ts';
import type { Family, ProgramModel } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFlow, fieldFrom, isKnown } from '#domain/action/shell/values.ts';

/** Code on standard input: run when it is known, `dynamic` with its cause when not. From a file, it is a script like any other. */
function runInput(input: Flow, run: (code: Flow) => Flow | undefined): Flow | undefined {
  return input.file !== undefined && input.text === undefined ? undefined : run(input);
}

function runShellProgram(call: Call, parsed: Parsed): Flow | undefined {
  // `-c`, also in a cluster such as `-lc`, makes the first operand the code.
  const code = hasOption(parsed, '-c') ? parsed.operands[0] : undefined;
  for (const file of optionValues(parsed, '--rcfile', '--init-file')) call.read(file);
  const scope = call.scope.copy();
  if (code !== undefined) {
    scope.positional = parsed.operands.slice(2);
    return call.shell(fieldFlow(code), { scope });
  }
  if (hasOption(parsed, '-c')) {
    // The code itself comes from somewhere else: `xargs bash -c` with nothing to give.
    if (call.input !== undefined) call.dynamic('stdin', `${call.program} -c`);
    return undefined;
  }
  const [script, ...positional] = parsed.operands;
  const fromInput =
    script === undefined || hasOption(parsed, '-s') || script.text === '-' || script.text === '/dev/stdin';
  if (fromInput) {
    scope.positional = parsed.operands;
    return call.input === undefined
      ? undefined
      : runInput(call.input, (input) => call.shell(input, { scope, input: undefined }));
  }
  if (!isKnown(script) && script.knownLength === 0) {
    call.dynamic(script.unknown ?? 'variable', script.text);
    return undefined;
  }
  call.read(script);
  scope.positional = positional;
  const flow = call.fileFlow(script);
  return flow === undefined ? undefined : call.shell(flow, { scope });
}

/** An interpreter that takes code by these options, from a file, or from standard input. */
function interpreter(language: Language, code: string, valued: string, flags: readonly string[] = []): ProgramModel {
  const codeOptions = code.split(' ');
  return {
    options: { [`${code} ${valued}`.trim()]: 'value' },
    flags: [...flags],
    stopsAtOperand: true,
    run(call, parsed) {
      const codes = optionValues(parsed, ...codeOptions);
      for (const each of codes) call.inline(language, fieldFlow(each));
      if (codes.length > 0) return undefined;
      return runFile(call, parsed, (flow) => {
        call.inline(language, flow);
        return undefined;
      });
    },
  };
}

/** Programs that a project starts by their interpreter (`php artisan`, `python manage.py`): what they do is known by their own names. */
const STARTED_BY_INTERPRETER = /(?:^|\/)(?:artisan|manage\.py|bin\/console|bin\/rails|bin\/rake|jenkins-cli\.jar)$/;

/** A script by name: read, and looked at when this same command wrote it. */
function runFile(call: Call, parsed: Parsed, run: (flow: Flow) => undefined): undefined {
  const [script] = parsed.operands;
  const runsModule = hasOption(parsed, '-m') && /^(?:python|pypy)/.test(call.program);
  if (runsModule || (hasOption(parsed, '-V', '-v') && script === undefined)) return undefined;
  if (script === undefined || script.text === '-' || script.text === '/dev/stdin') {
    if (call.input !== undefined) runInput(call.input, run);
    return undefined;
  }
  if (!isKnown(script) && script.knownLength === 0) {
    call.dynamic(script.unknown ?? 'variable', script.text);
    return undefined;
  }
  if (!/^https?:/.test(script.text)) call.read(script);
  else {
    call.connect(script.text);
    call.dynamic('download', script.text);
  }
  if (STARTED_BY_INTERPRETER.test(script.text)) call.run(parsed.operands, { plain: true });
  const flow = call.fileFlow(script);
  return flow === undefined ? undefined : run(flow);
}

/** `python -m`: modules that do something of their own. */
function runPython(call: Call, parsed: Parsed): Flow | undefined {
  const [module] = optionValues(parsed, '-m');
  const codes = optionValues(parsed, '-c');
  for (const each of codes) call.inline('python', fieldFlow(each));
  if (module !== undefined && codes.length === 0) {
    const rest = parsed.operands;
    if (/^(?:pip|pip3|venv|pytest|ensurepip)$/.test(module.text))
      return call.run([{ ...module, text: module.text }, ...rest], { plain: true });
    if (/^(?:http\.server|SimpleHTTPServer|pyftpdlib|smtpd)$/.test(module.text))
      call.emit({ kind: 'send', host: '*', source: 'files' });
    return undefined;
  }
  if (codes.length > 0) return undefined;
  return runFile(call, parsed, (flow) => {
    call.inline('python', flow);
    return undefined;
  });
}

/** `perl -pi -e …`, `ruby -i`: the files are written in place. */
function inPlace(language: Language): ProgramModel {
  return {
    options: { '-e -E': 'value', '-I -M -m -r -C -F': 'value' },
    stopsAtOperand: true,
    run(call, parsed) {
      const codes = optionValues(parsed, '-e', '-E');
      for (const each of codes) call.inline(language, fieldFlow(each));
      if (codes.length === 0) {
        return runFile(call, parsed, (flow) => {
          call.inline(language, flow);
          return undefined;
        });
      }
      const writes = call.arguments.some((field) => /^-[a-zA-Z]*i/.test(field.text) && !field.text.startsWith('-I'));
      for (const file of parsed.operands)
        if (writes) call.write(file, { truncates: false });
        else call.read(file);
      return undefined;
    },
  };
}

/** GNU sed: `e` runs, `w` writes, `-i` writes the operands. */
function runSed(call: Call, parsed: Parsed): Flow | undefined {
  const given = optionValues(parsed, '-e', '--expression');
  for (const file of optionValues(parsed, '-f', '--file')) call.read(file);
  const explicit = given.length > 0 || hasOption(parsed, '-f', '--file');
  const scripts = explicit ? given : parsed.operands.slice(0, 1);
  const files = explicit ? parsed.operands : parsed.operands.slice(1);
  const writes = hasOption(parsed, '-i', '--in-place') || parsed.options.some((option) => option.name === '-i');
  for (const file of files) {
    call.read(file);
    if (writes) call.write(file, { truncates: false });
  }
  for (const script of scripts) {
    if (!isKnown(script)) continue;
    for (const [, command] of script.text.matchAll(/(?:^|[;{}\n]|[\d$/]\s*)\s*e(?:xec)?[ \t]+([^\n;]+)/g))
      call.shell(
        { text: command, cause: 'generated', source: 'literal' },
        { scope: call.scope.copy(), input: undefined },
      );
    if (/s([|/,#@!:])(?:(?!\1).)*\1(?:(?!\1).)*\1[gpIimM\d]*e/.test(script.text))
      call.dynamic('generated', 'sed: runs what it makes');
    for (const [, file] of script.text.matchAll(/(?:^|[;{}\n]|[\d$/])\s*w[ \t]+([^\s;}]+)/g))
      if (file !== undefined) call.write(file);
  }
  return undefined;
}

function runAwk(call: Call, parsed: Parsed): Flow | undefined {
  const files = optionValues(parsed, '-f', '--file');
  for (const file of files) call.read(file);
  const [program, ...rest] = parsed.operands;
  const operands = files.length > 0 ? parsed.operands : rest;
  if (files.length === 0 && program !== undefined) {
    // A shell variable in an awk program is nearly always a value in it; only what the program itself runs counts.
    const flow = fieldFlow(program);
    call.inline('awk', flow.text === undefined ? { ...flow, text: flow.partial } : flow);
  }
  for (const file of operands) if (!/^\w+=/.test(file.text)) call.read(file);
  return undefined;
}

/** `ed` takes its commands from standard input: `e` and `r` read, `w` writes, `!` runs (POSIX ed). */
function runEd(call: Call): Flow | undefined {
  for (const line of call.input?.text?.split('\n') ?? []) {
    const match = /^[\d,.$%]*\s*([erwEW])\s+(.+)$/.exec(line);
    const target = match?.[2] ?? '';
    const shell = /^\s*!(.+)$/.exec(match === null ? line : target)?.[1];
    if (shell !== undefined)
      call.shell(
        { text: shell, cause: 'generated', source: 'literal' },
        { scope: call.scope.copy(), input: undefined },
      );
    else if (match !== null && /[erE]/.test(match[1] ?? '')) call.read(target);
    else if (match !== null) call.write(target, { truncates: match[1] === 'w' });
  }
  return undefined;
}

/** Editors and pagers that take commands which run programs. */
function runEditor(call: Call, parsed: Parsed): Flow | undefined {
  for (const option of optionValues(parsed, '-c', '--cmd')) viCommand(option, call);
  for (const field of call.arguments) if (field.text.startsWith('+')) viCommand(fieldFrom(field, 1), call);
  for (const field of parsed.operands) if (!field.text.startsWith('+')) call.write(field, { truncates: false });
  return undefined;
}

function viCommand(field: Field, call: Call): void {
  const match = /^\s*:?\s*(?:(?:silent|exe(?:cute)?)!?\s+)*["']?!\s*(.+?)["']?$/.exec(field.text);
  if (match?.[1] !== undefined)
    call.shell(
      { text: match[1], cause: 'generated', source: 'literal' },
      { scope: call.scope.copy(), input: undefined },
    );
  else if (/\b(?:system|py3?|python3?|lua|perl|ruby|source|so)\b/.test(field.text))
    call.dynamic('inline-code', `${call.program}: ${field.text}`);
}

const NODE_VALUES =
  '-C --env-file --conditions --loader --experimental-loader --import --title --inspect-port --test-name-pattern --test-reporter --watch-path --cpu-prof-dir';

export const INTERPRETERS: Family = {
  'sh bash dash zsh ksh mksh pdksh ash fish csh tcsh rbash yash oksh hush': {
    options: { '-o -O +o --rcfile --init-file': 'value' },
    flags: ['--login', '--norc', '--noprofile', '--posix'],
    stopsAtOperand: true,
    run: runShellProgram,
  },
  'python python2 python3 pypy pypy3 ipython': {
    options: { '-c -m -W -X -Q': 'value' },
    stopsAtOperand: true,
    run: runPython,
  },
  'python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14 python2.7': {
    options: { '-c -m -W -X -Q': 'value' },
    stopsAtOperand: true,
    run: runPython,
  },
  'node nodejs': interpreter('javascript', '-e --eval -p --print -pe', `-r --require ${NODE_VALUES}`, [
    '--check',
    '--test',
    '--watch',
  ]),
  'ts-node tsx esno': interpreter('javascript', '-e --eval -p --print', '-r --require -P --project --tsconfig'),
  deno: { stopsAtOperand: true, run: runDeno },
  'perl perl5': inPlace('perl'),
  'ruby jruby': inPlace('ruby'),
  'php php8 php7': interpreter('php', '-r -B -R -E', '-d -c -S -t -z'),
  'lua luajit lua5.1 lua5.3 lua5.4': interpreter('lua', '-e', '-l'),
  'tclsh wish expect': {
    options: { '-c': 'value' },
    run: (call, parsed) => {
      for (const code of optionValues(parsed, '-c')) call.inline('tcl', fieldFlow(code));
      return runFile(call, parsed, (flow) => {
        call.inline('tcl', flow);
        return undefined;
      });
    },
  },
  osascript: interpreter('applescript', '-e', '-l -s'),
  'Rscript julia elixir erl scala groovy kotlin racket guile sbcl ghc runghc swift octave pwsh powershell irb iex jshell':
    {
      options: { '-e -E -c --eval --expr -Command -EncodedCommand -r -eval': 'value' },
      singleDash: true,
      run: runOpaque,
    },
  'sed gsed': {
    options: { '-e -f -l --expression --file --line-length': 'value' },
    flags: ['--in-place', '--quiet', '--silent', '--regexp-extended', '--separate', '--null-data'],
    run: runSed,
  },
  'awk gawk mawk nawk original-awk': {
    options: { '-f -v -F -i -l --file --assign --field-separator --include': 'value' },
    stopsAtOperand: true,
    run: runAwk,
  },
  'vi vim nvim ex view gvim vimdiff rvim': { options: { '-c -S --cmd -u -i -s -w -W -T': 'value' }, run: runEditor },
  emacs: {
    options: { '--eval -l --load -f --funcall': 'value' },
    singleDash: true,
    run: (call, parsed) => {
      for (const code of optionValues(parsed, '--eval', '-eval')) call.dynamic('inline-code', `emacs: ${code.text}`);
      for (const file of parsed.operands) call.write(file, { truncates: false });
      return undefined;
    },
  },
  ed: { options: { '-p': 'value' }, operands: 'append', run: runEd },
  gdb: {
    options: { '-ex -x -p --eval-command --command --pid --batch': 'value' },
    singleDash: true,
    run: (call, parsed) => {
      for (const code of optionValues(parsed, '-ex', '--eval-command'))
        if (/\b(?:shell|!|python|call)\b|^!/.test(code.text)) call.dynamic('inline-code', `gdb: ${code.text}`);
      return undefined;
    },
  },
  'm4 bc dc': {},
};

/** Languages that nothing is known of here: any code given to them is not evident. */
function runOpaque(call: Call, parsed: Parsed): Flow | undefined {
  const codes = optionValues(
    parsed,
    '-e',
    '-E',
    '-c',
    '--eval',
    '--expr',
    '-Command',
    '-EncodedCommand',
    '-r',
    '-eval',
  );
  for (const code of codes) call.dynamic('inline-code', `${call.program}: ${code.text.slice(0, 80)}`);
  if (codes.length === 0) {
    return runFile(call, parsed, (flow) => {
      call.dynamic(flow.text === undefined ? flow.cause : 'inline-code', call.program);
      return undefined;
    });
  }
  return undefined;
}

function runDeno(call: Call, parsed: Parsed): Flow | undefined {
  const [verb, ...rest] = parsed.operands;
  if (verb?.text === 'eval') {
    const code = rest.find((field) => !field.text.startsWith('-'));
    if (code !== undefined) call.inline('javascript', fieldFlow(code));
  } else if (verb?.text === 'run' || verb?.text === 'install') {
    const script = rest.find((field) => !field.text.startsWith('-'));
    if (script !== undefined && /^(?:https?|npm|jsr):/.test(script.text)) {
      call.connect(script.text);
      call.dynamic('download', script.text);
    } else if (script !== undefined) call.read(script);
  }
  return undefined;
}
