import { packageEffect, SYSTEM_MANAGERS } from '#domain/action/package-effects.ts';
import { destroy } from '#domain/action/programs/facts.ts';
import type { Family, ProgramModel } from '#domain/action/programs/model.ts';
import { hasOption, optionValues, type Parsed, parseArguments } from '#domain/action/programs/options.ts';
import { runPip } from '#domain/action/programs/pip.ts';
import { runArchiveInstaller, runPacman } from '#domain/action/programs/system-managers.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFlow } from '#domain/action/shell/values.ts';

/** How one package manager's command line installs. */
interface Manager {
  /** First words that install what they name. */
  readonly installs: string;
  /** First words that install what a manifest or lock file names, when nothing is named. */
  readonly restores?: string;
  /** Of those: exactly what the lock file names. */
  readonly locked?: string;
  /** Flags with which a restore is exactly the lock file's. */
  readonly lockedFlags?: readonly string[];
  /** First words that remove. */
  readonly removes?: string;
  readonly globalFlags?: readonly string[];
  readonly valued?: string;
  /** Without any word, the manifest's packages are installed. */
  readonly bare?: boolean;
  /** First words after which a command follows that is run. */
  readonly runs?: string;
  /** First words after which a package is fetched and run. */
  readonly fetchesAndRuns?: string;
  /** First words that change what others get from the registry, beside `publish` and `unpublish`. */
  readonly releases?: string;
}

/** What a manager's first word means. Sets, so that a word is looked up once. */
interface ManagerVerbs {
  readonly installs: ReadonlySet<string>;
  readonly restores: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
  readonly runs: ReadonlySet<string>;
  readonly fetchesAndRuns: ReadonlySet<string>;
  readonly releases: ReadonlySet<string>;
}

function manager(facts: Manager): ProgramModel {
  const set = (text = ''): ReadonlySet<string> => new Set(text.split(' ').filter((word) => word !== ''));
  const verbs: ManagerVerbs = {
    installs: set(facts.installs),
    restores: set(facts.restores),
    locked: set(facts.locked),
    runs: set(facts.runs),
    fetchesAndRuns: set(facts.fetchesAndRuns),
    releases: set(`publish unpublish ${facts.releases ?? ''}`),
  };
  const syntax = { valued: set(facts.valued), flags: ['--dry-run', '--global', '--help'] };
  return {
    stopsAtOperand: true,
    options: facts.valued === undefined ? {} : { [facts.valued]: 'value' },
    harmless: ['--dry-run', '--simulate'],
    run(call, outer) {
      const [verb, ...args] = outer.operands;
      const name = verb?.text ?? '';
      if (verbs.runs.has(name)) return runCommand(args, call);
      if (verbs.releases.has(name)) return release(name, args, call);
      const parsed = parseArguments(args, syntax);
      const both: Parsed = { options: [...outer.options, ...parsed.options], operands: parsed.operands };
      if (onlyShows(both, call)) return undefined;
      if (verbs.fetchesAndRuns.has(name)) return fetchAndRun(args, call);
      install(name, both, verbs, facts, call);
      return undefined;
    },
  };
}

function onlyShows(parsed: Parsed, call: Call): boolean {
  if (hasOption(parsed, '--dry-run', '--simulate', '--just-print', '--help')) return true;
  return hasOption(parsed, '-s') && call.program.startsWith('apt');
}

function install(name: string, parsed: Parsed, verbs: ManagerVerbs, facts: Manager, call: Call): void {
  const isGlobal = SYSTEM_MANAGERS.has(call.program) || hasOption(parsed, ...(facts.globalFlags ?? []));
  const named = parsed.operands.length > 0;
  if (name === 'global') installNamed({ ...parsed, operands: parsed.operands.slice(1) }, true, call);
  else if (verbs.installs.has(name) && named) installNamed(parsed, isGlobal, call);
  else if (verbs.restores.has(name) || (name === '' && facts.bare === true) || (verbs.locked.has(name) && !named)) {
    const exact = verbs.locked.has(name) || hasOption(parsed, ...(facts.lockedFlags ?? []));
    const source = exact ? 'lockfile' : 'manifest';
    call.emit({ kind: 'install', manager: call.program, package: '*', source, global: isGlobal });
  }
}

