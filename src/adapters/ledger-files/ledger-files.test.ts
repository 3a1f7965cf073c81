import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ledgerStoreContract } from '#adapters/ledger-store.contract.ts';
import { LeaseLost, LedgerUnavailable } from '#domain/ledger/store.ts';
import { createFileLease, createLedgerFiles } from './ledger-files.ts';

const scratch: string[] = [];
function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'acgs-ledger-'));
  scratch.push(path);
  return path;
}
afterEach(() => {
  for (const path of scratch.splice(0)) rmSync(path, { recursive: true, force: true });
});

describe('a ledger in files', () => {
  ledgerStoreContract(async () => createLedgerFiles(directory()));

  it('says that a disk failed, with the cause', async () => {
    const root = directory();
    writeFileSync(join(root, 'tile'), 'a file where a directory should be');
    await expect(createLedgerFiles(root).create({ path: 'tile/0/000', bytes: Buffer.alloc(1) })).rejects.toMatchObject({
      name: LedgerUnavailable.name,
      cause: { code: 'EEXIST' },
    });
  });

  it('keeps its files to their owner and leaves nothing half-written', async () => {
    const root = directory();
    await createLedgerFiles(root).create({ path: 'tile/0/000', bytes: Buffer.alloc(1) });
    expect(statSync(join(root, 'tile/0/000')).mode & 0o077).toBe(0);
    expect(statSync(join(root, 'tile')).mode & 0o077).toBe(0);
    expect(readdirSync(join(root, '.writing'))).toEqual([]);
  });

  it('goes on in directories of partial tiles that were removed', async () => {
    const store = createLedgerFiles(directory());
    await store.create({ path: 'tile/0/000.p/1', bytes: Buffer.alloc(1) });
    await store.remove(['tile/0/000.p/1']);
    expect(await store.create({ path: 'tile/0/000.p/2', bytes: Buffer.alloc(2) })).toBe(true);
  });
});

describe('the lease of a directory', () => {
  it('is held by one at a time, and can be had once it is given back', async () => {
    const root = directory();
    const acquire = createFileLease(root);
    const first = await acquire();
    expect(first).toBeDefined();
    expect(await acquire()).toBeUndefined();
    await first?.check();
    await first?.release();
    await expect(first?.check()).rejects.toBeInstanceOf(LeaseLost);
    const second = await acquire();
    expect(second).toBeDefined();
    await second?.release();
  });

  it('clears away what a killed holder was writing', async () => {
    const root = directory();
    mkdirSync(join(root, '.writing'));
    writeFileSync(join(root, '.writing/torn'), 'half');
    const lease = await createFileLease(root)();
    expect(await createLedgerFiles(root).list('')).toEqual([]);
    expect(readdirSync(join(root, '.writing'))).toEqual([]);
    await lease?.release();
  });
});
