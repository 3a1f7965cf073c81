import { credential, git } from '#domain/action/programs/facts.ts';
import { GIT_SUBCOMMANDS } from '#domain/action/programs/git-commands.ts';
import { executesByConfig, settingEffects } from '#domain/action/programs/git-settings.ts';
import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, type Parsed, parseArguments } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, fieldFrom, isKnown, literalFlow } from '#domain/action/shell/values.ts';

const GLOBAL_OPTIONS =
  '-C -c --git-dir --work-tree --namespace --exec-path --super-prefix --config-env --list-cmds --attr-source'.split(
    ' ',
  );

function runGit(call: Call, parsed: Parsed): Flow | undefined {
  const aliases = new Map<string, Field>();
  for (const { name, value } of parsed.options) {
    if (value === undefined) continue;
    if (name === '-C' || name === '--work-tree')
      call.scope.directories = [isKnown(value) ? call.path(value.text).path : value.text];
    else if (name === '-c') readSetting(value, aliases, call);
    else if (name === '--config-env') call.emit(git('config-exec'));
    else if (name === '--exec-path') call.emit(git('config-exec'));
  }
  const [subcommand, ...rest] = parsed.operands;
  if (subcommand === undefined) return undefined;
  if (!isKnown(subcommand)) {
    call.dynamic(subcommand.unknown ?? 'variable', `git ${subcommand.text}`);
    return undefined;
  }
  const alias = aliases.get(subcommand.text);
  if (alias !== undefined) return runGitAlias(alias, rest, call);
  const name = subcommand.text.toLowerCase();
  const command = GIT_SUBCOMMANDS.get(name);
  // Names of files below here, for those who hand them on.
  const listed: Flow | undefined = /^(?:ls-files|diff|grep)$/.test(name)
    ? { text: undefined, cause: 'generated', source: 'files', names: [`${call.scope.cwd}/**`] }
    : undefined;
  if (command === undefined) return listed;
  const inner = parseArguments(rest, command.syntax);
  if (hasOption(inner, '--help') || (hasOption(inner, '-h') && rest.length === 1)) return undefined;
  command.run({ call, options: inner, args: rest });
  return listed;
}

/** `-c key=value`. */
function readSetting(setting: Field, aliases: Map<string, Field>, call: Call): void {
  const equals = setting.text.indexOf('=');
  const key = equals === -1 ? setting.text : setting.text.slice(0, equals);
  const value = fieldFrom(setting, equals === -1 ? setting.text.length : equals + 1);
  for (const effect of settingEffects(key, value.text)) call.emit(effect);
  if (key.toLowerCase().startsWith('alias.')) aliases.set(key.slice('alias.'.length), value);
  else if (
    executesByConfig(key, value.text) &&
    /command|pager|editor|cmd|external|fsmonitor|askpass|helper|program|driver|clean|smudge|textconv/i.test(key)
  ) {
    const code = key.toLowerCase().endsWith('helper') ? value.text.replace(/^!/, '') : value.text;
    call.shell(
      isKnown(value) ? literalFlow(code) : { text: undefined, cause: value.unknown ?? 'variable', source: 'output' },
      { scope: call.scope.copy(), input: undefined },
    );
  }
}

/** `alias.x=!command` is a shell command; any other alias is git arguments. */
function runGitAlias(alias: Field, rest: readonly Field[], call: Call): Flow | undefined {
  if (!isKnown(alias)) {
    call.dynamic(alias.unknown ?? 'variable', `git alias ${alias.text}`);
    return undefined;
  }
  if (alias.text.startsWith('!')) {
    const tail = rest.map((field) => field.text).join(' ');
    return call.shell(literalFlow(`${alias.text.slice(1)} ${tail}`), { scope: call.scope.copy() });
  }
  const words = alias.text.split(/\s+/).filter((word) => word !== '');
  const fields = ['git', ...words].map(
    (text): Field => ({ text, knownLength: text.length, source: 'literal', glob: false, span: alias.span }),
  );
  return call.run([...fields, ...rest], { plain: true });
}

export const GIT: Family = {
  git: {
    options: { [GLOBAL_OPTIONS.join(' ')]: 'value' },
    stopsAtOperand: true,
    run(call, parsed) {
      const before = call.scope.directories;
      const flow = runGit(call, parsed);
      // `-C` holds for this command only.
      call.scope.directories = before;
      return flow;
    },
  },
  'git-filter-repo bfg': { always: [git('rewrite-history', { force: true })] },
  'git-credential-store git-credential-manager git-credential-osxkeychain': {
    always: [credential('cli', 'git credential')],
  },
};
