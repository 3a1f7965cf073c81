import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProgram, run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';

async function script(shell: string): Promise<{ code: number; out: string; err: string }> {
  const io = createRecordedIo();
  const code = await run(['completion', shell], io);
  return { code, ...io.written() };
}

describe('acgs completion', () => {
  it('refuses a shell that it does not know', async () => {
    expect(await script('tcsh')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('bash, zsh, fish') });
  });

  describe('for bash', () => {
    let source = '';
    beforeAll(async () => {
      source = (await script('bash')).out;
    });

    /** What bash offers for the last of the words. */
    const complete = (...words: string[]): string[] => {
      const line = words.map((word) => `'${word}'`).join(' ');
      const ask = `${source}\nCOMP_WORDS=(acgs ${line}); COMP_CWORD=${words.length}; _acgs; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).split('\n').filter(Boolean);
    };

    it('offers commands, sub-commands and options where they belong', () => {
      expect(complete('lo')).toEqual(['log', 'login', 'logout']);
      expect(complete('journal', 'v')).toEqual(['verify']);
      expect(complete('log', '--fo')).toEqual(['--follow']);
      expect(complete('log', '--agent', 'codex', '--js')).toEqual(['--json']);
    });

    it('offers nothing of its own in the command that is decided', () => {
      expect(complete('decide', '--', 'lo')).toEqual([]);
    });
  });

  it.each(['zsh', 'fish'])('knows every command in %s', async (shell) => {
    const { out } = await script(shell);
    const program = await createProgram(createRecordedIo(), 'all');
    for (const command of program.commands) expect(out).toContain(command.name());
    expect(out).toContain('follow');
  });
});
