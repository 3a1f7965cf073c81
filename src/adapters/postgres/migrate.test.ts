import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { readMigrations } from './migrate.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folderWith(...names: readonly string[]): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'acgs-migrations-'));
  folders.push(folder);
  for (const name of names) await writeFile(join(folder, name), `-- ${name}`);
  return pathToFileURL(`${folder}/`);
}

describe('migrations', () => {
  it.each([
    ['a number is missing', ['0001-a.sql', '0003-c.sql']],
    ['two have one number', ['0001-a.sql', '0001-b.sql']],
    ['a file has no number', ['0001-a.sql', 'later.sql']],
    ['the first is not 1', ['0002-b.sql']],
  ])('are refused when %s', async (_what, names) => {
    await expect(readMigrations(await folderWith(...names))).rejects.toThrow(/should have number/);
  });

  it('are the SQL files in the order of their numbers, each with its checksum', async () => {
    const migrations = await readMigrations(await folderWith('0002-b.sql', '0001-a.sql', 'README.md'));
    expect(migrations.map(({ number, name }) => [number, name])).toEqual([
      [1, '0001-a.sql'],
      [2, '0002-b.sql'],
    ]);
    expect(new Set(migrations.map(({ sha256 }) => sha256)).size).toBe(2);
  });

  it('of the product are complete', async () => {
    expect((await readMigrations()).length).toBeGreaterThan(0);
  });
});
