import { pathEffects } from '#domain/action/path-effects.ts';
import { expandValue, expandWord } from '#domain/action/shell/expand.ts';
import { expansionOf } from '#domain/action/shell/expansion.ts';
import { emit, type Frame, placeOffset } from '#domain/action/shell/machine.ts';
import type { ShellRedirect, ShellWord } from '#domain/action/shell/script.ts';
import { type Field, type Flow, literalFlow } from '#domain/action/shell/values.ts';

/** What a command without output prints. */
const NOTHING: Flow = { text: '', cause: 'generated', source: 'literal' };

/** What a command's redirects come to. */
interface Opened {
  input: Flow | undefined;
  /** Standard output goes to a file or host. */
  caught: boolean;
  readonly written: { readonly path: string; readonly append: boolean }[];
  readonly hosts: string[];
}

/** Opens the files of a command's redirects, runs it, and says what is left to be printed. */
export function applyRedirects(redirects: readonly ShellRedirect[], frame: Frame, run: (frame: Frame) => Flow): Flow {
  if (redirects.length === 0) return run(frame);
  const opened: Opened = { input: frame.input, caught: false, written: [], hosts: [] };
  for (const redirect of redirects) {
    if (redirect.kind === 'text') opened.input = textInput(redirect.word, redirect.newline, frame);
    else if (redirect.kind === 'file') openFile(redirect, opened, frame);
    else expandWord(redirect.target, expansionOf(frame));
  }
  const flow = run({ ...frame, input: opened.input });
  for (const { path, append } of opened.written) remember(path, flow, append, frame);
  for (const host of opened.hosts) emit(frame, { kind: 'send', host, source: flow.source }, frame.span);
  return opened.caught ? NOTHING : flow;
}

function openFile(redirect: Extract<ShellRedirect, { kind: 'file' }>, opened: Opened, frame: Frame): void {
  const { operator, descriptor = operator === 'read' ? 0 : 1 } = redirect;
  for (const field of expandWord(redirect.target, expansionOf(frame))) {
    const host = networkHost(field, frame);
    if (host !== undefined) {
      // A socket is read and written, whatever the operator says.
      opened.input = { text: undefined, cause: 'download', source: 'output' };
      if (operator !== 'read') opened.hosts.push(host);
      opened.caught ||= operator !== 'read';
    } else if (operator === 'read') opened.input = openForReading(field, frame);
    else {
      const path = openForWriting(field, operator === 'write', frame);
      if (descriptor !== 1) continue;
      opened.caught = true;
      if (path !== undefined) opened.written.push({ path, append: operator === 'append' });
    }
  }
}

function textInput(word: ShellWord, newline: boolean, frame: Frame): Flow {
  const [only] = word.parts;
  const at =
    word.parts.length === 1 && only?.kind === 'literal' && only.at !== undefined
      ? placeOffset(frame, only.at)
      : undefined;
  const value = expandValue(word, expansionOf(frame));
  if (value.unknown !== undefined) {
    // Most of a heredoc with a variable in it is known, and worth reading: the rest stands in it as written.
    return { text: undefined, cause: value.unknown, source: value.source, partial: value.text };
  }
  return { ...literalFlow(value.text + (newline ? '\n' : ''), at), source: value.source };
}

/** `/dev/tcp/host/port`: bash opens a connection. */
function networkHost(field: Field, frame: Frame): string | undefined {
  const match = /^\/dev\/(tcp|udp)\/([^/]+)\/([^/]+)$/.exec(field.text);
  const [, scheme, host, port] = match ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const number = Number(port);
  emit(
    frame,
    { kind: 'connect', host: host.toLowerCase(), scheme, ...(Number.isInteger(number) ? { port: number } : {}) },
    field.span,
  );
  return host.toLowerCase();
}

function openForReading(field: Field, frame: Frame): Flow | undefined {
  if (field.flow !== undefined) return field.flow;
  if (field.text === '/dev/null') return undefined;
  const { machine, scope } = frame;
  const at = machine.resolve(field.text, scope.cwd);
  for (const effect of pathEffects(at, { kind: 'read', recursive: false, contents: true }))
    emit(frame, effect, field.span);
  const known = scope.files.get(at.path);
  if (known !== undefined) return known;
  return {
    text: undefined,
    cause: 'stdin',
    source: at.zones.includes('credentials') ? 'credentials' : 'files',
    file: at.path,
  };
}

function openForWriting(field: Field, truncates: boolean, frame: Frame): string | undefined {
  if (/^\/dev\/fd\/\d+$/.test(field.text)) return undefined;
  const { machine, scope } = frame;
  let path: string | undefined;
  for (const directory of field.text.startsWith('/') ? [scope.cwd] : scope.directories) {
    const at = machine.resolve(field.text, directory);
    path ??= at.path;
    for (const effect of pathEffects(at, { kind: 'write', recursive: false, truncates }))
      emit(frame, effect, field.span);
  }
  return path;
}

function remember(path: string, flow: Flow, append: boolean, frame: Frame): void {
  const { files } = frame.scope;
  const before = append ? files.get(path) : undefined;
  if (before === undefined) {
    // Appending to a file that was there before: what it holds then is only known in part.
    files.set(path, flow);
    return;
  }
  const text = before.text === undefined || flow.text === undefined ? undefined : before.text + flow.text;
  files.set(path, { text, cause: before.text === undefined ? before.cause : flow.cause, source: flow.source });
}
