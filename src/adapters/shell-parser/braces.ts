import type { ShellPart } from '#domain/action/shell/script.ts';

/** Alternatives of one `{a,b,…}` or `{1..9}`; past this it stays one text with a pattern in it. */
export const BRACE_ALTERNATIVE_COUNT_MAX = 128;

type Token = { readonly kind: 'open' | 'comma' | 'close' } | { readonly kind: 'part'; readonly part: ShellPart };

/** The parts between `{` and `}` as alternatives, nested braces included (bash 5.3 manual, 3.5.1). */
export function expandBraces(inner: readonly ShellPart[]): ShellPart {
  const range = expandRange(inner);
  if (range !== undefined) return { kind: 'braces', alternatives: range };
  const alternatives = readAlternatives({ tokens: inner.flatMap(tokensOf), at: 0 });
  if (alternatives.length > BRACE_ALTERNATIVE_COUNT_MAX) {
    return { kind: 'glob', text: '*', nested: inner };
  }
  return { kind: 'braces', alternatives };
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

function readAlternatives(reader: Reader): readonly (readonly ShellPart[])[] {
  const alternatives: ShellPart[][] = [];
  let current: ShellPart[] = [];
  for (let token = reader.tokens[reader.at]; token !== undefined; token = reader.tokens[++reader.at]) {
    if (token.kind === 'close') break;
    if (token.kind === 'part') current.push(token.part);
    else if (token.kind === 'open') {
      reader.at++;
      current.push({ kind: 'braces', alternatives: readAlternatives(reader) });
    } else {
      alternatives.push(current);
      current = [];
    }
  }
  alternatives.push(current);
  return alternatives;
}

function tokensOf(part: ShellPart): readonly Token[] {
  if (part.kind !== 'literal' || part.quoted || !/[{,}]/.test(part.text)) return [{ kind: 'part', part }];
  return part.text.split(/([{,}])/).flatMap((text): readonly Token[] => {
    if (text === '') return [];
    if (text === '{') return [{ kind: 'open' }];
    if (text === ',') return [{ kind: 'comma' }];
    if (text === '}') return [{ kind: 'close' }];
    return [{ kind: 'part', part: { kind: 'literal', text, quoted: false, at: undefined } }];
  });
}

function expandRange(inner: readonly ShellPart[]): readonly (readonly ShellPart[])[] | undefined {
  const [only, ...others] = inner;
  if (only?.kind !== 'literal' || others.length > 0) return undefined;
  const match = /^(-?\d{1,9}|[A-Za-z])\.\.(-?\d{1,9}|[A-Za-z])(?:\.\.-?\d{1,9})?$/.exec(only.text);
  const [, first = '', last = ''] = match ?? [];
  if (match === null) return undefined;
  const numeric = /\d/.test(first);
  const from = numeric ? Number(first) : first.charCodeAt(0);
  const to = numeric ? Number(last) : last.charCodeAt(0);
  const count = Math.abs(to - from) + 1;
  if (!Number.isFinite(count) || count > BRACE_ALTERNATIVE_COUNT_MAX) {
    return [[{ kind: 'glob', text: '*', nested: [] }]];
  }
  const step = to < from ? -1 : 1;
  return Array.from({ length: count }, (_, index) => {
    const value = from + index * step;
    return [
      { kind: 'literal', text: numeric ? String(value) : String.fromCharCode(value), quoted: false, at: undefined },
    ];
  });
}
