import type { LanguageFacts } from '#domain/action/code/language.ts';

export type Token =
  | { readonly kind: 'name'; readonly text: string }
  /** `known`: nothing is filled in when it runs. `quote`: the character that opened it; `f` for Python's f-strings. */
  | { readonly kind: 'text'; readonly text: string; readonly known: boolean; readonly quote: string }
  | { readonly kind: 'sign'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  /** Code whose meaning is made when it runs: Perl's `s/…/…/e`. */
  | { readonly kind: 'opaque'; readonly text: string }
  | { readonly kind: 'end' };

/** Inline code longer than this is not looked at. */
export const CODE_LENGTH_MAX = 64 * 1024;

const NAME = /[A-Za-z_$@%][\w$]*/y;
const NUMBER = /\d[\w.]*/y;
const BLANK = /[ \t\r\\]+/y;

/** Splits code into names, texts and signs, well enough to see which functions are called with which texts. Linear in time. */
export function tokenize(code: string, facts: LanguageFacts): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < code.length) {
    const skipped = skipBlank(code, at, facts);
    if (skipped > at) at = skipped;
    else {
      const { token, end } = readToken(code, at, facts, tokens);
      tokens.push(token);
      at = end;
    }
  }
  return tokens;
}

interface Read {
  readonly token: Token;
  readonly end: number;
}

function stickyMatch(pattern: RegExp, code: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(code)?.[0];
}

/** Where blanks and comments end. */
function skipBlank(code: string, at: number, facts: LanguageFacts): number {
  const blank = stickyMatch(BLANK, code, at);
  if (blank !== undefined) return at + blank.length;
  if (facts.lineComments.some((mark) => code.startsWith(mark, at))) {
    const end = code.indexOf('\n', at);
    return end === -1 ? code.length : end;
  }
  if (!facts.blockComment || !code.startsWith('/*', at)) return at;
  const end = code.indexOf('*/', at + 2);
  return end === -1 ? code.length : end + 2;
}

function readToken(code: string, at: number, facts: LanguageFacts, before: Token[]): Read {
  const character = code.charAt(at);
  if (character === '\n' || character === ';') return { token: { kind: 'end' }, end: at + 1 };
  if (character === '"' || character === "'" || character === '`') return readQuoted(code, at, facts, before);
  const generic =
    perlText(code, at, facts) ?? perlPattern(code, at, facts) ?? regularExpression(code, at, facts, before);
  if (generic !== undefined) return generic;
  const name = stickyMatch(NAME, code, at);
  if (name !== undefined) return { token: { kind: 'name', text: name }, end: at + name.length };
  const number = stickyMatch(NUMBER, code, at);
  if (number !== undefined) return { token: { kind: 'number', text: number }, end: at + number.length };
  const sign = SIGNS.find((pair) => code.startsWith(pair, at)) ?? character;
  return { token: { kind: 'sign', text: sign }, end: at + sign.length };
}

const SIGNS = ['->', '::', '=>', '==', '!=', '<=', '>=', '&&', '||', '?.'];

function readQuoted(code: string, at: number, facts: LanguageFacts, before: Token[]): Read {
  const quote = code.charAt(at);
  const prefix = textPrefix(before);
  const { raw, end } = readText(code, at, quote);
  const text = prefix === 'r' ? raw : withoutEscapes(raw, quote);
  const known = isFixed(raw, prefix === 'f' ? 'f' : quote, facts);
  return { token: { kind: 'text', text, known, quote }, end };
}

/** Takes back the name in front of a quote that belongs to it: `f"…"`, `rb'…'`. */
function textPrefix(tokens: Token[]): string {
  const last = tokens.at(-1);
  if (last?.kind !== 'name' || !/^(?:[fFrRbBuU]|[rR][bB]|[bB][rR]|[fF][rR]|[rR][fF])$/.test(last.text)) return '';
  tokens.pop();
  const lower = last.text.toLowerCase();
  return lower.includes('f') ? 'f' : lower.includes('r') ? 'r' : '';
}

function readText(code: string, at: number, quote: string): { readonly raw: string; readonly end: number } {
  const triple = quote.repeat(3);
  if (quote !== '`' && code.startsWith(triple, at)) {
    const end = code.indexOf(triple, at + 3);
    return end === -1 ? { raw: code.slice(at + 3), end: code.length } : { raw: code.slice(at + 3, end), end: end + 3 };
  }
  let end = at + 1;
  while (end < code.length && code.charAt(end) !== quote) end += code.charAt(end) === '\\' ? 2 : 1;
  return { raw: code.slice(at + 1, end), end: end + 1 };
}

