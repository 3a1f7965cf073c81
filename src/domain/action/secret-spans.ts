import { SECRET_SEARCH_LENGTH_MAX, SECRET_SHAPES } from '#domain/action/secrets.ts';

/** A secret in a text: UTF-16 offsets, end exclusive. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  /** Kebab-case; never the secret itself. */
  readonly kind: string;
}

/** What must not be taken for one of our own markers is itself replaced by one (see `#domain/redaction/marker.ts`). */
const MARKER_BEGINNING = '[redacted:';

/** The words by which people name what holds a secret; `_` and `-` inside a name are as good as none. */
const NAME_PART =
  'pass(?:word|wd|phrase)|passw|mysql_pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|signing[-_]?key|encryption[-_]?key|credential|authorization|auth[-_]?key|session[-_]?key|cookie|signature';

/** Names that hold a secret's place or kind, and not the secret. */
const HARMLESS_NAME =
  /(?:file|path|dir|stdin|name|id|env|ttl|type|url|uri|length|prompt|store|manager|count|limit|helper|policy|expiry|expires|class|tokenizer|tokens?[-_]per\w*|max[-_]?tokens?|tokens?[-_]?max|arn|version)$/i;

/**
 * Whether a text may hold anything that `secretSpans` finds. One pass, for the decision path: most commands hold nothing, and
 * are then not looked at again.
 */
export function mayHoldSecret(text: string): boolean {
  return HINT.test(text);
}
const HINT = new RegExp(
  [
    NAME_PART,
    '-----BEGIN|A(?:KIA|SIA)|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|xox[a-z]-|_live_|AIza|GOCSPX|sk-|npm_|pypi-|hf_|SG\\.|SK[0-9a-f]{8}|_v1_|AGE-SECRET|eyJ',
    '://[^/\\s]*@|hooks\\.slack|sshpass|pass:|\\bpwd\\b',
    // Programs that take a password after a short flag, or from a pipe.
    'mysql|mariadb|redis-cli|\\blogin\\b|curl|wget|\\bhttps?\\s|sudo|\\bpasswd\\b',
    '\\[redacted:',
    'bearer |basic ',
  ].join('|'),
  'i',
);

