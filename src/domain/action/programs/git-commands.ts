import { credential, git } from '#domain/action/programs/facts.ts';
import { type GitCall, push, shortRef } from '#domain/action/programs/git-push.ts';
import { settingEffects } from '#domain/action/programs/git-settings.ts';
import { hasOption, type OptionSyntax, optionValues } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { fieldFlow, isKnown } from '#domain/action/shell/values.ts';

interface GitSubcommand {
  readonly syntax: OptionSyntax;
  run(git: GitCall): void;
}

function subcommand(valued: string, flags: string, run: (git: GitCall) => void): GitSubcommand {
  const syntax: OptionSyntax = {
    valued: new Set(valued.split(' ').filter((name) => name !== '')),
    flags: flags.split(' ').filter((name) => name !== ''),
  };
  return { syntax, run };
}

function fetchFrom(valued: string): GitSubcommand {
  return subcommand(
    valued,
    '--force --all --prune --tags --no-verify --recurse-submodules --autostash --rebase',
    ({ call, options }) => {
      for (const program of optionValues(options, '--upload-pack', '-u'))
        call.shell(fieldFlow(program), { scope: call.scope.copy() });
      for (const setting of optionValues(options, '-c', '--config')) configure(setting.text, call);
      for (const operand of options.operands) {
        if (/^ext::/.test(operand.text))
          call.shell(
            { text: operand.text.slice(5), cause: 'variable', source: 'literal' },
            { scope: call.scope.copy() },
          );
        else if (/:\/\/|^[^/\s]+@[^/\s]+:/.test(operand.text)) call.connect(operand.text);
      }
    },
  );
}

function configure(setting: string, call: Call): void {
  const equals = setting.indexOf('=');
  for (const effect of settingEffects(
    equals === -1 ? setting : setting.slice(0, equals),
    equals === -1 ? '' : setting.slice(equals + 1),
  ))
    call.emit(effect);
}

/** `git reset`: --hard and --merge drop what is not committed; --keep refuses to. */
function reset({ call, options }: GitCall): void {
  if (hasOption(options, '--hard', '--merge')) call.emit(git('reset-hard', { force: true }));
}

function clean({ call, options }: GitCall): void {
  if (hasOption(options, '-n', '--dry-run') && !hasOption(options, '-f', '--force')) return;
  const dry = hasOption(options, '-n', '--dry-run');
  if (hasOption(options, '-f', '--force') && !dry) call.emit(git('clean', { force: true, deletes: true }));
  else if (hasOption(options, '-x', '-X', '-d') && !dry && !hasOption(options, '-i', '--interactive'))
    call.emit(git('clean', { deletes: true }));
}

function branch({ call, options }: GitCall): void {
  const forced = hasOption(options, '-f', '--force');
  if (hasOption(options, '-D') || (hasOption(options, '-d', '--delete') && forced)) {
    for (const name of options.operands)
      call.emit(git('branch-delete', { ref: shortRef(name.text), force: true, deletes: true }));
    if (options.operands.length === 0) call.emit(git('branch-delete', { ref: '*', force: true, deletes: true }));
  }
  // -f moves a branch that exists: what only it held is left to the reflog. -M renames, and is how `main` is made.
  else if (
    forced &&
    options.operands.length > 0 &&
    !hasOption(options, '-d', '--delete') &&
    !hasOption(options, '-m', '-M', '-c', '-C')
  ) {
    call.emit(git('rewrite-history', { ref: shortRef(options.operands.at(-1)?.text ?? '*'), force: true }));
  }
}

/** `git checkout` drops changes with -f, and for every path that it is given. A branch name alone refuses to lose any. */
function checkout({ call, options, args }: GitCall): void {
  const separator = args.findIndex((field) => field.text === '--');
  const after = separator === -1 ? [] : args.slice(separator + 1);
  const creates = hasOption(options, '-b', '-B', '--orphan');
  const forced = hasOption(options, '-f', '--force');
  const before = options.operands.length - after.length;
  // Two names before `--` are a commit and a path; one that looks like a path is one.
  const paths =
    after.length > 0 ||
    hasOption(options, '--pathspec-from-file', '--ours', '--theirs', '-p', '--patch') ||
    (!creates && before > 1);
  const first = options.operands[0];
  const pathLike =
    !creates &&
    before === 1 &&
    first !== undefined &&
    /^(?:\.{1,2}$|\.{0,2}\/|:\/|.*\*)|\.(?:[jt]sx?|py|rs|go|md|json|ya?ml|txt|c|h|cpp|java|rb|sh|toml|css|html|lock)$/.test(
      first.text,
    );
  if (forced || paths || pathLike) call.emit(git('discard', { force: forced }));
}

