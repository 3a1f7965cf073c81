import type { Evident } from '#domain/action/code/evaluate.ts';
import type { CallRole, Language } from '#domain/action/code/language.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { literalField } from '#domain/action/shell/values.ts';
import { never } from '#domain/result.ts';

interface Context {
  readonly call: Call;
  readonly language: Language;
  readonly receiver: string | undefined;
  /** Looks at code inside code. */
  rescan(text: string, language: Language, call: Call): void;
}

/** Says what a library call does; false when that is not evident from its arguments. */
export function applyCall(role: CallRole, args: readonly (Evident | undefined)[], context: Context): boolean {
  const { call, receiver } = context;
  const [first, second] = args;
  const text = first?.kind === 'text' ? first.text : undefined;
  const path = text ?? receiver;
  switch (role) {
    case 'shell':
      return runShell(first, args, call);
    case 'process':
      return runProcess(args, call);
    case 'read':
      if (path !== undefined) call.read(path);
      return path !== undefined || first === undefined;
    case 'write':
    case 'append': {
      const target = receiver ?? text;
      if (target !== undefined) call.write(target, { truncates: role === 'write' });
      return target !== undefined;
    }
    case 'delete':
    case 'delete-tree': {
      const target = text ?? receiver;
      if (target !== undefined) call.remove(target, { recursive: role === 'delete-tree', forced: true });
      // `list.remove(x)` and `set.delete(x)` bear these names too; what they take away is not evident either.
      else if (role === 'delete-tree')
        call.emit({ kind: 'destroy', target: 'files', detail: `${call.program}: a recursive delete` });
      return target !== undefined;
    }
    case 'move':
    case 'copy': {
      const from = receiver ?? text;
      const to = receiver === undefined ? (second?.kind === 'text' ? second.text : undefined) : text;
      if (from !== undefined) call.read(from, { recursive: true });
      if (from !== undefined && role === 'move') call.remove(from, { recursive: true });
      if (to !== undefined) call.write(to);
      return from !== undefined && to !== undefined;
    }
    case 'open':
      return runOpen(text, args, call);
    case 'fetch':
    case 'post': {
      const host = text === undefined ? undefined : call.connect(text, text.includes('://') ? {} : { scheme: 'tcp' });
      if (host === undefined) call.emit({ kind: 'connect', host: '*' });
      if (role === 'post') call.send(host, 'output');
      return host !== undefined;
    }
    case 'code':
      if (text !== undefined) context.rescan(text, context.language, call);
      return text !== undefined;
    case 'kill':
      call.emit({ kind: 'destroy', target: 'process', detail: `${call.program}: kill` });
      return true;
    case 'native':
      return false;
    default:
      return never(role);
  }
}

function runShell(first: Evident | undefined, args: readonly (Evident | undefined)[], call: Call): boolean {
  if (first?.kind === 'list') return runWords(first.items, call);
  if (first?.kind !== 'text') return false;
  const more = args.slice(1).every((arg) => arg?.kind === 'text') && args.length > 1;
  // Several texts are a program and its arguments (Perl, Ruby); one is for a shell.
  if (more)
    return runWords(
      args.flatMap((arg) => (arg?.kind === 'text' ? [arg.text] : [])),
      call,
    );
  call.shell(
    { text: first.text, cause: 'generated', source: 'literal' },
    { scope: call.scope.copy(), input: undefined },
  );
  return true;
}

function runProcess(args: readonly (Evident | undefined)[], call: Call): boolean {
  const [first, second] = args;
  if (first?.kind === 'list') return runWords(first.items, call);
  if (first?.kind !== 'text') return false;
  if (second?.kind === 'list') return runWords([first.text, ...second.items], call);
  const rest = args.slice(1).flatMap((arg) => (arg?.kind === 'text' ? [arg.text] : []));
  if (rest.length > 0) return runWords([first.text, ...rest], call);
  call.shell(
    { text: first.text, cause: 'generated', source: 'literal' },
    { scope: call.scope.copy(), input: undefined },
  );
  return true;
}

function runWords(items: readonly string[], call: Call): boolean {
  call.run(
    items.map((item) => literalField(item, call.span)),
    { input: undefined, plain: true, scope: call.scope.copy() },
  );
  return items.length > 0;
}

/** `open(path, mode)`; Perl's has the handle first, and the mode in the path or between them. */
function runOpen(text: string | undefined, args: readonly (Evident | undefined)[], call: Call): boolean {
  const texts = args.flatMap((arg) => (arg?.kind === 'text' ? [arg.text] : []));
  if (text === undefined && texts.length === 0) return false;
  const mode = texts.find((each) => /^(?:[rwaxb+tU]{1,4}|[+]?[<>]{1,2}(?::.*)?|-\||\|-)$/.test(each));
  const path = texts.find((each) => each !== mode) ?? '';
  if (mode === '-|' || mode === '|-') {
    call.shell({ text: path, cause: 'generated', source: 'literal' }, { scope: call.scope.copy() });
    return true;
  }
  const inPath = /^\s*(\+?[<>|]{1,2})\s*(.*)$/.exec(path);
  if (inPath?.[1] === '|' || /\|\s*$/.test(path)) {
    call.shell(
      { text: path.replace(/^\s*\||\|\s*$/g, ''), cause: 'generated', source: 'literal' },
      { scope: call.scope.copy() },
    );
    return true;
  }
  const effective = mode ?? inPath?.[1] ?? 'r';
  const file = inPath?.[2] ?? path;
  if (/[wax>+]/.test(effective)) call.write(file, { truncates: !/a|>>/.test(effective) });
  if (/[r<+]/.test(effective)) call.read(file);
  return file !== '';
}
