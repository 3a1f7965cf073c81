import type { Token } from '#domain/action/code/tokens.ts';

/** What an expression evidently is. */
export type Evident =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** `{stdio: 'inherit'}`, `shell=True`: how, not what. */
  | { readonly kind: 'options' };

export type Known = Map<string, Evident>;

/** Functions that turn an evident text into another one, by last name. */
const DECODERS: Readonly<Record<string, (text: string) => string>> = {
  b64decode: (text) => Buffer.from(text, 'base64').toString('utf8'),
  urlsafe_b64decode: (text) => Buffer.from(text, 'base64').toString('utf8'),
  atob: (text) => Buffer.from(text, 'base64').toString('utf8'),
  base64_decode: (text) => Buffer.from(text, 'base64').toString('utf8'),
  decode64: (text) => Buffer.from(text, 'base64').toString('utf8'),
  decode_base64: (text) => Buffer.from(text, 'base64').toString('utf8'),
  fromhex: (text) => Buffer.from(text.replace(/\s/g, ''), 'hex').toString('utf8'),
  unhexlify: (text) => Buffer.from(text, 'hex').toString('utf8'),
  hex2bin: (text) => Buffer.from(text, 'hex').toString('utf8'),
  rot13: (text) => text,
};

/** Names that hand their one argument on: `Path('x')`, `String('x')`, `str('x')`, `new URL('x')`. */
const WRAPPERS =
  /^(?:Path|PurePath|PosixPath|pathlib|String|str|bytes|URL|URI|uri|shlex|split|expanduser|resolve|abspath|realpath|parse|Pathname|File)$/;

/** An expression of literal texts, their concatenation, lists, names whose text is known, and decoders; undefined for any other. */
export function evaluate(tokens: readonly Token[], known: Known): Evident | undefined {
  const [first, second, ...rest] = tokens;
  if (first === undefined) return undefined;
  if (first.kind === 'sign' && first.text === '[') return evaluateList(tokens, known);
  if (first.kind === 'sign' && first.text === '{') return { kind: 'options' };
  if (first.kind === 'name' && second?.kind === 'sign' && second.text === '=') return { kind: 'options' };
  if (first.kind === 'sign' && first.text === '(') {
    const inner = unwrapped(tokens);
    // A tuple, `("host", 80)`, or an expression in parentheses.
    return listItems(inner).length > 1 ? evaluateList(tokens, known) : evaluate(inner, known);
  }
  const concatenated = concatenation(tokens, known);
  if (concatenated !== undefined) return concatenated;
  if (first.kind === 'name' && (first.text === 'new' || first.text === 'await'))
    return evaluate(tokens.slice(1), known);
  return second === undefined ? undefined : decoded(first, second, rest, known);
}

function evaluateList(tokens: readonly Token[], known: Known): Evident | undefined {
  const items: string[] = [];
  for (const item of listItems(tokens.slice(1))) {
    const [only] = item;
    const value =
      item.length === 1 && only?.kind === 'number'
        ? ({ kind: 'text', text: only.text } as const)
        : evaluate(item, known);
    if (value?.kind !== 'text') return undefined;
    items.push(value.text);
  }
  return { kind: 'list', items };
}

/** The items of a list behind its opening bracket, each as its tokens. */
function listItems(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const sign = token.kind === 'sign' ? token.text : '';
    if (sign === '(' || sign === '[' || sign === '{') depth++;
    if (sign === ')' || sign === ']' || sign === '}') depth--;
    if (depth < 0) break;
    if (sign === ',' && depth === 0) items.push([]);
    else if (token.kind !== 'end') items.at(-1)?.push(token);
  }
  return items.filter((item) => item.length > 0);
}

function unwrapped(tokens: readonly Token[]): readonly Token[] {
  const close = tokens.findLastIndex((token) => token.kind === 'sign' && token.text === ')');
  return close <= 0 ? [] : tokens.slice(1, close);
}

function concatenation(tokens: readonly Token[], known: Known): Evident | undefined {
  const [only] = tokens;
  if (tokens.length === 1 && only?.kind === 'name') return known.get(only.text);
  let text = '';
  for (const [index, token] of tokens.entries()) {
    const joins = index % 2 === 1 && token.kind === 'sign' && (token.text === '+' || token.text === '.');
    if (joins) continue;
    const value = textOf(token, known);
    if (value === undefined) return undefined;
    text += value;
  }
  return { kind: 'text', text };
}

function textOf(token: Token, known: Known): string | undefined {
  if (token.kind === 'text') return token.known ? token.text : undefined;
  const value = token.kind === 'name' ? known.get(token.text) : undefined;
  return value?.kind === 'text' ? value.text : undefined;
}

/** `base64.b64decode('…').decode()`, `Buffer.from('…', 'base64').toString()`, `Path('…')`. */
function decoded(first: Token, second: Token, rest: readonly Token[], known: Known): Evident | undefined {
  const tokens = [first, second, ...rest];
  const open = tokens.findIndex((token) => token.kind === 'sign' && token.text === '(');
  const name = tokens[open - 1];
  if (open <= 0 || name?.kind !== 'name') return undefined;
  const close = tokens.findIndex(
    (token, index) => index > open && token.kind === 'sign' && (token.text === ')' || token.text === ','),
  );
  const argument = evaluate(tokens.slice(open + 1, close === -1 ? tokens.length : close), known);
  if (argument?.kind !== 'text') return undefined;
  const decoder = Object.hasOwn(DECODERS, name.text) ? DECODERS[name.text] : undefined;
  if (decoder !== undefined) return { kind: 'text', text: decoder(argument.text) };
  const buffer = name.text === 'from' && tokens.some((token) => token.kind === 'text' && token.text === 'base64');
  if (buffer) return { kind: 'text', text: Buffer.from(argument.text, 'base64').toString('utf8') };
  return WRAPPERS.test(name.text) ? argument : undefined;
}
