import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Type from 'typebox';
import { afterAll, describe, expect, it } from 'vitest';
import {
  CredentialFileDamaged,
  CredentialsUnavailable,
  createSavedJson,
  readSaved,
} from '#adapters/credential-files/saved-json.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-saved-'));
afterAll(() => rmSync(root, { recursive: true }));
let files = 0;
const newPath = () => join(root, `folder-${++files}`, 'file.json');
const Saved = Type.Object({ n: Type.Number() });

describe('a file of credentials', () => {
  it.each([
    ['is no JSON', '{'],
    ['is of another form', '{"n":"1"}'],
  ])('is not trusted when it %s', async (_name, text) => {
    const path = newPath();
    mkdirSync(join(path, '..'));
    writeFileSync(path, text);
    await expect(readSaved(path, Saved)).rejects.toThrow(CredentialFileDamaged);
  });

  it('is nothing when there is none', async () => {
    expect(await readSaved(newPath(), Saved)).toBeUndefined();
  });

  it('says that it cannot be written, each time to whoever asked, and can be written afterwards', async () => {
    const path = newPath();
    // A file stands where its folder should be.
    writeFileSync(join(path, '..'), '');
    const file = createSavedJson<{ n: number }>(path);
    const both = await Promise.allSettled([file.save(() => ({ n: 1 })), file.save(() => ({ n: 1 }))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(file.save(() => ({ n: 1 }))).rejects.toThrow(CredentialsUnavailable);
    rmSync(join(path, '..'));
    await file.save(() => ({ n: 2 }));
    expect(await readSaved(path, Saved)).toEqual({ n: 2 });
  });

  it('has every change in it when its write has been waited for, with fewer writes than changes, for its owner only', async () => {
    const path = newPath();
    const file = createSavedJson<{ n: number }>(path);
    let n = 0;
    let writes = 0;
    const change = async () => {
      n += 1;
      const own = n;
      await file.save(() => {
        writes += 1;
        return { n };
      });
      expect(JSON.parse(readFileSync(path, 'utf8')).n).toBeGreaterThanOrEqual(own);
    };
    await Promise.all(Array.from({ length: 100 }, change));
    expect([await readSaved(path, Saved), n]).toEqual([{ n: 100 }, 100]);
    expect(writes).toBeLessThan(5);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(path, '..'))).toEqual(['file.json']);
  });

  it('is settled when nothing is being written any more, also after a failure', async () => {
    const path = newPath();
    const file = createSavedJson<{ n: number }>(path);
    const saved = file.save(() => ({ n: 7 }));
    await file.settled();
    expect(await readSaved(path, Saved)).toEqual({ n: 7 });
    await saved;
  });
});
