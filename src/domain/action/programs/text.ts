import type { Family } from '#domain/action/programs/model.ts';
import { hasOption, type Parsed } from '#domain/action/programs/options.ts';
import type { Call } from '#domain/action/shell/call.ts';
import { type Field, type Flow, isKnown } from '#domain/action/shell/values.ts';

/** Bytes that are decoded here to see what is in them. */
const DECODED_LENGTH_MAX = 256 * 1024;

/** What a filter reads: its file operands, written by this same command or not, or what is piped in. */
function inputOf(files: readonly Field[], call: Call): Flow | undefined {
  const [file] = files;
  if (file === undefined || file.text === '-') return call.input;
  return call.fileFlow(file);
}

/** A filter whose output is evident from evident input; otherwise text that was decoded. */
function filter(
  transform: (text: string, parsed: Parsed) => string | undefined,
  cause: 'decoded' | 'generated',
): (call: Call, parsed: Parsed) => Flow | undefined {
  return (call, parsed) => {
    const input = inputOf(parsed.operands, call);
    const evident =
      parsed.operands.length <= 1 && input?.text !== undefined && input.text.length <= DECODED_LENGTH_MAX
        ? transform(input.text, parsed)
        : undefined;
    if (evident !== undefined) return { text: evident, cause, source: input?.source ?? 'literal' };
    const from = input?.cause ?? 'stdin';
    return {
      text: undefined,
      cause: cause === 'decoded' ? (from === 'download' ? 'download' : 'decoded') : from,
      source: worstOf(parsed.operands, call),
    };
  };
}

function worstOf(files: readonly Field[], call: Call): Flow['source'] {
  const sources = files.map((field) => call.sourceOf(field));
  if (sources.includes('credentials') || call.input?.source === 'credentials') return 'credentials';
  return sources.length > 0 ? 'files' : (call.input?.source ?? 'output');
}

function fromBase64(text: string): string | undefined {
  return /^[A-Za-z0-9+/=_\s-]*$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : undefined;
}

function fromHex(text: string): string | undefined {
  const digits = text.replace(/\s+|\\x|0x/g, '');
  return /^[0-9a-fA-F]*$/.test(digits) && digits.length % 2 === 0
    ? Buffer.from(digits, 'hex').toString('utf8')
    : undefined;
}

/** `base64 -d` decodes; without it, the output is text of no meaning that is as bad as the input. */
function base64(text: string, parsed: Parsed): string | undefined {
  return hasOption(parsed, '-d', '-D', '--decode') ? fromBase64(text) : Buffer.from(text, 'utf8').toString('base64');
}

function base32(text: string, parsed: Parsed): string | undefined {
  if (!hasOption(parsed, '-d', '-D', '--decode')) return undefined;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text.replace(/[=\s]/g, '')].map((digit) => alphabet.indexOf(digit));
  if (bits.includes(-1)) return undefined;
  const binary = bits.map((value) => value.toString(2).padStart(5, '0')).join('');
  return Buffer.from((binary.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))).toString('utf8');
}

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

/** `tr SET1 SET2` and `tr -d SET` over plain sets and ranges. */
function runTr(call: Call, parsed: Parsed): Flow | undefined {
  const [from, to] = parsed.operands;
  const { input } = call;
  const text = input?.text;
  if (text === undefined || from === undefined || !isKnown(from) || (to !== undefined && !isKnown(to))) {
    return { text: undefined, cause: input?.cause ?? 'stdin', source: input?.source ?? 'output' };
  }
  const set = charactersOf(from.text);
  const target = to === undefined ? undefined : charactersOf(to.text);
  if (set === undefined || (to !== undefined && target === undefined))
    return { text: undefined, cause: 'decoded', source: input?.source ?? 'literal' };
  const map = new Map(
    set.map((character, index) => [character, target?.[Math.min(index, target.length - 1)] ?? ''] as const),
  );
  const result = [...text].map((character) => map.get(character) ?? character).join('');
  return { text: result, cause: 'decoded', source: input?.source ?? 'literal' };
}

function charactersOf(set: string): readonly string[] | undefined {
  const named: Readonly<Record<string, string>> = { '[:lower:]': 'a-z', '[:upper:]': 'A-Z', '[:digit:]': '0-9' };
  const expanded = (named[set] ?? set).replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\\\', '\\');
  if (/^\[:/.test(expanded) || expanded.length > 512) return undefined;
  const characters = [...expanded.replace(/^\[(.-.)\]$/, '$1')];
  const result: string[] = [];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    const end = characters[index + 2];
    if (characters[index + 1] !== '-' || end === undefined) {
      result.push(character);
      continue;
    }
    for (let code = character.charCodeAt(0); code <= end.charCodeAt(0); code++) result.push(String.fromCharCode(code));
    index += 2;
  }
  return result;
}

