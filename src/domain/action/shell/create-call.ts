import { posix } from 'node:path';
import { scanCode } from '#domain/action/code/scan.ts';
import { connectEffects, parseDestination } from '#domain/action/destination.ts';
import type { Span, Zone } from '#domain/action/effect.ts';
import { type PathUse, pathEffects } from '#domain/action/path-effects.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { assignField } from '#domain/action/shell/environment.ts';
import { runText, UNKNOWN_OUTPUT } from '#domain/action/shell/interpret.ts';
import { deeper, emit, type Frame, TEXT_LENGTH_MAX } from '#domain/action/shell/machine.ts';
import { type DataSource, type Field, type Flow, isKnown, worse } from '#domain/action/shell/values.ts';

/** What handing one word on costs, in the unit of `READ_LENGTH_MAX`: about that of reading a word of this length. */
const WORD_COST = 4;

type RunWords = (fields: readonly Field[], frame: Frame, span: Span, options: { readonly plain: boolean }) => Flow;

/** The `Call` of one program run, and what it prints if its model does not say: nothing that is known, as bad as what it read. */
export function createCall(
  program: string,
  args: readonly Field[],
  frame: Frame,
  span: Span,
  runWords: RunWords,
): { readonly call: Call; output(): Flow } {
  const { machine, scope, input } = frame;
  let source: DataSource = 'output';
  const spanOf = (field: Field | string): Span => (typeof field === 'string' ? span : field.span);

  function use(field: Field | string, pathUse: PathUse): void {
    const text = typeof field === 'string' ? field : field.text;
    for (const directory of directoriesFor(field)) {
      const at = machine.resolve(text, directory, { keepLast: pathUse.kind === 'delete' });
      for (const effect of pathEffects(at, pathUse)) emit(frame, effect, spanOf(field));
      if (pathUse.kind === 'read' && pathUse.contents)
        source = worse(source, holdsSecrets(at.zones, pathUse.recursive) ? 'credentials' : 'files');
    }
  }
  /** A path whose beginning is not known is not below the working directory. */
  function directoriesFor(field: Field | string): readonly (string | undefined)[] {
    if (typeof field !== 'string' && !isKnown(field) && field.knownLength === 0) return [undefined];
    const text = typeof field === 'string' ? field : field.text;
    return text.startsWith('/') || text.startsWith('~') ? [scope.cwd] : scope.directories;
  }
  function frameFor(options: Parameters<Call['run']>[1]): Frame {
    const { environment: _own, ...rest } = frame;
    return {
      ...rest,
      scope: options?.scope ?? scope,
      input: options !== undefined && 'input' in options ? options.input : input,
      ...(options?.environment === undefined ? {} : { environment: options.environment }),
    };
  }

  const call: Call = {
    program,
    arguments: args,
    environment: frame.environment ?? new Map(),
    input,
    span,
    scope,
    home: machine.home,
    emit: (effect) => emit(frame, effect, span),
    dynamic: (cause, detail) => emit(frame, { kind: 'dynamic', cause, detail }, span),
    path: (text) => machine.resolve(text, scope.cwd),
    read(field, options) {
      const text = typeof field === 'string' ? field : field.text;
      if (text === '' || text === '-') return;
      if (typeof field !== 'string' && field.flow !== undefined) {
        source = worse(source, field.flow.source);
        return;
      }
      use(field, { kind: 'read', recursive: options?.recursive ?? false, contents: options?.contents ?? true });
    },
    write(field, options) {
      const text = typeof field === 'string' ? field : field.text;
      if (text === '' || text === '-' || text.startsWith('/dev/fd/')) return;
      use(field, { kind: 'write', recursive: options?.recursive ?? false, truncates: options?.truncates ?? true });
      if (options?.flow !== undefined) scope.files.set(machine.resolve(text, scope.cwd).path, options.flow);
    },
    remove(field, options) {
      const recursive = options?.recursive ?? false;
      const text = typeof field === 'string' ? field : field.text;
      // `dir/**` is everything that `find` would find there.
      const unseen =
        text.endsWith('/**') ||
        !machine.resolve(text, scope.cwd).path.startsWith('/') ||
        (typeof field !== 'string' && !isKnown(field) && extentUnseen(field));
      if (unseen && (recursive || options?.forced === true)) {
        emit(frame, { kind: 'destroy', target: 'files', detail: text.slice(0, TEXT_LENGTH_MAX) }, spanOf(field));
      }
      use(field, { kind: 'delete', recursive });
    },
    connect(text, defaults) {
      const destination = parseDestination(text);
      if (destination === undefined) return undefined;
      for (const effect of connectEffects({ ...defaults, ...destination })) emit(frame, effect, span);
      return destination.host;
    },
    send(host, sent) {
      emit(frame, { kind: 'send', host: host ?? '*', source: sent }, span);
    },
    sourceOf(field) {
      if (field.flow !== undefined) return field.flow.source;
      const at = machine.resolve(field.text, scope.cwd);
      return at.zones.includes('credentials')
        ? 'credentials'
        : worse('files', scope.files.get(at.path)?.source ?? 'files');
    },
    fileFlow: (field) => field.flow ?? scope.files.get(machine.resolve(field.text, scope.cwd).path),
    copied(from, to) {
      const name = posix.basename(from.text);
      if (machine.model(name) === undefined) return;
      const target = machine.resolve(to.text, scope.cwd).path;
      scope.copies.set(target, name);
      scope.copies.set(`${target}/${name}`, name);
    },
    assign: (field) => assignField(field, frame, span),
    run(words, options) {
      const inner = deeper(frameFor(options), span);
      // A wrapper hands all of its words on; a chain of them must not multiply a long list.
      if (inner === undefined || !machine.step() || !machine.read(words.length * WORD_COST)) return UNKNOWN_OUTPUT;
      return runWords(words, inner, words[0]?.span ?? span, { plain: options?.plain ?? false });
    },
    shell(code, options) {
      const inner = frameFor(options);
      if (code.text !== undefined) return runText(code.text, code.at, span, inner);
      emit(frame, { kind: 'dynamic', cause: code.cause, detail: code.partial ?? program }, span);
      // What is known of it is still looked at; variables stand in it as written.
      return code.partial === undefined ? UNKNOWN_OUTPUT : runText(code.partial, undefined, span, inner);
    },
    inline(language, code) {
      scanCode(language, code, call);
    },
  };
  return {
    call,
    output: () => ({
      text: undefined,
      cause: input !== undefined && input.cause !== 'stdin' && input.text === undefined ? input.cause : 'generated',
      source: worse(source, input?.source ?? 'output'),
    }),
  };
}

/** Secrets themselves, or everything below a home or `/`. */
function holdsSecrets(zones: readonly Zone[], recursive: boolean): boolean {
  return zones.includes('credentials') || (recursive && zones.includes('root') && !zones.includes('workspace'));
}

/** `$X`, `~/$X`, `/$X`: when the variable is empty, or a path of its own, this is everything. */
function extentUnseen(field: Field): boolean {
  const known = field.text.slice(0, field.knownLength);
  return known === '' || /^(?:\/|~\/?|\/(?:home|Users)\/(?:[^/]*\/)?|\/root\/|\.\/|\/[a-z]+\/)$/.test(known);
}
