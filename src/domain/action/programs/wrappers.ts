import type { Effect } from '#domain/action/effect.ts';
import { detach, escalate, words } from '#domain/action/programs/facts.ts';
import type { Family, ProgramModel } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFlow, fieldFrom, isKnown, type Value } from '#domain/action/shell/values.ts';

/** A program that runs the command that its operands are. `skip`: operands before it; `assigns`: `A=1` may stand before it. */
function wrapper(
  valued: string,
  more: {
    readonly skip?: number;
    readonly assigns?: boolean;
    readonly always?: readonly Effect[];
    readonly plain?: boolean;
  } = {},
): ProgramModel {
  const options = valued === '' ? {} : { [valued]: 'value' as const };
  return {
    options,
    stopsAtOperand: true,
    ...(more.always === undefined ? {} : { always: more.always }),
    run(call, parsed) {
      const operands = parsed.operands.slice(more.skip ?? 0);
      return more.assigns === true ? runAssigned(operands, call) : runRest(operands, call);
    },
  };
}

function runRest(operands: readonly Field[], call: Call): Flow | undefined {
  return operands.length === 0 ? undefined : call.run(operands, { plain: true });
}

/** `A=1 B=2 command …`, as `env` and `sudo` take it. */
function runAssigned(operands: readonly Field[], call: Call): Flow | undefined {
  const environment = new Map<string, Value>();
  let index = 0;
  for (; index < operands.length; index++) {
    const field = operands[index];
    const name = field === undefined ? undefined : /^([^/=\s]+)=/.exec(field.text)?.[1];
    if (field === undefined || name === undefined) break;
    environment.set(name, fieldFrom(field, name.length + 1));
  }
  const rest = operands.slice(index);
  return rest.length === 0 ? undefined : call.run(rest, { environment, plain: true });
}

/** All variables of the environment; there are secrets among them. */
const ENVIRONMENT: Flow = { text: undefined, cause: 'generated', source: 'credentials' };

function runEnv(call: Call, outer: Parsed): Flow | undefined {
  // `-` is an old way to write `-i`.
  const parsed = outer.operands[0]?.text === '-' ? { ...outer, operands: outer.operands.slice(1) } : outer;
  for (const directory of optionValues(parsed, '-C', '--chdir'))
    call.scope.directories = [call.path(directory.text).path];
  const [split] = optionValues(parsed, '-S', '--split-string');
  if (split === undefined) return runAssigned(parsed.operands, call) ?? ENVIRONMENT;
  if (!isKnown(split)) {
    call.dynamic(split.unknown ?? 'variable', split.text);
    return undefined;
  }
  const fields = splitWords(split).concat(parsed.operands);
  return call.run([{ ...split, text: 'env', knownLength: 3, glob: false }, ...fields], { plain: true });
}