/** A release for everybody, who may make one, or taking one away. */
function release(verb: string, args: readonly Field[], call: Call): undefined {
  if (args.some((field) => field.text === '--dry-run' || field.text === '-n')) return;
  // `npm owner ls`, `npm dist-tag ls`
  if (/^(?:ls|list|get)$/.test(args[0]?.text ?? '')) return;
  const detail = `${call.program} ${verb}`;
  call.emit(
    /^(?:unpublish|yank)$/.test(verb)
      ? destroy('cloud', detail)
      : { kind: 'deploy', environment: 'registry', artifact: detail },
  );
}

function installNamed(parsed: Parsed, isGlobal: boolean, call: Call): void {
  for (const field of parsed.operands) call.emit(packageEffect(call.program, field.text, isGlobal));
}

function runCommand(args: readonly Field[], call: Call): Flow | undefined {
  const at = args.findIndex((field) => !field.text.startsWith('-'));
  const rest = args[0]?.text === '--' ? args.slice(1) : args.slice(Math.max(at, 0));
  return rest.length === 0 || at === -1 ? undefined : call.run(rest, { plain: true });
}

const FETCH_OPTIONS = '-p --package -c --call -w --workspace --from --with --python --spec';

/** `npx pkg args`, `uvx pkg`, `pnpm dlx pkg`: fetched unless it is there already, then run. */
function fetchAndRun(args: readonly Field[], call: Call): Flow | undefined {
  const parsed = parseArguments(args, { valued: new Set(FETCH_OPTIONS.split(' ')), stopsAtOperand: true });
  const packages = optionValues(parsed, '-p', '--package', '--from', '--with', '--spec');
  for (const code of optionValues(parsed, '-c', '--call')) call.shell(fieldFlow(code), { scope: call.scope.copy() });
  const [name, ...rest] = parsed.operands;
  const local =
    hasOption(parsed, '--no-install', '--no', '--offline') ||
    (name !== undefined && packages.length === 0 && isInstalled(name, call));
  const fetched = packages.length > 0 ? packages : name === undefined ? [] : [name];
  if (!local) for (const field of fetched) call.emit(packageEffect(call.program, field.text, false));
  if (name === undefined) return undefined;
  const bare = /^(?:@[^/@]+\/)?([^@]+)/.exec(name.text)?.[1] ?? name.text;
  return call.run([{ ...name, text: bare, knownLength: bare.length }, ...rest], { plain: true });
}

/** npm links the programs of what is installed into `node_modules/.bin`; a name that leads elsewhere is there, and nothing is fetched. */
function isInstalled(name: Field, call: Call): boolean {
  if (!/^[\w.-]+$/.test(name.text)) return false;
  return !call.path(`node_modules/.bin/${name.text}`).path.endsWith(`/node_modules/.bin/${name.text}`);
}

const APT_VALUES = '-o -c -t --option --config-file --target-release';
const NPM_VALUES =
  '-w --workspace --prefix --registry --loglevel --cache --userconfig --tag --omit --include --install-strategy -C --dir --filter -F --cwd';
const JS_VERBS = 'install i in ins add isntall';

/** A language's runner of commands in its environment: `poetry run x`. */
const BUN = manager({
  installs: `${JS_VERBS} update`,
  restores: `${JS_VERBS} update`,
  lockedFlags: ['--frozen-lockfile'],
  globalFlags: ['-g', '--global'],
  valued: '--cwd --registry --config -c --filter',
  fetchesAndRuns: 'x create',
});

/** bun is a package manager, and runs JavaScript. */
function runBun(call: Call, parsed: Parsed): Flow | undefined {
  const codes = optionValues(parsed, '-e', '--eval', '-p', '--print');
  for (const code of codes) call.inline('javascript', fieldFlow(code));
  return codes.length > 0 ? undefined : BUN.run?.(call, parsed);
}