function withoutEscapes(raw: string, quote: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g, (_all, hex, unicode, letter) => {
    const code = hex ?? unicode;
    if (typeof code === 'string') return String.fromCharCode(Number.parseInt(code, 16));
    if (letter === 'n' && quote !== "'") return '\n';
    if (letter === 't' && quote !== "'") return '\t';
    return letter === 'n' ? '\n' : String(letter);
  });
}

function isFixed(raw: string, quote: string, facts: LanguageFacts): boolean {
  return facts.interpolation[quote]?.test(raw) !== true;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };

/** Perl's `q(…)`, `qq{…}`, `qx/…/`, `qw(…)` and Ruby's `%x(…)`, `%q(…)`. */
function perlText(code: string, at: number, facts: LanguageFacts): Read | undefined {
  if (!facts.bareCalls) return undefined;
  const match = /^(?:(qq|qx|qw|q)(?![\w=,])\s*|%([xqQwr])(?=[^\w\s]))([^\w\s])/.exec(code.slice(at, at + 16));
  if (match === null) return undefined;
  const open = match[3] ?? '';
  const start = at + match[0].length;
  const end = code.indexOf(CLOSING[open] ?? open, start);
  const raw = code.slice(start, end === -1 ? code.length : end);
  const kind = match[1] ?? match[2];
  const command = kind === 'qx' || kind === 'x';
  const quote = command ? '`' : kind === 'q' || kind === 'qw' ? "'" : '"';
  return {
    token: { kind: 'text', text: raw, known: isFixed(raw, quote, facts), quote },
    end: end === -1 ? code.length : end + 1,
  };
}

/** Perl's `s/…/…/`, `tr/…/…/`, `m{…}` and `qr/…/`. */
function perlPattern(code: string, at: number, facts: LanguageFacts): Read | undefined {
  if (!facts.bareCalls || /[\w$@%>]/.test(code.charAt(at - 1))) return undefined;
  const match = /^(s|tr|y|m|qr)([^\w\s=,;)}])/.exec(code.slice(at, at + 4));
  const [head, kind = '', open = ''] = match ?? [];
  if (head === undefined) return undefined;
  let end = delimitedEnd(code, at + head.length, CLOSING[open] ?? open);
  if (/^(?:s|tr|y)$/.test(kind)) {
    const second = CLOSING[open] === undefined ? end : code.indexOf(open, end) + 1;
    end = second === 0 ? code.length : delimitedEnd(code, second, CLOSING[open] ?? open);
  }
  const flags = /^[a-z]*/.exec(code.slice(end, end + 12))?.[0] ?? '';
  const text = code.slice(at, end + flags.length);
  const runs = kind === 's' && flags.includes('e');
  return {
    token: runs ? { kind: 'opaque', text: 's///e' } : { kind: 'text', text, known: true, quote: '/' },
    end: end + flags.length,
  };
}

/** `/…/` where no division can stand: at a beginning, behind an operator or a keyword. */
function regularExpression(code: string, at: number, facts: LanguageFacts, before: readonly Token[]): Read | undefined {
  if (code.charAt(at) !== '/') return undefined;
  const last = before.at(-1);
  const divides =
    last?.kind === 'name'
      ? !facts.keywords.has(last.text)
      : last?.kind === 'sign'
        ? /[)\]}]/.test(last.text)
        : last?.kind === 'number' || last?.kind === 'text';
  const end = divides ? -1 : delimitedEnd(code, at + 1, '/');
  const text = code.slice(at, end);
  if (end === -1 || end > code.length || text.includes('\n') || !text.endsWith('/')) return undefined;
  const flags = /^[a-z]*/.exec(code.slice(end, end + 12))?.[0] ?? '';
  return { token: { kind: 'text', text, known: true, quote: '/' }, end: end + flags.length };
}

/** Behind the next closing character that is not escaped; the end of the code when there is none. */
function delimitedEnd(code: string, from: number, close: string): number {
  let at = from;
  while (at < code.length && code.charAt(at) !== close) at += code.charAt(at) === '\\' ? 2 : 1;
  return Math.min(code.length, at + 1);
}
