// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell text
import { forEachChild, parse, type SyntaxNode } from 'unbash';
import { describe, expect, it } from 'vitest';
import {
  COMMAND_LENGTH_MAX,
  NESTING_DEPTH_MAX,
  type ShellNode,
  type ShellPart,
  type ShellRedirect,
  type ShellScript,
  type ShellStatement,
  type ShellWord,
} from '#domain/action/shell/script.ts';
import { HEREDOC_COUNT_MAX, parseShell, SUBSTITUTION_COUNT_MAX } from './parse.ts';

/** Every place in the grammar where a command can hide. The marked one must be reached in all of them. */
const HIDING_PLACES = [
  'marked',
  'a; marked',
  'a & marked',
  'a && marked || b',
  'a | marked |& c',
  '! marked',
  'time -p marked',
  '(marked)',
  '{ marked; }',
  'if marked; then a; fi',
  'if a; then marked; elif b; then c; fi',
  'if a; then b; elif marked; then c; else d; fi',
  'if a; then b; else marked; fi',
  'while marked; do a; done',
  'until a; do marked; done',
  'for x in $(marked); do a; done',
  'for x in a; do marked; done',
  'for x; do marked; done',
  'for ((i=$(marked);i<1;i++)); do a; done',
  'for ((i=0;i<$(marked);i++)); do a; done',
  'for ((i=0;i<1;i+=$(marked))); do a; done',
  'for ((;;)); do marked; done',
  'select x in $(marked); do a; done',
  'select x in a; do marked; done',
  'case $(marked) in a) b;; esac',
  'case a in $(marked)) b;; esac',
  'case a in a) b;; *) marked;; esac',
  'f() { marked; }',
  'function f { marked; }',
  'f() { a; } > $(marked)',
  'coproc marked',
  'coproc N { marked; }',
  '[[ -f $(marked) ]]',
  '[[ a == $(marked) && ! ( b < c ) ]]',
  '[[ a || ( b && $(marked) ) ]]',
  '(( $(marked) ))',
  '(( a = b ? $(marked) : c ))',
  '(( -$(marked) + (1) ))',
  'echo $(marked)',
  'echo `marked`',
  'echo "`marked`"',
  'echo `a \\`marked\\``',
  'echo "$(marked)"',
  'echo $"$(marked)"',
  'echo a"b$(marked)"c',
  'echo <(marked)',
  'echo >(marked)',
  'echo $((1 + $(marked)))',
  'echo $[ $(marked) ]',
  'echo ${ marked; }',
  'echo ${a:-$(marked)}',
  'echo "${a:=$(marked)}"',
  'echo ${a/$(marked)/b}',
  'echo ${a/b/$(marked)}',
  'echo ${a#$(marked)}',
  'echo ${a:$(marked):1}',
  'echo ${a:1:$(marked)}',
  'echo ${a^^$(marked)}',
  'echo ${a[$(marked)]}',
  'echo {a,$(marked)}',
  'echo {a,{b,"$(marked)"}}',
  'echo @(a|$(marked))',
  'echo [$(marked)]',
  'a=$(marked)',
  'a=(b $(marked))',
  'a+=$(marked)',
  'a[$(marked)]=b',
  'a=$(marked) b',
  'export a=$(marked)',
  'declare -A a=([k]=$(marked))',
  'a > $(marked)',
  'a 2> $(marked)',
  'a < <(marked)',
  'a <<< $(marked)',
  'a <<E\n$(marked)\nE',
  'a <<-E\n\t`marked`\n\tE',
  'a <<E\n${x:-$(marked)}\nE',
  'if a; then b; fi > >(marked)',
  'while read x; do a; done < <(marked)',
];

describe('the eager tree', () => {
  it.each(HIDING_PLACES)('reaches the command in: %s', (text) => {
    expect(namesIn(text)).toContain('marked');
  });

  it('holds as many scripts and commands as the parser has when every lazy part is asked for', () => {
    const text = HIDING_PLACES.join('\n');
    const counts = { scripts: 0, commands: 0 };
    const count = (node: SyntaxNode): void => {
      if (node.type === 'Script') counts.scripts++;
      if (node.type === 'Command') counts.commands++;
      forEachChild(node, count);
    };
    count(parse(text));
    const read = parseShell(text);
    const found = { scripts: 0, commands: 0 };
    if (read.ok) walkScript(read.value, (kind) => found[kind]++);
    expect(found).toEqual(counts);
  });

  it('keeps the offsets of what stands in the text as it is', () => {
    const text = `bash -c 'rm x' "y z" $'a' w\\ v`;
    const parts = commandsIn(text)[0]?.words.map((word) => word.parts[0]);
    expect(parts?.map((part) => (part?.kind === 'literal' ? part.at : 'no'))).toEqual([0, 5, 9, 16, 23, undefined]);
  });

  it('expands braces to alternatives, ranges included, and leaves endless ones as a pattern', () => {
    const alternatives = (text: string): number => {
      const part = commandsIn(text)[0]?.words[0]?.parts[0];
      return part?.kind === 'braces' ? part.alternatives.length : -1;
    };
    expect(alternatives('{a,b{c,d},e}')).toBe(3);
    expect(alternatives('{1..4}')).toBe(4);
    expect(alternatives('{d..a}')).toBe(4);
    expect(alternatives('{1..999999999}')).toBe(1);
    expect(alternatives(`{${'a,'.repeat(400)}b}`)).toBe(-1);
  });

  it('tells files from descriptors in redirects', () => {
    const redirects = commandsIn('a >f 2>>g <h <>i >&2 2>&- &>j >|k <<<l')[0]?.redirects;
    expect(redirects?.map((redirect) => (redirect.kind === 'file' ? redirect.operator : redirect.kind))).toEqual([
      'write',
      'append',
      'read',
      'read-write',
      'duplicate',
      'duplicate',
      'write',
      'write',
      'text',
    ]);
  });
});

