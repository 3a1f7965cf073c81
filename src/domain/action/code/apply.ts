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

type Args = readonly (Evident | undefined)[];

/** Says what a library call does; false when that is not evident from its arguments. */
export function applyCall(role: CallRole, args: Args, context: Context): boolean {
  const { call, receiver } = context;
  const text = textAt(args, 0);
  switch (role) {
    case 'shell':
      return runShell(args, call);
    case 'process':
      return runProcess(args, call);
    case 'read':
      return useFile(text ?? receiver, (path) => call.read(path)) || args.length === 0;
    case 'write':
    case 'append':
      return useFile(receiver ?? text, (path) => call.write(path, { truncates: role === 'write' }));
    case 'delete':
      return useFile(text ?? receiver, (path) => call.remove(path, { forced: true }));
    case 'delete-tree':
      return deleteTree(text ?? receiver, call);
    case 'move':
    case 'copy':
      return transfer(role, args, context);
    case 'open':
      return runOpen(text, args, call);
    case 'fetch':
    case 'post':
      return contact(role, text ?? listHead(args), call);
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

function textAt(args: Args, index: number): string | undefined {
  const arg = args[index];
  return arg?.kind === 'text' ? arg.text : undefined;
}

function listHead([first]: Args): string | undefined {
  return first?.kind === 'list' ? first.items[0] : undefined;
}

function useFile(path: string | undefined, use: (path: string) => void): boolean {
  if (path !== undefined) use(path);
  return path !== undefined;
}

function deleteTree(path: string | undefined, call: Call): boolean {
  if (path === undefined)
    call.emit({ kind: 'destroy', target: 'files', detail: `${call.program}: a recursive delete` });
  return useFile(path, (tree) => call.remove(tree, { recursive: true, forced: true }));
}

function transfer(role: 'move' | 'copy', args: Args, { call, receiver }: Context): boolean {
  const from = receiver ?? textAt(args, 0);
  const to = textAt(args, receiver === undefined ? 1 : 0);
  if (from !== undefined) call.read(from, { recursive: true });
  if (from !== undefined && role === 'move') call.remove(from, { recursive: true });
  if (to !== undefined) call.write(to);
  return from !== undefined && to !== undefined;
}

function contact(role: 'fetch' | 'post', text: string | undefined, call: Call): boolean {
  const host = text === undefined ? undefined : call.connect(text, text.includes('://') ? {} : { scheme: 'tcp' });
  if (host === undefined) call.emit({ kind: 'connect', host: '*' });
  if (role === 'post') call.send(host, 'output');
  return host !== undefined;
}

function runShell(args: Args, call: Call): boolean {
  const [first] = args;
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

function runProcess(all: Args, call: Call): boolean {
  const args = all.filter((arg) => arg?.kind !== 'options');
  const [first, second] = args;
  const evident = args.every((arg) => arg !== undefined);
  if (first?.kind === 'list') return runWords(first.items, call) && evident;
  if (first?.kind !== 'text') return false;
  if (second?.kind === 'list') return runWords([first.text, ...second.items], call) && evident;
  const rest = args.slice(1).flatMap((arg) => (arg?.kind === 'text' ? [arg.text] : []));
  if (rest.length > 0 || args.length > 1) return runWords([first.text, ...rest], call) && evident;
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
function runOpen(text: string | undefined, args: Args, call: Call): boolean {
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
