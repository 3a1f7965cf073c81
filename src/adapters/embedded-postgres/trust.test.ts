import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginUse, endUse, survived } from './trust.ts';

describe('trust in files that were not synced', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'acgs-trust-'));
    await mkdir(join(directory, 'data', 'base'), { recursive: true });
    await writeFile(join(directory, 'data', 'base', '1'), 'a page');
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('ends with the boot on which they were written', async () => {
    await writeFile(join(directory, 'data.boot'), 'of yesterday');
    expect(await survived(directory)).toBe(false);
  });

  it('is not given to a mark that says nothing', async () => {
    await writeFile(join(directory, 'data.boot'), '');
    expect(await survived(directory)).toBe(false);
  });

  it('holds on the same boot, however the process ended', async () => {
    await beginUse(directory);
    expect(await readdir(directory)).toContain('data.boot');
    expect(await survived(directory)).toBe(true);
  });

  it('holds for good once they were synced', async () => {
    expect(await survived(directory)).toBe(true);
    await beginUse(directory);
    await endUse(directory, join(directory, 'data'));
    expect(await readdir(directory)).toEqual(['data']);
    expect(await survived(directory)).toBe(true);
  });

  it('does not come from an end that could not sync', async () => {
    await beginUse(directory);
    await expect(endUse(directory, join(directory, 'elsewhere'))).rejects.toThrow('ENOENT');
    expect(await readdir(directory)).toContain('data.boot');
  });
});
