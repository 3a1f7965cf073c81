import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDetailFiles } from '#adapters/detail-files/detail-files.ts';
import { all } from '#adapters/journal/contract.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { sampleDecision } from '#adapters/journal/sample-entries.ts';
import { createShredDetail } from './shred-detail.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acgs-shred-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const owner = sampleDecision(1);
const selection = { kind: 'session', sessionId: owner.sessionId ?? '' } as const;

async function start() {
  const store = createDetailFiles({ directory: folder, installationKey: Buffer.alloc(32, 7), onLost: () => {} });
  store.keep(owner, [{ number: 1, kind: 'password', salt: 'ab'.repeat(32), value: 'x' }]);
  const journal = createMemoryJournal('node-1');
  return { store, journal, ...createShredDetail({ store, journal, nowMs: () => 5 }) };
}

describe('shredding', () => {
  it('that cannot be recorded destroys nothing, and is finished by the next server', async () => {
    const { store, journal, shred } = await start();
    journal.setWritable(false);
    await expect(shred(selection, 'op')).rejects.toThrow('stable storage');
    expect(await store.find(owner)).toMatchObject({ ok: true });
    const next = await start();
    await next.resume();
    expect(await next.store.find(owner)).toMatchObject({ ok: false, refusal: { code: 'detail-gone' } });
    expect((await all(next.journal, 1)).map(({ entry }) => entry)).toMatchObject([
      { kind: 'detail-shredded', timeMs: 5, shredding: { selection, by: 'op' } },
    ]);
    await next.resume();
    expect(next.journal.head().sequence).toBe(1);
  });

  it('records who ordered what before it destroys, also where there was nothing', async () => {
    const { store, journal, shred } = await start();
    const [first, second] = await Promise.all([shred(selection, 'op'), shred(selection, 'other')]);
    expect(first.keys).toHaveLength(1);
    expect(second.keys).toEqual([]);
    expect(await store.find(owner)).toMatchObject({ ok: false });
    expect((await all(journal, 1)).map(({ entry }) => entry)).toMatchObject([
      { shredding: { by: 'op', keys: first.keys } },
      { shredding: { by: 'other', keys: [] } },
    ]);
  });
});