function switchBranch({ call, options }: GitCall): void {
  if (hasOption(options, '-f', '--force', '--discard-changes')) call.emit(git('discard', { force: true }));
}

/** `git restore` writes the working tree unless it is told to write the index only. */
function restore({ call, options }: GitCall): void {
  const indexOnly = hasOption(options, '-S', '--staged') && !hasOption(options, '-W', '--worktree');
  if (!indexOnly) call.emit(git('discard'));
}

function stash({ call, options }: GitCall): void {
  const verb = options.operands[0]?.text.toLowerCase();
  if (verb === 'drop' || verb === 'clear')
    call.emit(git('stash-drop', { deletes: true, ...(verb === 'clear' ? { ref: '*' } : {}) }));
}

function rebase({ call, options }: GitCall): void {
  for (const command of optionValues(options, '-x', '--exec'))
    call.shell(fieldFlow(command), { scope: call.scope.copy(), input: undefined });
  if (hasOption(options, '--no-verify')) call.emit(git('skip-checks'));
  // A plain rebase rewrites one's own commits, which the reflog keeps; an unattended one of everything is another matter.
  if (hasOption(options, '--root')) call.emit(git('rewrite-history', { ref: '*', force: true }));
}

function verified(operation: 'commit' | 'merge' | 'tag' | undefined): (git: GitCall) => void {
  return ({ call, options }) => {
    const skips =
      hasOption(options, '--no-verify') ||
      (operation === 'commit' && hasOption(options, '-n')) ||
      hasOption(options, '--no-gpg-sign');
    if (skips) call.emit(git('skip-checks'));
    if (operation !== undefined)
      call.emit(git(operation, operation === 'commit' && hasOption(options, '--amend') ? { force: true } : {}));
  };
}

function tag({ call, options }: GitCall): void {
  if (
    hasOption(options, '-l', '--list', '-v', '--verify', '-n', '--contains', '--points-at') ||
    options.operands.length === 0
  )
    return;
  const name = shortRef(options.operands[0]?.text ?? '');
  const deletes = hasOption(options, '-d', '--delete');
  call.emit(git('tag', { ref: name, force: hasOption(options, '-f', '--force'), deletes }));
}

function remote({ call, options }: GitCall): void {
  const [verb, name, url] = options.operands;
  if (verb === undefined || !/^(?:add|set-url|rename|remove|rm|set-head|set-branches)$/.test(verb.text)) return;
  const deletes = /^(?:remove|rm)$/.test(verb.text);
  call.emit(git('remote-change', { ...(name === undefined ? {} : { remote: name.text }), deletes }));
  if (url !== undefined && /^ext::/.test(url.text)) call.emit(git('config-exec'));
}

function config({ call, options, args }: GitCall): void {
  const global = hasOption(options, '--global', '--system');
  const reads = hasOption(
    options,
    '--get',
    '--get-all',
    '--list',
    '-l',
    '--get-regexp',
    '--unset',
    '--unset-all',
    '--show-origin',
    '--remove-section',
  );
  const operands = /^(?:set|get|unset|list|edit)$/.test(options.operands[0]?.text ?? '')
    ? options.operands.slice(1)
    : options.operands;
  const [key, value] = operands;
  if (reads || /^(?:get|unset|list)$/.test(options.operands[0]?.text ?? '') || key === undefined || value === undefined)
    return;
  const shown = isKnown(value) ? value.text : '!';
  for (const effect of settingEffects(key.text, shown)) call.emit(effect);
  if (global)
    call.write(args.some((field) => field.text === '--system') ? '/etc/gitconfig' : `${call.home}/.gitconfig`, {
      truncates: false,
    });
}

function worktree({ call, options }: GitCall): void {
  const [verb, path] = options.operands;
  if (verb?.text !== 'remove') return;
  if (hasOption(options, '-f', '--force')) call.emit(git('worktree-remove', { force: true, deletes: true }));
  if (path !== undefined) call.remove(path, { recursive: true });
}

function rewrite(): GitSubcommand {
  return subcommand(
    '--tree-filter --index-filter --msg-filter --env-filter --commit-filter --tag-name-filter --parent-filter --path --path-glob --replace-text --mailmap --subdirectory-filter --setup -d',
    '--force --invert-paths',
    ({ call, options }) => {
      call.emit(git('rewrite-history', { force: true }));
      for (const filter of optionValues(
        options,
        '--tree-filter',
        '--index-filter',
        '--msg-filter',
        '--env-filter',
        '--commit-filter',
        '--setup',
      ))
        call.shell(fieldFlow(filter), { scope: call.scope.copy(), input: undefined });
    },
  );
}