export const PACKAGES: Family = {
  bun: { options: { '-e --eval -p --print --cwd': 'value' }, stopsAtOperand: true, run: runBun },
  'apt apt-get aptitude': manager({
    installs: 'install reinstall build-dep satisfy',
    restores: 'upgrade dist-upgrade full-upgrade safe-upgrade',
    valued: APT_VALUES,
  }),
  'dnf yum microdnf zypper': manager({
    installs: 'install in localinstall reinstall groupinstall swap builddep',
    restores: 'upgrade update up dup distro-sync',
    valued: '-c --repo --enablerepo --disablerepo --releasever --installroot',
  }),
  'apk xbps-install emerge port pkg pkg_add snap flatpak brew choco winget scoop': manager({
    installs: 'add install tap reinstall',
    restores: 'upgrade refresh',
    valued: '-t -X --repository --virtual --channel',
  }),
  'pacman yay paru pamac': { run: runPacman },
  'rpm dpkg installer': { options: { '-pkg -target --root': 'value' }, run: runArchiveInstaller },
  npm: manager({
    installs: `${JS_VERBS} update upgrade link install-test it`,
    restores: `${JS_VERBS} update upgrade install-test it`,
    locked: 'ci clean-install install-clean cit install-ci-test',
    globalFlags: ['-g', '--global', '--location'],
    valued: NPM_VALUES,
    fetchesAndRuns: 'exec x create init',
    releases: 'deprecate owner access dist-tag',
  }),
  pnpm: manager({
    installs: `${JS_VERBS} update up`,
    restores: `${JS_VERBS} update up`,
    lockedFlags: ['--frozen-lockfile'],
    globalFlags: ['-g', '--global'],
    valued: NPM_VALUES,
    runs: 'exec',
    fetchesAndRuns: 'dlx create',
  }),
  yarn: manager({
    bare: true,
    installs: 'add global up upgrade',
    restores: 'install up upgrade',
    locked: '',
    lockedFlags: ['--frozen-lockfile', '--immutable'],
    globalFlags: [],
    valued: NPM_VALUES,
    runs: 'exec',
    fetchesAndRuns: 'dlx create',
  }),
  'npx pnpx yarn-dlx uvx pipx-run bunx': {
    stopsAtOperand: true,
    options: { [FETCH_OPTIONS]: 'value' },
    run: (call) => fetchAndRun(call.arguments, call),
  },
  'pip pip3 pip2': {
    stopsAtOperand: true,
    options: { '--proxy --cert --log --python --timeout': 'value' },
    run: runPip,
  },
  pipx: manager({
    installs: 'install inject upgrade install-all',
    valued: '--python --index-url --pip-args --suffix',
    globalFlags: ['--global'],
    fetchesAndRuns: 'run',
  }),
  uv: {
    stopsAtOperand: true,
    options: { '--directory --project --config-file --cache-dir --python -p': 'value' },
    run: runUv,
  },
  poetry: manager({
    installs: 'add',
    restores: 'update',
    locked: 'install sync',
    valued: '-C -P --directory --project --group -G --source --python',
    runs: 'run',
  }),
  pdm: manager({ installs: 'add', restores: 'update', locked: 'install sync', valued: '-p --project -G', runs: 'run' }),
  pipenv: manager({
    installs: 'install',
    restores: 'install update',
    locked: 'sync',
    valued: '--python --pypi-mirror -r',
    runs: 'run',
  }),
  'conda mamba micromamba': manager({
    installs: 'install create',
    restores: 'update',
    valued: '-n --name -c --channel -p --prefix -f --file',
    runs: 'run',
  }),
  cargo: manager({
    installs: 'install add binstall',
    restores: 'update',
    valued:
      '--version --git --branch --tag --rev --path --root --registry --features -F -p --package --manifest-path --target',
    globalFlags: [],
    releases: 'yank owner',
  }),
  go: manager({ installs: 'install get', valued: '-C -modfile -tags', globalFlags: [] }),
  gem: manager({
    installs: 'install',
    restores: 'update',
    valued: '-v --version -s --source -i --install-dir -n --bindir',
    releases: 'push yank owner',
  }),
  'bundle bundler': manager({
    installs: 'add',
    restores: 'update',
    locked: 'install',
    valued: '--gemfile --path --jobs --without --with -j',
    runs: 'exec',
  }),
  composer: manager({
    installs: 'require global create-project',
    restores: 'update',
    locked: 'install',
    valued: '-d --working-dir',
    runs: 'exec',
  }),
  'nix-env nix': { options: { '-f -A -p -I --file --attr --profile': 'value' }, run: runNix },
  mix: {
    ...manager({ installs: 'archive.install', restores: 'deps.get deps.update', releases: 'hex.publish hex.owner' }),
    verbs: {
      'ecto.drop': [destroy('database', 'mix ecto.drop')],
      'ecto.reset': [destroy('database', 'mix ecto.reset')],
    },
  },
  'rebar3 cpanm cpan luarocks opam cabal stack nimble pub dart flutter julia-pkg': manager({
    installs: 'install get add require',
    restores: 'deps.get update',
    valued: '--version',
  }),
  'mise asdf rustup nvm fnm volta pyenv rbenv sdk': manager({
    installs: 'install add use',
    valued: '--version',
    runs: 'exec',
  }),
  make: {
    options: { '-C -f -j -o -W -I --directory --file --makefile': 'value' },
    flags: ['--dry-run'],
    run: (call, parsed) => {
      for (const file of optionValues(parsed, '-f', '--file', '--makefile'))
        if (file.text === '-' && call.input !== undefined) call.dynamic(call.input.cause, 'make -f -');
      for (const setting of optionValues(parsed, '--eval')) call.dynamic('inline-code', `make --eval ${setting.text}`);
      return undefined;
    },
  },
};

