import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram, main, run } from '#apps/cli/main.ts';
import { columnsOf } from '#apps/cli/output.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';

async function acgs(argv: readonly string[], given: Parameters<typeof createRecordedIo>[0] = {}) {
  const io = createRecordedIo(given);
  const code = await run(argv, io);
  return { code, ...io.written() };
}

describe('a wrong command line', () => {
  it.each([
    ['no command', [], 'no command given'],
    ['an unknown command', ['lgo'], 'Did you mean log?'],
    ['an unknown option', ['log', '--folow'], 'Did you mean --follow?'],
    ['an unknown global option', ['--frobnicate'], 'unknown option'],
    ['a value that is not one of the choices', ['log', '--verdict', 'maybe'], 'Allowed choices'],
    ['a number out of range', ['log', '--limit', '201'], 'from 1 to 200'],
    ['a missing argument', ['explain'], 'missing required argument'],
    ['help for what there is not', ['help', 'nothing'], 'unknown command'],
  ] as const)('ends with code 2 and one line: %s', async (_name, argv, part) => {
    const { code, out, err } = await acgs(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^acgs: [^\n]+\n$/);
    expect(err).toContain(part);
  });
});

describe('an unexpected error', () => {
  // A file in place of the state folder: the token file cannot be read.
  const env = { ACGS_HOME: import.meta.filename };

  it('is one line, without a stack', async () => {
    const { code, err } = await acgs(['token', 'list'], { env });
    expect(code).toBe(4);
    expect(err).toMatch(/^acgs: ENOTDIR[^\n]+\n$/);
  });

  it('shows its stack with ACGS_DEBUG=1', async () => {
    const { err } = await acgs(['token', 'list'], { env: { ...env, ACGS_DEBUG: '1' } });
    expect(err).toContain('    at ');
  });
});

describe('the program', () => {
  it('tells exit codes and examples in its help, in 80 columns', async () => {
    const { code, out } = await acgs(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('3  for decide: a person must approve');
    expect(out).toContain('acgs log --follow');
    for (const line of out.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80);
  });

  it('prints its version', async () => {
    expect(await acgs(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  it.each(['decide', 'explain', 'log', 'doctor', 'completion'])(
    'has an example in the help of %s, in 80 columns',
    async (name) => {
      const { code, out } = await acgs(['help', name]);
      expect(code).toBe(0);
      expect(out).toContain('Examples:');
      for (const line of out.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80);
    },
  );

  it('loads every group under the name that it is listed by', async () => {
    const listed = (await createProgram(createRecordedIo(), undefined)).commands;
    const loaded = (await createProgram(createRecordedIo(), 'all')).commands;
    expect(loaded.map((command) => command.name())).toEqual(listed.map((command) => command.name()));
    for (const command of loaded) expect(command.description()).not.toBe('');
  });

  it('writes to the process', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      expect(await main(['--version'])).toBe(0);
      expect(write).toHaveBeenCalledOnce();
    } finally {
      write.mockRestore();
    }
  });
});

describe('hook install', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'acgs-main-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('issues no token where there is no installation: no server would know it', async () => {
    const { code, err } = await acgs(['hook', 'install', 'codex', '--project'], { cwd: folder, env: { HOME: folder } });
    expect(code).not.toBe(0);
    expect(err).toContain('there is no installation');
  });
});