/** A compressor puts another file in a file's place, unless it prints or keeps. */
function runCompressor(call: Call, parsed: Parsed): Flow | undefined {
  const keeps = hasOption(parsed, '-c', '-k', '--stdout', '--keep', '-l', '-t');
  for (const field of parsed.operands) {
    call.read(field);
    if (!keeps) call.write(field);
  }
  return filter(() => undefined, 'decoded')(call, parsed);
}

function runCat(call: Call, parsed: Parsed): Flow | undefined {
  if (parsed.operands.length === 0) return call.input;
  const flows = parsed.operands.map((field) => (field.text === '-' ? call.input : call.fileFlow(field)));
  const [only] = flows;
  if (parsed.operands.length === 1 && only !== undefined) return only;
  if (flows.every((flow) => flow?.text !== undefined)) {
    return {
      text: flows.map((flow) => flow?.text).join(''),
      cause: 'generated',
      source: worstOf(parsed.operands, call),
    };
  }
  const opaque = flows.find((flow) => flow !== undefined && flow.text === undefined);
  return { text: undefined, cause: opaque?.cause ?? 'stdin', source: worstOf(parsed.operands, call) };
}

/** `sed` and `awk` run programs of their own, and write files; that is in `interpreters.ts`. This is what only looks. */
export const TEXT: Family = {
  'cat tac bat batcat zcat bzcat xzcat zstdcat lz4cat gzcat': { operands: 'read', run: runCat },
  'head tail': {
    options: { '-n -c --lines --bytes --pid --sleep-interval': 'value' },
    operands: 'read',
    run: (call, parsed) => ({
      text: undefined,
      cause: inputOf(parsed.operands, call)?.cause ?? 'stdin',
      source: worstOf(parsed.operands, call),
    }),
  },
  'less more most pg nl wc cut paste join comm uniq fold fmt pr expand unexpand strings od hexdump hd md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum sum cmp diff diff3 sdiff colordiff vimdiff file column look jq yq xmllint ipython-nb pygmentize highlight glow mdcat tsort ptx view ed-view zless zmore zgrep shasum md5 rhash':
    {
      options: {
        '-n -c -d -f -b -w -s -l -t -N -A -j -S -o -C -U --delimiter --fields --arg --argjson --lines --bytes --format --label':
          'value',
      },
      operands: 'read',
    },
  sort: {
    options: {
      '-k -t -S -T -o --key --field-separator --buffer-size --temporary-directory --parallel': 'value',
      '--output': 'write',
      '-o': 'write',
      '--compress-program': 'command',
    },
    operands: 'read',
  },
  'grep egrep fgrep rg ag ack ripgrep zipgrep pcregrep ugrep': {
    options: {
      '-e -m -A -B -C -d -D -g -t -T -M -j --regexp --max-count --after-context --before-context --context --include --exclude --exclude-dir --color --colour --glob --type --type-not --max-depth --binary-files --devices --directories --label --sort':
        'value',
      '-f --file': 'read',
      '--pre': 'command',
    },
    run: runGrep,
  },
  base64: {
    options: { '-w -i -o -b --wrap --input': 'value' },
    flags: ['--decode', '--ignore-garbage'],
    operands: 'read',
    run: filter(base64, 'decoded'),
  },
  base32: { flags: ['--decode'], operands: 'read', run: filter(base32, 'decoded') },
  xxd: {
    options: { '-l -s -c -g -o': 'value' },
    operands: { first: 'read', last: 'read' },
    run: filter((text, parsed) => (hasOption(parsed, '-r') ? fromHex(text) : undefined), 'decoded'),
  },
  'uudecode unbase64 base58 ascii85 qprint': { operands: 'read', run: filter(() => undefined, 'decoded') },
  rev: {
    operands: 'read',
    run: filter(
      (text) =>
        text
          .split('\n')
          .map((line) => [...line].reverse().join(''))
          .join('\n'),
      'decoded',
    ),
  },
  'rot13 caesar': { operands: 'read', run: filter((text) => rot13(text), 'decoded') },
  tr: { run: runTr },
  'gunzip bunzip2 unxz unzstd uncompress': { flags: ['--stdout', '--keep'], run: runCompressor },
  'gzip bzip2 xz zstd lz4 compress pigz lzma brotli': {
    options: { '-o': 'write', '-S -T -b --suffix --threads': 'value' },
    flags: ['--stdout', '--keep', '--decompress'],
    run: runCompressor,
  },
};

/** The first operand is the pattern, unless -e or -f gave it. A recursive search without a path is one of the working directory. */
function runGrep(call: Call, parsed: Parsed): Flow | undefined {
  const given = hasOption(parsed, '-e', '-f', '--regexp', '--file');
  const files = given ? parsed.operands : parsed.operands.slice(1);
  const recursive =
    hasOption(parsed, '-r', '-R', '--recursive', '--dereference-recursive') ||
    /^(?:rg|ag|ack|ripgrep|ugrep)$/.test(call.program);
  for (const file of files) call.read(file, { recursive });
  if (files.length === 0 && recursive && call.input === undefined) call.read('.', { recursive: true });
  return undefined;
}
