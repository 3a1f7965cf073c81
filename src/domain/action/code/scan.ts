import { applyCall } from '#domain/action/code/apply.ts';
import { scanAwk } from '#domain/action/code/awk.ts';
import { evaluate, type Known } from '#domain/action/code/evaluate.ts';
import { type CallRole, LANGUAGE_FACTS, type Language, type LanguageFacts } from '#domain/action/code/language.ts';
import { CODE_LENGTH_MAX, type Token, tokenize } from '#domain/action/code/tokens.ts';
import type { Call } from '#domain/action/shell/call.ts';
import type { Flow } from '#domain/action/shell/values.ts';

/** Calls of one piece of code that are looked at. */
const CALL_COUNT_MAX = 2_000;

/**
 * Says what code evidently does: the files, processes and hosts that its calls name by literal texts. A call that is known to do such
 * things with what is not evident, a call that nothing is known of, and code that does not read as code are `dynamic`, `inline-code`.
 */
export function scanCode(language: Language, code: Flow, call: Call): void {
  const text = code.text ?? code.partial;
  if (code.text === undefined) call.dynamic(code.cause, `${call.program}: code that is not all known`);
  if (text === undefined) return;
  if (text.length > CODE_LENGTH_MAX) {
    call.dynamic('limit', `${call.program}: code longer than ${CODE_LENGTH_MAX} characters`);
    return;
  }
  if (language === 'awk') scanAwk(text, call);
  else if (language === 'applescript') scanAppleScript(text, call);
  else scanCalls(text, language, call);
}

function scanCalls(text: string, language: Language, call: Call): void {
  const facts = LANGUAGE_FACTS[language];
  const tokens = tokenize(text, facts);
  const known: Known = new Map();
  const own = ownFunctions(tokens);
  let opaque: string | undefined;
  let calls = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token?.kind === 'text' && token.quote === '`' && facts.backtickIsCommand) {
      call.shell(
        token.known
          ? { text: token.text, cause: 'generated', source: 'literal' }
          : { text: undefined, cause: 'inline-code', source: 'output', partial: token.text },
        { scope: call.scope.copy(), input: undefined },
      );
    }
    if (token?.kind === 'opaque') opaque ??= token.text;
    if (token?.kind !== 'name') continue;
    remember(tokens, index, known);
    const name = dottedName(tokens, index);
    const last = name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1);
    const role = lookUp(facts, name, last);
    if (!isCall(tokens, index, facts, role !== undefined)) continue;
    if (++calls > CALL_COUNT_MAX) {
      call.dynamic('limit', `${call.program}: more calls than are looked at`);
      return;
    }
    if (role !== undefined) {
      const evident = applyCall(role, argumentsOf(tokens, index, known), {
        call,
        language,
        receiver: receiverText(tokens, index, known),
        rescan: scanCalls,
      });
      if (!evident) opaque ??= name;
    } else if (
      !facts.pure.has(last) &&
      !/^[A-Z]\w*(?:Error|Exception)$/.test(last) &&
      !facts.keywords.has(token.text) &&
      !own.has(token.text) &&
      last !== ''
    )
      opaque ??= name;
  }
  opaque ??= malformed(tokens, facts);
  if (opaque !== undefined) call.dynamic('inline-code', `${call.program}: ${opaque}`);
}

function lookUp(facts: LanguageFacts, name: string, last: string): CallRole | undefined {
  return Object.hasOwn(facts.calls, name)
    ? facts.calls[name]
    : Object.hasOwn(facts.calls, last)
      ? facts.calls[last]
      : undefined;
}

/** `a = 'x'`: what a name holds from here on, as long as nothing else is assigned to it. */
function remember(tokens: readonly Token[], index: number, known: Known): void {
  const name = tokens[index];
  const sign = tokens[index + 1];
  if (name?.kind !== 'name' || sign?.kind !== 'sign' || sign.text !== '=') return;
  let end = index + 2;
  while (end < tokens.length && tokens[end]?.kind !== 'end' && end - index < 64) end++;
  const value = evaluate(tokens.slice(index + 2, end), known);
  if (value === undefined || known.has(name.text)) known.delete(name.text);
  else known.set(name.text, value);
}

/** The name with what it is a member of: `os.path.join`; at its last component. */
function dottedName(tokens: readonly Token[], index: number): string {
  const parts: string[] = [];
  for (let at = index; at >= 0 && parts.length < 6; at -= 2) {
    const token = tokens[at];
    if (token?.kind !== 'name') break;
    const sign = tokens[at - 1];
    parts.unshift(token.text);
    if (sign?.kind !== 'sign' || !['.', '::', '->', '?.'].includes(sign.text)) break;
    parts.unshift(sign.text === '::' ? '::' : '.');
  }
  return parts.join('').replace(/^\./, '');
}

