import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createAmendmentStore } from '#adapters/proceedings-files/amendment-store.ts';
import { createLotSeeds } from '#adapters/proceedings-files/lot-seeds.ts';
import type { AppealId } from '#domain/amendment/ids.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-proceedings-'));
afterAll(() => rmSync(root, { recursive: true }));

const APPEAL = '01890a5d-ac96-774b-bcce-000000000001' as AppealId;

describe('the seeds of lots', () => {
  it('are gone when their file is, or is not whole', async () => {
    const seeds = createLotSeeds(join(root, 'lost'));
    expect(await seeds.read(APPEAL)).toBeUndefined();
    await seeds.make(APPEAL);
    truncateSync(join(root, 'lost', `${APPEAL}.seed`), 10);
    expect(await seeds.read(APPEAL)).toBeUndefined();
  });

  it('are made once for an appeal, and become no other path', async () => {
    const seeds = createLotSeeds(join(root, 'once'));
    await seeds.make(APPEAL);
    await expect(seeds.make(APPEAL)).rejects.toThrow(/EEXIST/);
    await expect(seeds.make('../../etc/passwd' as AppealId)).rejects.toThrow(/not the id/);
  });

  it('are kept for their owner only, and differ', async () => {
    const directory = join(root, 'kept');
    const seeds = createLotSeeds(directory);
    const seed = await seeds.make(APPEAL);
    expect(seed).toMatch(/^[0-9a-f]{64}$/);
    expect(await createLotSeeds(directory).read(APPEAL)).toBe(seed);
    expect(statSync(join(directory, `${APPEAL}.seed`)).mode & 0o777).toBe(0o600);
    expect(await seeds.make('01890a5d-ac96-774b-bcce-000000000002' as AppealId)).not.toBe(seed);
  });
});

describe('what was read of the journal', () => {
  it('is nothing when the file is absent, cut short, or something else', async () => {
    const path = join(root, 'store', 'events.json');
    const store = createAmendmentStore(path);
    expect(await store.load()).toBeUndefined();
    await store.save({ sequence: 7, hash: 'ab', events: [] });
    truncateSync(path, 12);
    expect(await store.load()).toBeUndefined();
    writeFileSync(path, '{"sequence":"7"}');
    expect(await store.load()).toBeUndefined();
  });

  it('comes back as it was, and leaves nothing beside it', async () => {
    const directory = join(root, 'whole');
    const store = createAmendmentStore(join(directory, 'events.json'));
    const kept = { sequence: 7, hash: 'ab', events: [] };
    await store.save(kept);
    expect(await store.load()).toEqual(kept);
    expect(readdirSync(directory)).toEqual(['events.json']);
  });
});
