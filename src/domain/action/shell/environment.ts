import type { Span } from '#domain/action/effect.ts';
import { runText } from '#domain/action/shell/interpret.ts';
import { emit, type Frame } from '#domain/action/shell/machine.ts';
import { type Field, fieldFrom, type Value } from '#domain/action/shell/values.ts';

/** Variables that make the next program load code from a file. */
const PRELOADS: ReadonlySet<string> = new Set([
  'LD_PRELOAD',
  'LD_AUDIT',
  'LD_LIBRARY_PATH',
  'DYLD_INSERT_LIBRARIES',
  'DYLD_LIBRARY_PATH',
  'DYLD_FRAMEWORK_PATH',
]);

/** Variables whose value is a command that the next program runs. */
const COMMANDS: ReadonlySet<string> = new Set(
  'GIT_SSH_COMMAND GIT_SSH GIT_EXTERNAL_DIFF GIT_PAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_ASKPASS GIT_PROXY_COMMAND SSH_ASKPASS PAGER MANPAGER EDITOR VISUAL BROWSER PROMPT_COMMAND LESSOPEN LESSCLOSE RSYNC_RSH CVS_RSH SUDO_ASKPASS'.split(
    ' ',
  ),
);

/** Programs as which a pager or editor does nothing that its user did not ask for. */
const HARMLESS_COMMAND =
  /^(?:cat|less|more|true|:|false|vi|vim|nvim|nano|emacs|code|delta|bat|most|echo|ssh|)(?:\s+-[\w-]+)*$/;

/** Variables that name a file which the next program runs before anything else. */
const STARTUP_FILES: ReadonlySet<string> = new Set(['BASH_ENV', 'ENV', 'PYTHONSTARTUP']);

/** Variables with options that may load code. */
const OPTIONS: Readonly<Record<string, RegExp>> = {
  NODE_OPTIONS: /--(?:require|import|loader|experimental-loader)|-r\b/,
  PERL5OPT: /-[Mm]/,
  RUBYOPT: /-r/,
  JAVA_TOOL_OPTIONS: /-(?:javaagent|agentpath|agentlib)/,
  _JAVA_OPTIONS: /-(?:javaagent|agentpath|agentlib)/,
};

/** What it means that a variable is given this value. */
export function environmentEffects(name: string, value: Value, frame: Frame, span: Span): void {
  const { text } = value;
  if (text !== '' && PRELOADS.has(name) && !(name.endsWith('LIBRARY_PATH') && /^\/(?:usr|opt|lib)/.test(text))) {
    emit(frame, { kind: 'persist', means: 'preload', detail: `${name}=${text}` }, span);
  }
  if (COMMANDS.has(name) && !HARMLESS_COMMAND.test(text)) {
    if (name.startsWith('GIT_'))
      emit(frame, { kind: 'git', operation: 'config-exec', force: false, deletes: false }, span);
    if (value.unknown !== undefined)
      emit(frame, { kind: 'dynamic', cause: value.unknown, detail: `${name}=${text}` }, span);
    else runText(text, undefined, span, { ...frame, scope: frame.scope.copy() });
  }
  if (text !== '' && STARTUP_FILES.has(name)) {
    emit(frame, { kind: 'dynamic', cause: 'variable', detail: `${name}=${text}` }, span);
  }
  if (OPTIONS[name]?.test(text) === true)
    emit(frame, { kind: 'persist', means: 'preload', detail: `${name}=${text}` }, span);
  if (name.startsWith('GIT_CONFIG_') && /^GIT_CONFIG_(?:KEY_\d+|GLOBAL|SYSTEM|PARAMETERS)$/.test(name)) {
    emit(frame, { kind: 'git', operation: 'config-exec', force: false, deletes: false }, span);
  }
  if (hidesHistory(name, text)) emit(frame, { kind: 'destroy', target: 'logs', detail: `${name}=${text}` }, span);
}

/** Settings that keep a shell from recording what it is told. */
function hidesHistory(name: string, text: string): boolean {
  if (name === 'HISTFILE') return text === '' || text === '/dev/null';
  if (name === 'HISTSIZE' || name === 'HISTFILESIZE') return text === '0';
  return name === 'HISTCONTROL' || name === 'HISTIGNORE' ? /ignore|\*/.test(text) : false;
}

/** `NAME=value` given as an argument to `export`, `declare` and the like: what the shell then holds. */
export function assignField(field: Field, frame: Frame, span: Span): void {
  const match = /^([A-Za-z_]\w*)\+?=/.exec(field.text);
  const name = match?.[1];
  if (match === null || name === undefined) return;
  const value = fieldFrom(field, match[0].length);
  frame.scope.assign(name, [value]);
  environmentEffects(name, value, frame, span);
}
