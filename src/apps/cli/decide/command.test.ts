import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOf } from '#apps/cli/decide/command.ts';
import { commandText } from '#apps/cli/decide/command-text.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { COMMAND_LENGTH_MAX } from '#domain/action/shell/script.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'acgs-decide-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function decide(argv: readonly string[], stdin = '') {
  const io = createRecordedIo({ cwd: '/home/dev/project', env: { HOME: '/home/dev' }, stdin });
  const code = await run(['decide', ...argv], io);
  return { code, ...io.written() };
}

describe('acgs decide refuses', () => {
  it.each([
    ['no command', [], ''],
    ['an empty command', ['--', '  '], ''],
    ['an empty standard input', ['--stdin'], ' \n'],
    ['a command twice', ['--stdin', '--', 'ls'], 'ls'],
    ['an agent that it does not know', ['--agent', 'clippy', '--', 'ls'], ''],
    ['a command that is too long', ['--stdin'], 'a'.repeat(COMMAND_LENGTH_MAX + 1)],
  ])('%s, with code 2', async (_name, argv, stdin) => {
    expect(await decide(argv, stdin)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/^acgs: [^\n]+\n$/),
    });
  });

  it('a constitution that cannot be loaded, with code 4', async () => {
    const { code, out, err } = await decide(['--constitution', folder, '--', 'ls']);
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain(`the constitution in ${folder} is refused [constitution-`);
  });
});

describe('acgs decide by the starter constitution', () => {
  it('denies, and says why and where', async () => {
    const { code, out } = await decide(['--', 'npm test && rm -rf /']);
    expect(code).toBe(1);
    expect(out).toContain('✗ DENIED');
    expect(out).toMatch(/━ {2}✗ delete \/ and everything below it/);
    expect(out).toContain('✓ run npm test');
    expect(out).toContain('instead: ');
    expect(out).toContain('lineage cdd01ef066bc6cf2');
  });

  it('asks for a person, and names the role', async () => {
    const { code, out } = await decide(['--', 'git', 'push', '--force', 'origin', 'main']);
    expect(code).toBe(3);
    expect(out).toContain('? ASK  the role "maintainer" must approve this first');
    expect(out).toContain('(maintainer)');
  });

  it('allows ordinary work', async () => {
    const { code, out } = await decide(['--', 'npm', 'test']);
    expect(code).toBe(0);
    expect(out).toContain('✓ ALLOWED');
  });

  it('gives machines the whole decision', async () => {
    const { code, out } = await decide(['--json', '--stdin'], 'rm -rf /');
    const decided = JSON.parse(out);
    expect(code).toBe(1);
    expect(decided.verdict).toEqual({ kind: 'deny' });
    expect(decided.action).toMatchObject({ kind: 'shell', command: 'rm -rf /', cwd: '/home/dev/project' });
    expect(decided.actionDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(decided.constitution).toMatchObject({ lineage: 'cdd01ef066bc6cf2', number: 1 });
    const verdicts = decided.effects.map((one: { effect: { kind: string }; verdict: { kind: string } }) => [
      one.effect.kind,
      one.verdict.kind,
    ]);
    expect(verdicts).toContainEqual(['run', 'allow']);
    expect(verdicts).toContainEqual(['delete', 'deny']);
  });

  it('goes by the folders that it is told', async () => {
    const file = ['--', 'touch', '/home/dev/app/a'];
    expect((await decide(file)).code).not.toBe(0);
    expect((await decide(['--agent-cwd', '/home/dev/app', ...file])).code).toBe(0);
    expect((await decide(['--workspace', '/home/dev/app', '/home/dev/other', ...file])).code).toBe(0);
  });
});

describe('commandText', () => {
  it('takes one word as the whole command', () => {
    expect(commandText(['a && b > "c d"'])).toBe('a && b > "c d"');
  });

  it.each([
    [['rm', 'a b']],
    [['echo', "it's", '$HOME', '', '*', '~', 'a;b', '`x`', 'plain-1.2/x=y']],
    [['printf', '%s\n', '\\', '"', '漢']],
  ])('quotes %j so that a shell reads the same words', (words) => {
    const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${commandText(words)}`], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual(words);
  });
});

it('has an exit code for every verdict', () => {
  expect(exitCodeOf({ kind: 'modify', input: {} })).toBe(0);
  expect(exitCodeOf({ kind: 'defer', retryAfterMs: 1 })).toBe(3);
});
