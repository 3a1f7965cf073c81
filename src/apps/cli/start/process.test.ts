import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Nothing of the test run's own settings: a server refuses those that it does not know. */
const ENVIRONMENT = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
const ACGS = fileURLToPath(new URL('../../../../bin/acgs.js', import.meta.url));

describe('the process of a server', { timeout: 120_000 }, () => {
  it('ends with the exit code and the words of the command', () => {
    const run = spawnSync(process.execPath, [ACGS, 'start'], {
      env: { ...ENVIRONMENT, ACGS_LISTENN: '1' },
      encoding: 'utf8',
    });
    expect(run.stderr).toContain('ACGS_LISTENN');
    expect(run.status).toBe(2);
  });

  // Only there can a process be asked for its flags.
  it.runIf(process.platform === 'linux')('is the one that was started, with a heap of its size', async () => {
    const home = mkdtempSync(join(tmpdir(), 'acgs-process-'));
    const env = {
      ...ENVIRONMENT,
      ACGS_HOME: home,
      ACGS_LISTEN: `unix:${join(home, 'sock')}`,
      ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none',
    };
    const server = spawn(process.execPath, [ACGS, 'start'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await expect.poll(() => said, { timeout: 90_000 }).toContain('ACGS decides at');
    const command = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').split('\0');
    expect(command).toContain('--max-semi-space-size=4');
    expect(command).toContain('--heap-growing-percent=25');
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    rmSync(home, { recursive: true });
  });
});