function prune({ call, options }: GitCall): void {
  const [when] = optionValues(options, '--prune', '--expire', '--expire-unreachable');
  if (when !== undefined && /^(?:now|all|0)/.test(when.text))
    call.emit(git('rewrite-history', { force: true, deletes: true }));
}

/** `git submodule foreach`, `git bisect run`: commands of their own. */
function runsCommand(verb: string): (git: GitCall) => void {
  return ({ call, args }) => {
    const at = args.findIndex((field) => field.text === verb);
    if (at === -1) return;
    const rest = args
      .slice(at + 1)
      .filter((field, index) => index > 0 || !/^--?(?:recursive|quiet|q)$/.test(field.text));
    const [only] = rest;
    if (only === undefined) return;
    if (rest.length === 1) call.shell(fieldFlow(only), { scope: call.scope.copy(), input: undefined });
    else call.run(rest, { input: undefined, plain: true });
  };
}

const COMMIT_VALUES =
  '-m -F -C -c -t --message --file --author --date --reuse-message --reedit-message --fixup --squash --template --cleanup --trailer';

/** By subcommand; those that are not here read, or change only what git itself keeps safe. */
export const GIT_SUBCOMMANDS: ReadonlyMap<string, GitSubcommand> = new Map(
  Object.entries({
    push: subcommand(
      '--repo --receive-pack --exec -o --push-option',
      '--force --force-with-lease --force-if-includes --delete --mirror --all --branches --tags --follow-tags --prune --dry-run --no-verify --set-upstream --atomic --porcelain --quiet --verbose --progress --signed --thin',
      push,
    ),
    reset: subcommand(
      '--pathspec-from-file',
      '--hard --soft --mixed --merge --keep --quiet --recurse-submodules --patch',
      reset,
    ),
    clean: subcommand('-e --exclude', '--force --dry-run --interactive --quiet', clean),
    branch: subcommand(
      '-u --set-upstream-to --sort --format --points-at --contains --merged --no-merged --color',
      '--force --delete --move --copy --list --all --remotes --show-current --unset-upstream',
      branch,
    ),
    checkout: subcommand(
      '-b -B --orphan --conflict --pathspec-from-file -U --unified --inter-hunk-context',
      '--force --track --no-track --guess --no-guess --detach --patch --ours --theirs --merge --recurse-submodules --no-recurse-submodules --quiet --no-quiet --progress --overlay --no-overlay --ignore-skip-worktree-bits',
      checkout,
    ),
    switch: subcommand(
      '-c -C --create --force-create --orphan --conflict',
      '--force --discard-changes --detach --guess --track --merge --recurse-submodules --quiet',
      switchBranch,
    ),
    restore: subcommand(
      '-s --source --conflict --pathspec-from-file',
      '--staged --worktree --ours --theirs --merge --patch --quiet --overlay --recurse-submodules',
      restore,
    ),
    stash: subcommand('-m --message --pathspec-from-file', '', stash),
    'filter-branch': rewrite(),
    'filter-repo': rewrite(),
    reflog: subcommand('--expire --expire-unreachable', '--all --rewrite --updateref', (gitCall) => {
      const verb = gitCall.options.operands[0]?.text;
      if (verb === 'expire' || verb === 'delete')
        gitCall.call.emit(git('rewrite-history', { force: true, deletes: true }));
    }),
    gc: subcommand('--prune', '--aggressive --auto --force --quiet', prune),
    prune: subcommand('--expire', '--dry-run --verbose', (gitCall) => {
      // Without a time, all that nothing leads to is gone: what the reflog has forgotten cannot be found again.
      if (hasOption(gitCall.options, '-n', '--dry-run')) return;
      if (optionValues(gitCall.options, '--expire').length > 0) prune(gitCall);
      else gitCall.call.emit(git('rewrite-history', { deletes: true }));
    }),
    rebase: subcommand(
      '-x --exec --onto -s --strategy -X --strategy-option -C --whitespace',
      '--root --interactive --continue --abort --skip --no-verify --autosquash --autostash --keep-empty --force-rebase',
      rebase,
    ),
    'update-ref': subcommand('-m', '--stdin --no-deref', ({ call, options }) => {
      const [ref] = options.operands;
      if (hasOption(options, '-d', '--delete', '--stdin'))
        call.emit(git('rewrite-history', { force: true, deletes: true }));
      else if (ref?.text.startsWith('refs/heads/'))
        call.emit(git('rewrite-history', { ref: shortRef(ref.text), force: true }));
    }),
    'symbolic-ref': subcommand('-m', '--delete', ({ call, options }) => {
      if (hasOption(options, '-d', '--delete')) call.emit(git('rewrite-history', { deletes: true }));
    }),
    replace: subcommand('', '--delete --force --edit --graft', ({ call, options }) => {
      if (options.operands.length > 0) call.emit(git('rewrite-history', { force: true }));
    }),
    worktree: subcommand('-b -B --reason --expire', '--force --detach --lock', worktree),
    remote: subcommand('-t -m', '--push --add --delete', remote),
    config: subcommand(
      '-f --file --blob --type --default',
      '--global --system --local --worktree --get --get-all --list --unset --unset-all --add --replace-all --show-origin --get-regexp --edit --remove-section',
      config,
    ),
    commit: subcommand(
      COMMIT_VALUES,
      '--no-verify --amend --all --no-edit --signoff --allow-empty --no-gpg-sign --verbose --quiet',
      verified('commit'),
    ),
    merge: subcommand(
      '-m -F -s -X --message --file --strategy --strategy-option',
      '--no-verify --abort --continue --squash --no-ff --ff-only --no-commit',
      verified('merge'),
    ),
    am: subcommand('', '--no-verify --abort --continue --skip', verified(undefined)),
    'cherry-pick': subcommand('-m -s -X', '--no-verify --abort --continue', verified(undefined)),
    revert: subcommand('-m -s -X', '--no-verify --abort --continue', verified(undefined)),
    tag: subcommand(
      '-m -F -u --message --file --local-user --sort --format --contains --points-at',
      '--force --delete --list --annotate --sign --verify',
      tag,
    ),
    rm: subcommand('--pathspec-from-file', '--cached --force --recursive', ({ call, options }) => {
      if (hasOption(options, '--cached', '-n', '--dry-run')) return;
      const recursive = hasOption(options, '-r');
      for (const path of options.operands)
        call.remove(path, { recursive, forced: hasOption(options, '-f', '--force') });
    }),
    clone: fetchFrom(
      '-b -o -c -u -j --branch --origin --config --upload-pack --depth --reference --template --separate-git-dir --jobs --filter',
    ),
    fetch: fetchFrom('--upload-pack --depth -j --jobs --refmap --filter'),
    pull: fetchFrom('--upload-pack -s -X --strategy --depth -j'),
    'ls-remote': fetchFrom('--upload-pack --sort'),
    submodule: subcommand('', '--force --all', (gitCall) => {
      if (gitCall.options.operands[0]?.text === 'deinit' && hasOption(gitCall.options, '-f', '--force'))
        gitCall.call.emit(git('discard', { force: true }));
      runsCommand('foreach')(gitCall);
    }),
    bisect: subcommand('', '', runsCommand('run')),
    credential: subcommand('', '', ({ call }) => call.emit(credential('cli', 'git credential'))),
    'credential-store': subcommand('--file', '', ({ call }) => call.emit(credential('cli', 'git credential-store'))),
    daemon: subcommand('', '', ({ call }) => call.emit({ kind: 'detach', means: 'git daemon' })),
    archive: subcommand('-o --output --remote --exec --format --prefix', '', ({ call, options }) => {
      for (const file of optionValues(options, '-o', '--output')) call.write(file);
      for (const program of optionValues(options, '--exec'))
        call.shell(fieldFlow(program), { scope: call.scope.copy() });
    }),
    apply: subcommand(
      '-p -C --directory --exclude --include',
      '--index --cached --reverse --check --stat',
      ({ call, options }) => {
        for (const file of options.operands) call.read(file);
      },
    ),
    'checkout-index': subcommand('--prefix', '--force --all', ({ call, options }) => {
      if (hasOption(options, '-f', '--force')) call.emit(git('discard', { force: true }));
    }),
    'read-tree': subcommand('--prefix --index-output', '--reset', ({ call, options }) => {
      if (hasOption(options, '--reset') && hasOption(options, '-u')) call.emit(git('reset-hard', { force: true }));
    }),
    init: subcommand('--template --separate-git-dir -b --initial-branch', '', ({ call, options }) => {
      if (optionValues(options, '--template').length > 0) call.emit(git('config-exec'));
    }),
    grep: subcommand('-O --open-files-in-pager -e -f -A -B -C', '', ({ call, options }) => {
      for (const program of optionValues(options, '-O', '--open-files-in-pager'))
        call.shell(fieldFlow(program), { scope: call.scope.copy() });
    }),
    difftool: subcommand('-x --extcmd -t --tool', '', ({ call, options }) => {
      for (const program of optionValues(options, '-x', '--extcmd'))
        call.shell(fieldFlow(program), { scope: call.scope.copy() });
    }),
  }),
);