/** `env -S 'a b "c d"'`: blanks separate, quotes join. */
function splitWords(field: Field): readonly Field[] {
  const found = field.text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return found.map((text) => {
    const bare = text.replace(/["']/g, '');
    return { text: bare, knownLength: bare.length, source: field.source, glob: false, span: field.span };
  });
}

function runSudo(call: Call, parsed: Parsed): Flow | undefined {
  // `sudo -l`, `sudo -k`: nothing is run.
  if (parsed.operands.length === 0 && !hasOption(parsed, '-i', '-s', '--login', '--shell')) return undefined;
  call.emit(escalate(call.program));
  for (const directory of optionValues(parsed, '-D', '--chdir'))
    call.scope.directories = [call.path(directory.text).path];
  if (hasOption(parsed, '-e', '--edit') || call.program === 'sudoedit') {
    for (const field of parsed.operands) call.write(field);
    return undefined;
  }
  return runAssigned(parsed.operands, call);
}

/** `su [-] [user] [-c command | -- arguments]`; its options may stand behind the user. */
function runSu(call: Call, parsed: Parsed): Flow | undefined {
  call.emit(escalate(call.program));
  if (hasOption(parsed, '-u', '--user')) return runRest(parsed.operands, call);
  const commands = optionValues(parsed, '-c', '--command', '--session-command');
  let flow: Flow | undefined;
  for (const command of commands) flow = call.shell(fieldFlow(command), { scope: call.scope.copy() });
  if (commands.length > 0 || call.input === undefined) return flow;
  return call.program === 'su'
    ? call.shell(call.input, { scope: call.scope.copy(), input: undefined })
    : runRest(parsed.operands, call);
}

function runWatch(call: Call, parsed: Parsed): Flow | undefined {
  if (parsed.operands.length === 0) return undefined;
  // Without -x, the words are joined and given to a shell.
  if (hasOption(parsed, '-x', '--exec')) return runRest(parsed.operands, call);
  return call.shell(joined(parsed.operands), { scope: call.scope.copy() });
}

export function joined(fields: readonly Field[]): Flow {
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) return fieldFlow(only);
  const text = words(fields);
  const unknown = fields.find((field) => !isKnown(field))?.unknown;
  if (unknown !== undefined) return { text: undefined, cause: unknown, source: 'output', partial: text };
  const [first] = fields;
  const contiguous =
    first?.at !== undefined &&
    fields.every(
      (field) =>
        field.at !== undefined && field.at - (first.at ?? 0) === text.indexOf(field.text, field.at - (first.at ?? 0)),
    );
  return {
    text,
    cause: 'generated',
    source: 'literal',
    ...(contiguous && first.at !== undefined ? { at: first.at } : {}),
  };
}

/** A command given as one text, or as words. */
function runCommandOption(...names: readonly string[]): (call: Call, parsed: Parsed) => Flow | undefined {
  return (call, parsed) => {
    for (const command of optionValues(parsed, ...names)) call.shell(fieldFlow(command), { scope: call.scope.copy() });
    return runRest(parsed.operands, call);
  };
}

/** `flock file command…`, `flock file -c text`. */
/** `capsh … -- arguments`: bash with these arguments. `setpriv … command`. */
function runCapsh(call: Call, parsed: Parsed): Flow | undefined {
  const [first] = parsed.operands;
  if (first === undefined || call.program === 'setpriv') return runRest(parsed.operands, call);
  return call.run([{ ...fieldFrom(first, 0), text: 'bash', knownLength: 4 }, ...parsed.operands], { plain: true });
}

function runFlock(call: Call, parsed: Parsed): Flow | undefined {
  const [, option, code] = parsed.operands;
  const isText = option?.text === '-c' || option?.text === '--command';
  if (isText && code !== undefined) return call.shell(fieldFlow(code), { scope: call.scope.copy() });
  return runRest(parsed.operands.slice(1), call);
}

function runScreen(call: Call, parsed: Parsed): Flow | undefined {
  if (hasOption(parsed, '-d', '-D', '-m')) call.emit(detach(call.program));
  return runRest(parsed.operands, call);
}

const TMUX_COMMANDS: ReadonlySet<string> = new Set(
  'new new-session neww new-window split-window splitw respawn-pane respawn-window run run-shell if-shell send-keys send popup display-popup pipe-pane'.split(
    ' ',
  ),
);

function runTmux(call: Call, parsed: Parsed): Flow | undefined {
  const [verb, ...rest] = parsed.operands;
  if (verb === undefined || !TMUX_COMMANDS.has(verb.text)) return undefined;
  if (verb.text.startsWith('new')) call.emit(detach('tmux'));
  const commands = rest.filter(
    (field, index) => !field.text.startsWith('-') && !/^-[a-zA-Z]$/.test(rest[index - 1]?.text ?? ''),
  );
  // Keys that are typed into a terminal are a command when they are more than names of keys.
  const typed = commands.filter((field) => !/^(?:Enter|C-[a-z]|Space|Tab|Escape)$/.test(field.text));
  return typed.length === 0 ? undefined : call.shell(joined(typed), { scope: call.scope.copy() });
}

function runChroot(call: Call, parsed: Parsed): Flow | undefined {
  call.emit(escalate(call.program));
  return runRest(parsed.operands.slice(1), call);
}

function runExec(call: Call, parsed: Parsed): Flow | undefined {
  return runRest(parsed.operands, call);
}

function runCommandBuiltin(call: Call, parsed: Parsed): Flow | undefined {
  const asks = hasOption(parsed, '-v', '-V');
  const [name] = parsed.operands;
  if (!asks) return runRest(parsed.operands, call);
  return name === undefined || !isKnown(name)
    ? undefined
    : { text: `${name.text}\n`, cause: 'generated', source: 'literal' };
}

const SUDO_OPTIONS =
  '-u -g -p -C -h -r -t -T -U -D -R --user --group --prompt --close-from --host --role --type --command-timeout --other-user --chdir --chroot';

export const WRAPPERS: Family = {
  env: { options: { '-u -C -S --unset --chdir --split-string': 'value' }, stopsAtOperand: true, run: runEnv },
  'sudo sudoedit': { options: { [SUDO_OPTIONS]: 'value' }, stopsAtOperand: true, run: runSudo },
  'doas please': { options: { '-u -C -a': 'value' }, stopsAtOperand: true, run: runSudo },
  'su runuser': {
    options: {
      '-c -s -g -G -w -u --command --session-command --shell --group --supp-group --whitelist-environment --user':
        'value',
    },
    run: runSu,
  },
  'pkexec gksudo gksu kdesudo kdesu run0': wrapper('--user -u', { always: [escalate('pkexec')] }),
  sg: { options: { '-c': 'value' }, run: runCommandOption('-c') },
  timeout: wrapper('-s -k --signal --kill-after', { skip: 1 }),
  nice: wrapper('-n --adjustment'),
  // Priority or mask stands before the command.
  chrt: wrapper('-T -P -D --sched-runtime --sched-period --sched-deadline', { skip: 1 }),
  taskset: {
    options: { '-c --cpu-list': 'value' },
    stopsAtOperand: true,
    run: (call, parsed) =>
      runRest(hasOption(parsed, '-c', '--cpu-list') ? parsed.operands : parsed.operands.slice(1), call),
  },
  'ionice numactl': wrapper('-c -n -p -P -u --class --classdata --cpunodebind --membind'),
  'nohup setsid': wrapper('', { always: [detach('nohup')] }),
  'time stdbuf unbuffer': wrapper('-i -o -e -f --input --output --error --format'),
  command: { stopsAtOperand: true, run: runCommandBuiltin },
  builtin: wrapper(''),
  exec: { options: { '-a': 'value' }, stopsAtOperand: true, run: runExec },
  'busybox toybox': wrapper(''),
  chroot: { options: { '--userspec --groups': 'value' }, stopsAtOperand: true, run: runChroot },
  'nsenter unshare': {
    options: { '-t -S -G -R -w --target --setuid --setgid --root --wd --wdns': 'value' },
    stopsAtOperand: true,
    always: [escalate('nsenter')],
    run: runExec,
  },
  'capsh setpriv': {
    options: { '-c --reuid --regid --inh-caps --ambient-caps --bounding-set --groups': 'value' },
    stopsAtOperand: true,
    always: [escalate('capsh')],
    run: runCapsh,
  },
  watch: { options: { '-n --interval': 'value' }, stopsAtOperand: true, run: runWatch },
  script: {
    options: { '-c -T -I -O -B -E -m -o --command --timing': 'value' },
    operands: 'write',
    run: runCommandOption('-c', '--command'),
  },
  flock: { stopsAtOperand: true, options: { '-w -E --wait --timeout --conflict-exit-code': 'value' }, run: runFlock },
  'strace ltrace truss dtruss': wrapper('-e -o -p -s -u -E -a -P -O -S -b -I -X'),
  'valgrind perf rlwrap catchsegv eatmydata fakeroot torsocks torify proxychains proxychains4 tsocks caffeinate dbus-run-session dbus-launch xvfb-run setarch linux32 linux64 i386 firejail proot unbuffer cpulimit softlimit prlimit coproc ccache distcc':
    wrapper('-e -o -p -s -u -E -a -n -w -t -r -i --pid --limit --trace --output --tool --log-file'),
  'systemd-run systemd-inhibit': {
    options: {
      '-p -u -M -H -E -t --unit --property --description --slice --uid --gid --nice --working-directory --setenv --on-active --on-boot --on-startup --on-calendar --on-unit-active --timer-property --path-property --socket-property --service-type --what --who --why --mode':
        'value',
    },
    stopsAtOperand: true,
    run: runSystemdRun,
  },
  screen: { options: { '-S -r -c -t -T -p -x -X -L -h -s -e': 'value' }, stopsAtOperand: true, run: runScreen },
  tmux: { options: { '-L -S -f -c': 'value' }, stopsAtOperand: true, run: runTmux },
  'start-stop-daemon': {
    options: { '-x -p -n -u -c -a --exec --startas --pidfile --name --user --chuid --chdir': 'value' },
    flags: ['--start', '--stop', '--background', '--make-pidfile', '--oknodo', '--quiet'],
    always: [detach('start-stop-daemon')],
    run: (call, parsed) =>
      runRest([...optionValues(parsed, '-x', '-a', '--exec', '--startas'), ...parsed.operands], call),
  },
  entr: { options: {}, stopsAtOperand: true, run: runExec },
  hyperfine: {
    options: {
      '-w -m -M -r -s -p -c -n -L -P -i --warmup --min-runs --max-runs --runs --setup --prepare --cleanup --export-json --export-markdown --export-csv':
        'value',
    },
    run: (call, parsed) => {
      for (const field of parsed.operands) call.shell(fieldFlow(field), { scope: call.scope.copy() });
      return undefined;
    },
  },
  'concurrently run-parts': {
    options: { '-n -c -k --names': 'value' },
    run: (call, parsed) => {
      for (const field of parsed.operands)
        if (/\s/.test(field.text)) call.shell(fieldFlow(field), { scope: call.scope.copy() });
      return undefined;
    },
  },
  expect: {
    options: { '-c -f': 'value' },
    run: (call, parsed) => {
      for (const code of optionValues(parsed, '-c')) call.inline('tcl', fieldFlow(code));
      return undefined;
    },
  },
  'nix-shell guix': {
    options: { '--run --command -p -A -I --packages --argstr --arg': 'value' },
    run: (call, parsed) => {
      for (const code of optionValues(parsed, '--run', '--command')) call.shell(fieldFlow(code));
      return undefined;
    },
  },
  'logger wall write': { run: () => undefined },
  yes: {
    run: (call, parsed) => ({
      text: undefined,
      cause: 'generated',
      source: parsed.operands[0]?.source ?? call.input?.source ?? 'output',
    }),
  },
};

/** A transient unit runs beside the session; with a timer or without `--wait` and `--scope`, it outlives the command. */
function runSystemdRun(call: Call, parsed: Parsed): Flow | undefined {
  if (call.program === 'systemd-run') {
    const timer = parsed.options.some(
      (option) => option.name.startsWith('--on-') || option.name === '--timer-property',
    );
    call.emit(timer ? { kind: 'persist', means: 'scheduler', detail: 'systemd-run' } : detach('systemd-run'));
    if (!hasOption(parsed, '--user')) call.emit(escalate('systemd-run'));
  }
  return runRest(parsed.operands, call);
}
