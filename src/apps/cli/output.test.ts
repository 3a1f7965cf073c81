import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { columnsOf, createPaint, paragraph, truncate, visible, wrap } from '#apps/cli/output.ts';
import { createProcessIo, wantsColour } from '#apps/cli/process-io.ts';

describe('visible', () => {
  it.each([
    ['\u001b[2Jclean', '␛[2Jclean'],
    ['a\rb', 'a␍b'],
    ['\u007f', '␡'],
    ['\u009b31m', '�31m'],
    ['rm \u202egpj.txt', 'rm �gpj.txt'],
    ['ev\u200bil', 'ev�il'],
    ['plain ü 漢', 'plain ü 漢'],
  ])('makes %j show as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});

describe('columnsOf', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['漢字', 4],
    ['👍', 2],
    ['e\u0301', 1],
  ])('of %j', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });
});

describe('truncate', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 4, 'abc…'],
    ['漢字漢字', 4, '漢…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%j to %d columns', (text, columns, cut) => {
    expect(truncate(text, columns)).toBe(cut);
    expect(columnsOf(cut)).toBeLessThanOrEqual(Math.max(columns, 0));
  });
});

describe('wrap', () => {
  it('breaks at blanks, and within a word that is longer than a line', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k']);
    expect(wrap('', 4)).toEqual(['']);
  });

  it('keeps every line of a paragraph within the width and in its column', () => {
    expect(paragraph('one two three', 20, 4, '- ')).toBe('-   one two three\n');
    expect(paragraph('one two three four five', 20, 4)).toBe('    one two three\n    four five\n');
  });
});

describe('createPaint', () => {
  it('colours only where it is wanted', () => {
    expect(createPaint(false)('bad', 'no')).toBe('no');
    expect(createPaint(true)('bad', 'no')).toBe('\u001b[31mno\u001b[39m');
    expect(createPaint(true)('badge-bad', 'no')).toContain('\u001b[41m');
    expect(createPaint(true)('plain', 'no')).toBe('no');
  });
});

describe('wantsColour', () => {
  it.each([
    ['no terminal', [], {}, false, false],
    ['a terminal', [], {}, true, true],
    ['NO_COLOR', [], { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR', [], { NO_COLOR: '' }, true, true],
    ['a dumb terminal', [], { TERM: 'dumb' }, true, false],
    ['--json', ['log', '--json'], { FORCE_COLOR: '1' }, true, false],
    ['a --json of the command that is decided', ['decide', '--', 'x', '--json'], {}, true, true],
    ['FORCE_COLOR', [], { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, true, false],
  ] as const)('with %s', (_name, argv, env, isTerminal, wanted) => {
    expect(wantsColour(argv, env, isTerminal)).toBe(wanted);
  });
});

describe('createProcessIo', () => {
  it('writes to the streams of the process, in 80 columns where there is no terminal', () => {
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const io = createProcessIo(['--json']);
      io.out('to out');
      io.err('to err');
      expect([out.mock.calls, err.mock.calls]).toEqual([[['to out']], [['to err']]]);
      expect(io).toMatchObject({ colour: false, cwd: process.cwd(), columns: process.stdout.columns ?? 80 });
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  });

  it('ends quietly when the reader has enough, as in "acgs log | head"', () => {
    const bin = fileURLToPath(new URL('../../../bin/acgs.js', import.meta.url));
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `"${process.execPath}" "${bin}" --help | true; echo "\${PIPESTATUS[0]}" >&2`],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '0\n' });
  });
});
