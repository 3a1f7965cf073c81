import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliIo, EXIT } from '#apps/cli/io.ts';
import { columnsOf } from '#apps/cli/output.ts';
import { createPolicyCommands } from '#apps/cli/policy/command.ts';

const STARTER = fileURLToPath(new URL('../../../../constitution', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acgs-policy-'));
  await cp(STARTER, folder, { recursive: true });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(...words: readonly string[]) {
  let out = '';
  const io: CliIo = {
    out: (text) => {
      out += text;
    },
    err: () => {},
    columns: 80,
    colour: false,
    cwd: folder,
    env: { ACGS_CONSTITUTION: folder },
    readStdin: async () => '',
  };
  const program = new Command('acgs').exitOverride().addCommand(createPolicyCommands(io));
  try {
    await program.parseAsync(['policy', ...words], { from: 'user' });
    return { code: EXIT.ok, out, message: '' };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { code: error.exitCode, out, message: error.message };
  }
}

async function change(file: string, from: string, to: string): Promise<void> {
  const path = join(folder, file);
  const before = await readFile(path, 'utf8');
  if (!before.includes(from)) throw new Error(`nothing to change in ${file}`);
  await writeFile(path, before.replace(from, to));
}

const RESET = "command: 'git reset --hard HEAD~1', expect: ask developer";

describe('acgs policy test', () => {
  it('refuses a constitution that cannot be loaded, and a policy that is not there', async () => {
    await change('constitution.yaml', 'number: 1', 'number: 0');
    expect(await run('test')).toMatchObject({
      code: EXIT.usage,
      message: expect.stringContaining('constitution-document'),
    });
    expect(await run('test', STARTER, '--policy', 'git-farce')).toMatchObject({ code: EXIT.usage });
    expect(await run('test', 'missing')).toMatchObject({
      code: EXIT.usage,
      message: expect.stringContaining('no file'),
    });
  });

  it('names an example whose verdict is another one', async () => {
    await change('tests/03-git.yaml', RESET, "command: 'git reset --hard HEAD~1', expect: allow");
    const { code, out } = await run('test', '--policy', 'git-lose-work');
    expect(code).toBe(EXIT.refused);
    expect(out).toContain('git reset --hard HEAD~1');
    expect(out).toContain('expected allow, got ask developer (git-lose-work)');
    expect(out).toContain('3 examples hold, 1 do not');
    for (const line of out.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80);
  });

  it('names an example that another policy decides', async () => {
    await change('tests/03-git.yaml', `git-lose-work, ${RESET}`, `git-unchecked, ${RESET}`);
    const { code, out } = await run('test', folder, '--policy', 'git-unchecked');
    expect(code).toBe(EXIT.refused);
    expect(out).toContain('ask developer as expected, but decided by git-lose-work');
  });

  it('tells machines the same', async () => {
    await change('tests/03-git.yaml', RESET, "command: 'git reset --hard HEAD~1', expect: deny");
    const { code, out } = await run('test', '--json');
    expect(code).toBe(EXIT.refused);
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({ constitution: expect.stringMatching(/^[0-9a-f]{64}$/), failed: 1 });
    expect(report).toMatchObject({
      results: expect.arrayContaining([
        expect.objectContaining({
          policy: 'git-lose-work',
          failure: 'expected deny, got ask developer (git-lose-work)',
        }),
      ]),
    });
  });
});

describe('acgs policy check', () => {
  it('says what does not validate', async () => {
    await change('policies/03-git.cedar', 'context.force', 'context.forced');
    const { code, out } = await run('check');
    expect(code).toBe(EXIT.refused);
    expect(out).toContain('constitution-policies');
    expect(out).toContain('attribute `forced`');
    expect(JSON.parse((await run('check', '--json')).out)).toMatchObject({
      valid: false,
      problem: { code: 'constitution-policies' },
    });
  });

  it('refuses a folder that is not there', async () => {
    expect(await run('check', 'missing')).toMatchObject({ code: EXIT.usage });
  });

  it('names files that are not laid out, lays them out, and leaves the digest as it was', async () => {
    const before = JSON.parse((await run('check', '--json')).out);
    await change('policies/06-privilege.cedar', '\nunless', ' unless');
    const found = await run('check');
    expect(found.code).toBe(EXIT.refused);
    expect(found.out).toContain('policies/06-privilege.cedar is not laid out');
    const written = await run('check', '--write');
    expect(written).toMatchObject({ code: EXIT.ok, out: expect.stringContaining('06-privilege.cedar laid out') });
    const after = await run('check', '--json');
    expect(after.code).toBe(EXIT.ok);
    expect(JSON.parse(after.out)).toEqual(before);
  });

  it('leaves a file alone that does not parse', async () => {
    await change('policies/06-privilege.cedar', 'forbid', 'forbade');
    const broken = await readFile(join(folder, 'policies/06-privilege.cedar'), 'utf8');
    expect(await run('check', '--write')).toMatchObject({ code: EXIT.refused });
    expect(await readFile(join(folder, 'policies/06-privilege.cedar'), 'utf8')).toBe(broken);
  });
});

describe('acgs policy explain', () => {
  it('says which policies there are when there is none of that name', async () => {
    const { code, message } = await run('explain', 'git-farce');
    expect(code).toBe(EXIT.refused);
    expect(message).toContain('git-force');
    expect(await run('explain', 'toString')).toMatchObject({ code: EXIT.refused });
  });

  it('tells a forbid in words, as Cedar and by examples, within the terminal', async () => {
    const { code, out } = await run('explain', 'git-force');
    expect(code).toBe(EXIT.ok);
    expect(out).toContain('git-force forbids');
    expect(out).toContain('A forced push replaces what others may have pulled.');
    expect(out).toContain('Push a new commit, or a new branch.');
    expect(out).toContain('3. Git.');
    expect(out).toContain('when { context.force }');
    expect(out).not.toContain('@reason');
    expect(out).toMatch(/ask developer +git push --force origin feature\/login/);
    for (const line of out.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80);
  });

  it('tells a permit to a machine', async () => {
    const { out } = await run('explain', 'net-ordinary', '--constitution', folder, '--json');
    expect(JSON.parse(out)).toMatchObject({
      id: 'net-ordinary',
      effect: 'permit',
      article: { number: '5' },
      text: expect.stringContaining('@id("net-ordinary")'),
      examples: expect.arrayContaining([expect.objectContaining({ verdict: 'allow' })]),
    });
  });
});