function isCall(tokens: readonly Token[], index: number, facts: LanguageFacts, hasRole: boolean): boolean {
  const next = tokens[index + 1];
  const before = tokens[index - 1];
  if (before?.kind === 'name' && /^(?:def|function|sub|class|import|from|use|fn)$/.test(before.text)) return false;
  if (next?.kind === 'sign' && next.text === '(') return true;
  // A tagged template, or a function that is called without parentheses.
  if (next?.kind === 'text' && next.quote === '`') return hasRole;
  return (
    facts.bareCalls &&
    hasRole &&
    (next?.kind === 'text' ||
      next?.kind === 'name' ||
      next?.kind === 'number' ||
      (next?.kind === 'sign' && next.text === '[')) &&
    !(before?.kind === 'sign' && before.text === '$')
  );
}

/** Functions that the code itself defines: their bodies are looked at like the rest. */
function ownFunctions(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    if (token.kind === 'name' && /^(?:def|function|sub|class|fn)$/.test(token.text) && next?.kind === 'name')
      names.add(next.text);
    const sign = tokens[index + 1];
    const value = tokens[index + 2];
    if (
      token.kind === 'name' &&
      sign?.kind === 'sign' &&
      sign.text === '=' &&
      value?.kind === 'name' &&
      /^(?:function|async|lambda)$/.test(value.text)
    )
      names.add(token.text);
    if (
      token.kind === 'name' &&
      sign?.kind === 'sign' &&
      sign.text === '=' &&
      value?.kind === 'sign' &&
      value.text === '('
    ) {
      const arrow = tokens.slice(index + 2, index + 24).some((other) => other.kind === 'sign' && other.text === '=>');
      if (arrow) names.add(token.text);
    }
  });
  return names;
}

/** The arguments of a call, each as its tokens. */
function argumentsOf(tokens: readonly Token[], index: number, known: Known): readonly ReturnType<typeof evaluate>[] {
  const open = tokens[index + 1];
  const parenthesised = open?.kind === 'sign' && open.text === '(';
  const args: Token[][] = [[]];
  let depth = 0;
  for (let at = index + (parenthesised ? 2 : 1); at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined || (!parenthesised && token.kind === 'end')) break;
    if (token.kind === 'sign') {
      if ('([{'.includes(token.text)) depth++;
      if (')]}'.includes(token.text) && depth-- === 0) break;
      if (token.text === ',' && depth === 0) {
        args.push([]);
        continue;
      }
    }
    args.at(-1)?.push(token);
  }
  return args.filter((arg) => arg.length > 0).map((arg) => evaluate(arg, known));
}

/** `Path('/x').unlink()`: the text that a method's object was made of. */
function receiverText(tokens: readonly Token[], index: number, known: Known): string | undefined {
  const dot = tokens[index - 1];
  if (dot?.kind !== 'sign' || (dot.text !== '.' && dot.text !== '->')) return undefined;
  const object = tokens[index - 2];
  if (object?.kind === 'name') {
    const value = known.get(object.text);
    return value?.kind === 'text' ? value.text : undefined;
  }
  if (object?.kind !== 'sign' || object.text !== ')') return undefined;
  const open = tokens.slice(0, index - 2).findLastIndex((token) => token.kind === 'sign' && token.text === '(');
  const maker = tokens[open - 1];
  if (maker?.kind !== 'name' || !/^(?:Path|PurePath|PosixPath|Pathname|File|Dir|file)$/.test(maker.text))
    return undefined;
  const value = evaluate(tokens.slice(open + 1, index - 2), known);
  return value?.kind === 'text' ? value.text : undefined;
}

/** Words next to each other, or an operator at the end, are no code of this language: what it would do cannot be said. */
function malformed(tokens: readonly Token[], facts: LanguageFacts): string | undefined {
  const last = tokens.findLast((token) => token.kind !== 'end');
  if (last?.kind === 'sign' && /^[-+*/%=<>&|^,.]$/.test(last.text)) return 'code that does not read as code';
  if (facts.bareCalls) return undefined;
  const odd = tokens.find((token, index) => {
    const next = tokens[index + 1];
    return (
      token.kind === 'name' &&
      next?.kind === 'name' &&
      !facts.keywords.has(token.text) &&
      !facts.keywords.has(next.text) &&
      !/^[$@%]/.test(next.text)
    );
  });
  return odd === undefined ? undefined : 'code that does not read as code';
}

/** `do shell script "…"` is all that a command line is likely to ask of it; the rest drives other programs. */
function scanAppleScript(text: string, call: Call): void {
  const commands = [...text.matchAll(/do\s+shell\s+script\s+"((?:[^"\\]|\\.)*)"/gi)];
  for (const [, command = ''] of commands)
    call.shell(
      { text: command.replace(/\\(.)/g, '$1'), cause: 'generated', source: 'literal' },
      { scope: call.scope.copy(), input: undefined },
    );
  if (/administrator\s+privileges/i.test(text)) call.emit({ kind: 'escalate', means: 'osascript' });
  if (
    commands.length === 0 &&
    /\b(?:do\s+shell|keystroke|system\s+events|delete|run\s+script|password|hidden\s+answer)\b/i.test(text)
  )
    call.dynamic('inline-code', 'osascript');
}
