import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeyFile, openKeyFile, readKeyFile } from '#adapters/key-file/key-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acgs-key-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('key file', () => {
  it('refuses a file that is not there, one that others can read, and one that is no key', async () => {
    const path = join(folder, 'key.pem');
    expect(await readKeyFile(path)).toMatchObject({ ok: false, refusal: { code: 'private-key-missing' } });
    await createKeyFile(path);
    await chmod(path, 0o640);
    expect(await readKeyFile(path)).toMatchObject({ ok: false, refusal: { code: 'private-key-exposed' } });
    await chmod(path, 0o600);
    await writeFile(path, '');
    expect(await openKeyFile(path)).toMatchObject({ ok: false, refusal: { code: 'private-key-malformed' } });
  });

  it('never replaces a key', async () => {
    const path = join(folder, 'key.pem');
    await createKeyFile(path);
    const before = await readFile(path, 'utf8');
    await expect(createKeyFile(path)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('makes a key on first use, for its owner only, and finds it again', async () => {
    const path = join(folder, 'deep', 'key.pem');
    const made = await openKeyFile(path);
    const found = await openKeyFile(path);
    if (!made.ok || !found.ok) throw new Error('no key');
    expect(found.value.publicKey.id).toBe(made.value.publicKey.id);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });
});