/** A shell word from the current offset: pieces with and without quotes. Each piece is longer than nothing and they begin differently. */
const SHELL_WORD = /(?:[^\s"'\\;&|<>()`]+|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"?|'[^']*'?)+/y;
/** A value that stands in quotes of JSON, YAML or a header; to the closing quote. */
const REST_OF_QUOTES = /[^"'\r\n\\]+/y;

/** A value that names where the secret comes from. It tells nothing, and a reader needs it. */
const REFERENCE = /^["']?(?:\$\{?\w+\}?|\$\(.*|`.*|<[\w -]+>|\{\{.*|%\w+%|\*+|@[\w./~-]+)["']?$/s;

/**
 * The secrets that a text holds by their shape (`SECRET_SHAPES`) or by what stands before them: a flag, an assignment, a header,
 * a key of JSON, the user of a URL. Sorted, not overlapping. Finds more than `secretKinds`, whose findings decide: what is
 * replaced in vain costs a look into the detail store, what is not replaced is in a log for good.
 */
export function secretSpans(text: string): readonly SecretSpan[] {
  const searched = text.length > SECRET_SEARCH_LENGTH_MAX ? text.slice(0, SECRET_SEARCH_LENGTH_MAX) : text;
  const found: SecretSpan[] = [];
  findShapes(searched, found);
  findInUrls(searched, found);
  findNamed(searched, found);
  findByPhrase(searched, found);
  for (let at = searched.indexOf(MARKER_BEGINNING); at !== -1; at = searched.indexOf(MARKER_BEGINNING, at + 1)) {
    found.push({ start: at, end: at + MARKER_BEGINNING.length, kind: 'marker' });
  }
  // What lies beyond the search is not known to be harmless.
  if (searched.length < text.length) found.push({ start: searched.length, end: text.length, kind: 'unsearched' });
  return disjoint(found);
}

function findShapes(text: string, found: SecretSpan[]): void {
  for (const [kind, hint, shape] of SECRET_SHAPES) {
    if (kind === 'url-password' || !text.includes(hint)) continue;
    for (const match of text.matchAll(new RegExp(shape, 'g'))) {
      const end = match.index + match[0].length;
      found.push({ start: match.index, end: kind === 'private-key' ? endOfKey(text, end) : end, kind });
    }
  }
}

/** A key goes on to its last line; one that is cut off, to the end of the text. */
function endOfKey(text: string, from: number): number {
  const last = text.indexOf('-----END', from);
  if (last === -1) return text.length;
  const close = text.indexOf('-----', last + '-----END'.length);
  return close === -1 ? text.length : close + '-----'.length;
}

/** `scheme://user:password@host`, and a user that is long enough to be a token. */
const USER_INFO = /:\/\/([^\s/?#"'`<>@:]{0,256}):([^\s/?#"'`<>@]{1,1024})@|:\/\/([^\s/?#"'`<>@:]{20,1024})@/g;

function findInUrls(text: string, found: SecretSpan[]): void {
  for (const match of text.matchAll(USER_INFO)) {
    const [whole, user = '', password, token] = match;
    if (password !== undefined) {
      const start = match.index + '://'.length + user.length + ':'.length;
      pushValue(text, start, start + password.length, 'url-password', found);
    } else if (token !== undefined) {
      const start = match.index + '://'.length;
      pushValue(text, start, match.index + whole.length - '@'.length, 'url-token', found);
    }
  }
}

const NAMED = new RegExp(NAME_PART, 'gi');
const NAME_CHARACTER = /[\w.-]/;
const NAME_LENGTH_MAX = 128;

/** `NAME=value`, `--name value`, `"name": "value"`, `Name: value`, where the name says that the value is a secret. */
function findNamed(text: string, found: SecretSpan[]): void {
  const quoteAt = createQuoteTracker(text);
  let after = 0;
  for (const match of text.matchAll(NAMED)) {
    if (match.index < after) continue;
    let start = match.index;
    while (start > after && match.index - start < NAME_LENGTH_MAX && NAME_CHARACTER.test(text[start - 1] ?? ''))
      start -= 1;
    let end = match.index + match[0].length;
    while (end - match.index < NAME_LENGTH_MAX && NAME_CHARACTER.test(text[end] ?? '')) end += 1;
    after = end;
    const name = text.slice(start, end);
    if (HARMLESS_NAME.test(name)) continue;
    const value = valueAfter(text, name, end, quoteAt(start));
    if (value === undefined) continue;
    pushValue(text, value.start, value.end, kindOfName(name), found);
    after = Math.max(after, value.end);
  }
}

const HEADER_LEAD = /["']?\s*:(\s*)(?:(?:bearer|basic|token|digest|apikey)\s+)?/iy;
const JSON_LEAD = /\\?["']\s*:\s*\\?["']/y;
const ASSIGN_LEAD = /["']?\s?=\s?/y;
const BLANK_LEAD = /\s+/y;

function valueAfter(text: string, name: string, at: number, quote: Quote): { start: number; end: number } | undefined {
  const inQuotes = ahead(JSON_LEAD, text, at);
  if (inQuotes !== undefined) return run(REST_OF_QUOTES, text, inQuotes);
  const assigned = ahead(ASSIGN_LEAD, text, at);
  if (assigned !== undefined) return run(WORD_IN[quote], text, assigned);
  HEADER_LEAD.lastIndex = at;
  const header = HEADER_LEAD.exec(text);
  // `image:tag` is no header; what stands in quotes may be one without a blank.
  if (header !== null && (header[1] !== '' || quote !== '')) {
    return run(REST_OF_QUOTES, text, at + header[0].length);
  }
  // A blank separates a flag, or a setting of a tool's `set` command, from its value; in prose it separates words.
  const blank = ahead(BLANK_LEAD, text, at);
  if (blank === undefined || !(name.startsWith('-') || SETTING.test(name))) return undefined;
  // The next flag is no value.
  return text[blank] === '-' ? undefined : run(WORD_IN[quote], text, blank);
}
const SETTING = /^(?:aws_secret_access_key|aws_session_token|_authtoken|_password)$|:_authtoken$/i;

const TOKEN_TEXT = /[\w.~+/=-]+/y;

/** What follows these is a secret, whatever it is called. */
const PHRASES: readonly (readonly [kind: string, phrase: RegExp, value: RegExp])[] = [
  ['password', /-pass(?:in|out)?\s+["']?pass:/g, SHELL_WORD],
  ['bearer-token', /\b(?:bearer|basic)\s+(?=[\w.~+/=-]{8})/gi, TOKEN_TEXT],
];

/** Programs, a word that they must have, and the flags after which they take a password. Each pattern looks at a place once. */
const PROGRAMS: readonly (readonly [program: RegExp, word: RegExp | undefined, flag: RegExp])[] = [
  [/\bsshpass\b/, undefined, /\s-p\s*/g],
  [/\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b/, undefined, /\s-p(?=\S)/g],
  [/\bredis-cli\b/, undefined, /\s-a\s+/g],
  [/\b(?:docker|podman|helm|az|oc|cf)\b/, /\blogin\b/, /\s-p\s+/g],
  [/\b(?:curl|wget|http|https)\b/, undefined, /\s(?:-u|-U|--user|--proxy-user|-a)[\s=]{0,4}["']?[^\s:"']{0,256}:/g],
];
/** What is printed into one of these is a password. */
const PRINTED = /^\s*(?:echo|printf)\s+(?:-\w+\s+){0,4}/;
const TAKES_PASSWORD = /--password-stdin|\bsudo\b.{0,64}?\s-S\b|--with-token|\bchpasswd\b|\bpasswd\b/;

function findByPhrase(text: string, found: SecretSpan[]): void {
  for (const [kind, phrase, value] of PHRASES) {
    for (const match of text.matchAll(phrase)) pushRun(value, text, match.index + match[0].length, kind, found);
  }
  let printed: number | undefined;
  // Roughly the simple commands of the text; quotes are not minded, and a command that is cut by one is looked at in its parts.
  for (const { index, 0: part } of text.matchAll(/[^|;&\n]+/g)) {
    if (printed !== undefined && TAKES_PASSWORD.test(part)) pushRun(SHELL_WORD, text, printed, 'password', found);
    const lead = PRINTED.exec(part)?.[0];
    printed = lead === undefined ? undefined : index + lead.length;
    findAfterFlags(text, index, part, found);
  }
}

function findAfterFlags(text: string, offset: number, part: string, found: SecretSpan[]): void {
  for (const [program, word, flag] of PROGRAMS) {
    if (!program.test(part) || word?.test(part) === false) continue;
    for (const match of part.matchAll(flag)) {
      const at = offset + match.index + match[0].length;
      // Behind an opening quote of the flag's own word the value ends with that quote.
      const isQuoted = /["'][^"']*:$/.test(match[0]);
      pushRun(isQuoted ? REST_OF_QUOTES : SHELL_WORD, text, at, 'password', found);
    }
  }
}

function pushRun(pattern: RegExp, text: string, start: number, kind: string, found: SecretSpan[]): void {
  const value = run(pattern, text, start);
  if (value !== undefined) pushValue(text, value.start, value.end, kind, found);
}

/** Without the quotes around it, where they are around all of it: a value is the same however it was quoted. */
function pushValue(text: string, start: number, end: number, kind: string, found: SecretSpan[]): void {
  const value = text.slice(start, end);
  if (REFERENCE.test(value)) return;
  const quote = value[0];
  const isWrapped =
    value.length >= 2 &&
    (quote === '"' || quote === "'") &&
    value.endsWith(quote) &&
    !value.slice(1, -1).includes(quote);
  const span = isWrapped ? { start: start + 1, end: end - 1 } : { start, end };
  if (span.end > span.start) found.push({ ...span, kind });
}

function kindOfName(name: string): string {
  const lower = name.toLowerCase();
  if (/pass|pwd/.test(lower)) return 'password';
  if (/token|cookie|authorization/.test(lower)) return 'token';
  return /key/.test(lower) ? 'key' : 'secret';
}

/** Whether the name of a flag or of a field says that its value is a secret. */
export function namesSecret(name: string): boolean {
  return NAME_ANYWHERE.test(name) && !HARMLESS_NAME.test(name);
}
const NAME_ANYWHERE = new RegExp(NAME_PART, 'i');

/** Whether the value only says where the secret comes from. */
export function isReference(value: string): boolean {
  return value === '' || REFERENCE.test(value);
}

function ahead(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null || match[0] === '' ? undefined : at + match[0].length;
}

function run(pattern: RegExp, text: string, start: number): { start: number; end: number } | undefined {
  const end = ahead(pattern, text, start);
  return end === undefined ? undefined : { start, end };
}

type Quote = '"' | "'" | '';

/** A word where a quote is open already: it ends with that quote at the latest. */
const WORD_IN: Readonly<Record<Quote, RegExp>> = {
  '': SHELL_WORD,
  '"': /(?:'[^'"]*'|[^\s"'&;])+/y,
  "'": /(?:"[^'"]*"|[^\s"'&;])+/y,
};

/** Which quote of the shell is open at an offset; the offsets asked for rise, so that the text is read once. */
function createQuoteTracker(text: string): (at: number) => Quote {
  let read = 0;
  let open: Quote = '';
  return (at) => {
    for (; read < at; read += 1) {
      const character = text[read];
      if (character === '\\' && open !== "'") read += 1;
      else if (character === '"' || character === "'") {
        if (open === '') open = character;
        else if (open === character) open = '';
      }
    }
    return open;
  };
}

/** Where two overlap, one span over both, with the kind of the one that begins first. */
function disjoint(found: readonly SecretSpan[]): readonly SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const span of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = spans.at(-1);
    if (last === undefined || span.start >= last.end) spans.push(span);
    else if (span.end > last.end) spans[spans.length - 1] = { ...last, end: span.end };
  }
  return spans;
}
