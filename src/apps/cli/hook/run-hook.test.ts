import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHookCommand, runPlugin } from '#apps/cli/hook/run-hook.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acgs-run-hook-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(command: string, options: { payload?: string; timeoutMs?: number; cwd?: string } = {}) {
  const hook = {
    event: 'PreToolUse',
    command,
    failClosed: false,
    ...(options.timeoutMs ? { timeoutMs: options.timeoutMs } : {}),
  };
  const { payload = '{}', cwd = folder } = options;
  return runHookCommand(hook, { payload, cwd, env: { PATH: process.env['PATH'] }, timeoutMs: 20_000 });
}

describe('runHookCommand', () => {
  it('kills a hook at its timeout, with all that it has started', async () => {
    expect(await run('sleep 30 | cat', { timeoutMs: 200 })).toEqual({ kind: 'timed-out' });
  });

  it('sees a payload that was not taken, a signal, and a folder in which nothing can start', async () => {
    expect(await run('exit 0', { payload: 'x'.repeat(1 << 20) })).toEqual({ kind: 'broken' });
    expect(await run('cat >/dev/null; kill -9 $$')).toEqual({ kind: 'broken' });
    expect(await run('cat', { cwd: join(folder, 'gone') })).toEqual({ kind: 'broken' });
  });

  it('gives exit code and output', async () => {
    const end = { kind: 'exited', code: 3, stdout: '{"a":1}', stderr: 'why' };
    expect(await run('cat; printf why >&2; exit 3', { payload: '{"a":1}' })).toEqual(end);
  });
});

describe('runPlugin', () => {
  const call = { input: { tool: 'bash', sessionID: 's', callID: 'c' }, args: {}, directory: '/' };
  it.each([
    ['export const x = 1;', { kind: 'broken' }],
    ['not javascript', { kind: 'broken' }],
    ['export const AcgsPlugin = async () => ({});', { kind: 'broken' }],
    [
      'export const AcgsPlugin = async () => ({ "tool.execute.before": async () => { throw "no"; } });',
      { code: 1, stderr: 'no' },
    ],
    ['export const AcgsPlugin = async () => ({ "tool.execute.before": async () => {} });', { code: 0 }],
  ])('%s', async (source, expected) => {
    const file = join(folder, 'plugin.mjs');
    await writeFile(file, source);
    expect(await runPlugin(file, call)).toMatchObject(expected);
  });
});
