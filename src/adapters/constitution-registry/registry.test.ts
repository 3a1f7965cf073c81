import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileRegistry } from '#adapters/constitution-registry/file-registry.ts';
import { createMemoryRegistry } from '#adapters/constitution-registry/memory-registry.ts';
import { watchRegistry } from '#adapters/constitution-registry/watch-registry.ts';
import { RegistryUnavailable } from '#domain/constitution/registry.ts';
import { ada, sampleConstitution, signed, signersOf } from '../../../tests/support/lineage.ts';
import { registryContract } from './registry.contract.ts';

let root: string;
let homes = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'acgs-registry-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const newHome = () => join(root, String(++homes));
const first = signed(sampleConstitution(), ada);
const folderName = `1-${first.digest.slice(0, 16)}`;

describe('the registry in memory', () => registryContract(async () => createMemoryRegistry()));

describe('the registry on disk', () => {
  registryContract(async () => createFileRegistry(newHome()));

  it('is found again by another process', async () => {
    const home = newHome();
    const registry = createFileRegistry(home);
    await registry.found(signersOf(1, ada));
    await registry.add(first);
    await registry.putInForce(first);
    await registry.raiseHighWater(first);
    const again = createFileRegistry(home);
    expect(await again.founders()).toEqual(signersOf(1, ada));
    expect(await again.highWater()).toMatchObject({ number: 1, digest: first.digest });
    expect((await again.read(first.digest))?.envelope).toEqual(first.envelope);
  });

  it('keeps the mark outside of the folder that a backup brings back, and everything to its owner', async () => {
    const home = newHome();
    const registry = createFileRegistry(home);
    await registry.add(first);
    await registry.raiseHighWater(first);
    expect(await readdir(home)).toEqual(['constitutions', 'high-water.json']);
    expect((await stat(join(home, 'constitutions', folderName))).mode & 0o077).toBe(0);
    expect((await stat(join(home, 'constitutions', folderName, 'bundle.json'))).mode & 0o077).toBe(0);
    expect(await readFile(join(home, 'constitutions', folderName, 'bundle.json'))).toEqual(Buffer.from(first.bytes));
  });

  it('does not take what a crash has left unfinished for a constitution', async () => {
    const home = newHome();
    const left = join(home, 'constitutions', `.${folderName}.x.new`);
    await mkdir(left, { recursive: true });
    await writeFile(join(left, 'bundle.json'), first.bytes.subarray(0, 100));
    const registry = createFileRegistry(home);
    expect(await registry.list()).toEqual([]);
    await registry.add(first);
    expect(await registry.list()).toEqual([{ number: 1, digest: first.digest }]);
  });

  it('gives what it finds, for others to judge: changed bytes, no envelope, an envelope that is no JSON', async () => {
    const home = newHome();
    const registry = createFileRegistry(home);
    await registry.add(first);
    const folder = join(home, 'constitutions', folderName);
    await writeFile(join(folder, 'envelope.json'), '{');
    expect(await registry.read(first.digest)).toMatchObject({ envelope: undefined });
    await rm(join(folder, 'envelope.json'));
    expect(await registry.read(first.digest)).toMatchObject({ envelope: undefined });
    await writeFile(join(folder, 'bundle.json'), 'x');
    expect(Buffer.from((await registry.read(first.digest))?.bytes ?? []).toString()).toBe('x');
    await rm(join(folder, 'bundle.json'));
    expect(await registry.read(first.digest)).toBeUndefined();
  });

  it.each([
    ['founders.json', '{"threshold":1,"keys":[]}', 'founders' as const],
    ['founders.json', 'no JSON', 'founders' as const],
    ['high-water.json', '{"number":0,"digest":"x"}', 'highWater' as const],
    ['high-water.json', ' '.repeat(100_000), 'highWater' as const],
    ['constitutions/in-force.json', '{}', 'inForce' as const],
  ])('is unavailable when %s is %s', async (file, text, call) => {
    const home = newHome();
    await mkdir(join(home, 'constitutions'), { recursive: true });
    await writeFile(join(home, file), text);
    await expect(createFileRegistry(home)[call]()).rejects.toThrow(RegistryUnavailable);
  });

  it('is unavailable when it cannot be written, goes on afterwards, and leaves nothing behind', async () => {
    const home = newHome();
    // A file stands where the folder should be: also root cannot write below it.
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'constitutions'), '');
    const registry = createFileRegistry(home);
    await expect(registry.add(first)).rejects.toThrow(RegistryUnavailable);
    await expect(registry.putInForce(first)).rejects.toThrow(RegistryUnavailable);
    await rm(join(home, 'constitutions'));
    await registry.putInForce(first);
    expect(await readdir(join(home, 'constitutions'))).toEqual(['in-force.json']);
  });
});

describe('watching the registry', () => {
  it('tells once what is in force changes, and nothing of other files', async () => {
    const home = newHome();
    const registry = createFileRegistry(home);
    let told = 0;
    let tell = () => {};
    const stop = await watchRegistry(home, () => {
      told += 1;
      tell();
    });
    await writeFile(join(home, 'tokens.json'), '{}');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toBe(0);
    const changed = new Promise<void>((resolve) => {
      tell = resolve;
    });
    await registry.putInForce(first);
    await changed;
    stop();
    const before = told;
    await registry.putInForce({ ...first, number: 2 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toBe(before);
  });
});