describe('text that the grammar does not accept', () => {
  it.each([
    ['|& marked', 1],
    ['& marked', 1],
    ['a ; |& marked', 2],
    ['then marked', 1],
    ["marked 'open", 1],
    ['marked "open', 1],
    ['if true; then marked', 2],
    ['(marked', 1],
    ['marked )', 1],
  ])('%s: the parts that can be read are there, with the error', (text, commands) => {
    const read = parseShell(text);
    expect(read.ok && read.value.errors.length).toBeGreaterThan(0);
    expect(namesIn(text)).toContain('marked');
    expect(commandsIn(text)).toHaveLength(commands);
  });

  it.each(['|&', ';;', '&&', ')'])('%s: not one command is refused as syntax', (text) => {
    const read = parseShell(text);
    expect(read.ok ? 'read' : read.refusal.code).toBe('syntax');
  });

  it('reads blank text as a script without commands', () => {
    expect(parseShell(' \n\t # a comment\n')).toEqual({
      ok: true,
      value: { statements: [], errors: [], ownText: false },
    });
  });
});

describe('limits', () => {
  it.each([
    ['too long', 'a'.repeat(COMMAND_LENGTH_MAX + 1)],
    ['too many heredocs', 'cat <<A\nA\n'.repeat(HEREDOC_COUNT_MAX + 1)],
    ['substitutions too deep', `${'$('.repeat(NESTING_DEPTH_MAX)}a${')'.repeat(NESTING_DEPTH_MAX)}`],
    ['too many substitutions', 'a $(b) '.repeat(SUBSTITUTION_COUNT_MAX + 1)],
    ['groups too deep', `${'{ '.repeat(NESTING_DEPTH_MAX + 5)}a; ${'} ; '.repeat(NESTING_DEPTH_MAX + 5)}`],
    ['braces too deep', `echo ${'{a,'.repeat(40_000)}${'}'.repeat(40_000)}`],
    ['too many nodes', 'a;'.repeat(COMMAND_LENGTH_MAX / 2 - 1)],
  ])('%s is refused as a limit', (_name, text) => {
    const read = parseShell(text);
    expect(read.ok ? 'read' : read.refusal.code).toBe('limit');
  });

  it.each([
    '$(',
    '((',
    '"',
    '{',
    '`',
    '${a:-',
    'if ',
    'a[',
    'case a in ',
    '<(',
    '<<a\n',
    '@(',
    '$((',
    'a ',
    '\\',
    '{a,',
    '&',
    '|',
    '>',
  ])('256 KiB of %j end in an answer, and do not hang the runner', (piece) => {
    expect(parseShell(piece.repeat(Math.floor(COMMAND_LENGTH_MAX / piece.length)))).toHaveProperty('ok');
  });
});

function commandsIn(text: string): readonly Extract<ShellNode, { kind: 'command' }>[] {
  const read = parseShell(text);
  const commands: Extract<ShellNode, { kind: 'command' }>[] = [];
  if (read.ok) walkScript(read.value, () => {}, commands);
  return commands;
}

function namesIn(text: string): readonly string[] {
  return commandsIn(text).flatMap((command) => command.words.slice(0, 1).map((word) => word.text));
}

type Seen = (kind: 'scripts' | 'commands') => void;

function walkScript(script: ShellScript, seen: Seen, commands: Extract<ShellNode, { kind: 'command' }>[] = []): void {
  seen('scripts');
  const list = (statements: readonly ShellStatement[]): void => {
    for (const statement of statements) walk(statement.node);
  };
  const parts = (all: readonly ShellPart[]): void => {
    for (const part of all) {
      if (part.kind === 'command') walkScript(part.script, seen, commands);
      else if (part.kind === 'glob') parts(part.nested);
      else if (part.kind === 'variable' || part.kind === 'arithmetic') words(part.words);
      else if (part.kind === 'braces') part.alternatives.forEach(parts);
    }
  };
  const words = (all: readonly ShellWord[]): void => {
    for (const word of all) {
      parts(word.parts);
      if (word.assignment?.index !== undefined) words([word.assignment.index]);
    }
  };
  const redirects = (all: readonly ShellRedirect[]): void => {
    for (const redirect of all) words([redirect.kind === 'text' ? redirect.word : redirect.target]);
  };
  const walk = (node: ShellNode): void => {
    switch (node.kind) {
      case 'command':
        seen('commands');
        commands.push(node);
        words(node.words);
        redirects(node.redirects);
        for (const assignment of node.assignments) {
          words(assignment.values);
          if (assignment.index !== undefined) words([assignment.index]);
        }
        return;
      case 'pipeline':
      case 'and-or':
        node.nodes.forEach(walk);
        return;
      case 'group':
        return list(node.body);
      case 'if':
        for (const branch of node.branches) list([...branch.condition, ...branch.body]);
        return list(node.otherwise);
      case 'loop':
        words(node.words);
        return list([...node.condition, ...node.body]);
      case 'each':
        words(node.words ?? []);
        return list(node.body);
      case 'case':
        words(node.words);
        return node.bodies.forEach(list);
      case 'test':
        return words(node.words);
      case 'redirected':
        redirects(node.redirects);
        return walk(node.node);
      default:
        return walk(node.body);
    }
  };
  list(script.statements);
}