function runUv(call: Call, parsed: Parsed): Flow | undefined {
  const [verb, ...args] = parsed.operands;
  const name = verb?.text ?? '';
  if (verb === undefined) return undefined;
  if (name === 'pip') return runPip(call, parsed);
  if (name === 'run') return runUvCommand(args, call);
  const inner = parseArguments(args, {
    valued: new Set('--group --extra --index-url --python -p --with --from --default-index'.split(' ')),
    flags: ['--dry-run'],
  });
  if (name === 'tool') return runUvTool(inner.operands, args.slice(1), call);
  if (name === 'add') for (const field of inner.operands) call.emit(packageEffect('uv', field.text, false));
  if (name === 'sync')
    call.emit({
      kind: 'install',
      manager: 'uv',
      package: '*',
      source: hasOption(inner, '--upgrade', '-U') ? 'manifest' : 'lockfile',
      global: false,
    });
  return undefined;
}

function runUvCommand(args: readonly Field[], call: Call): Flow | undefined {
  const inner = parseArguments(args, {
    valued: new Set(
      '--with --with-requirements --with-editable --python -p --project --directory --extra --group --env-file --index-url --package -m --module'.split(
        ' ',
      ),
    ),
    stopsAtOperand: true,
  });
  for (const field of optionValues(inner, '--with')) call.emit(packageEffect('uv', field.text, false));
  for (const file of optionValues(inner, '--env-file', '--with-requirements')) call.read(file);
  return inner.operands.length === 0 ? undefined : call.run(inner.operands, { plain: true });
}

function runUvTool([action, name]: readonly Field[], rest: readonly Field[], call: Call): Flow | undefined {
  if (action?.text === 'run') return fetchAndRun(rest, call);
  if (action?.text === 'install' && name !== undefined) call.emit(packageEffect('uv', name.text, true));
  return undefined;
}

function runNix(call: Call, parsed: Parsed): Flow | undefined {
  const [verb, ...rest] = parsed.operands;
  if (call.program === 'nix-env' && hasOption(parsed, '-i', '--install'))
    for (const field of parsed.operands) call.emit(packageEffect('nix', field.text, true));
  if (verb?.text === 'run' || verb?.text === 'shell' || verb?.text === 'develop') {
    const [name] = rest;
    if (name !== undefined && /[:#]/.test(name.text)) call.emit(packageEffect('nix', name.text, false));
    const commands = call.arguments.findIndex((field) => field.text === '-c' || field.text === '--command');
    if (commands !== -1) return call.run(call.arguments.slice(commands + 1), { plain: true });
  }
  if (verb?.text === 'profile' && rest[0]?.text === 'install')
    for (const field of rest.slice(1)) call.emit(packageEffect('nix', field.text, true));
  if (/^(?:nix-collect-garbage)$/.test(call.program) || (verb?.text === 'store' && rest[0]?.text === 'gc'))
    call.emit(destroy('files', 'nix store'));
  return undefined;
}
