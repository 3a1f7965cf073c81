import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { ShredSelection } from '#domain/detail/detail-key.ts';
import type { DetailOwner } from '#domain/detail/detail-store.ts';
import type { SessionId } from '#domain/session/session.ts';
import { createDetailFiles } from './detail-files.ts';
import { openInstallationKey } from './installation-key.ts';
import { seal, unseal } from './sealed.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acgs-detail-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const DAY_MS = 86_400_000;
const NOON_MS = Date.UTC(2026, 0, 10, 12);
const KEY = Buffer.alloc(32, 7);
const detail = (value: string) => ({ number: 1, kind: 'password', salt: 'ab'.repeat(32), value });

function owner(id: string, session: string | undefined, timeMs = NOON_MS, principal = 'codex'): DetailOwner {
  return {
    id: id as DecisionId, // a brand for the test
    timeMs,
    principal: { kind: 'agent', id: principal },
    ...(session === undefined ? {} : { sessionId: session as SessionId }),
  };
}

function open(lost: unknown[] = [], installationKey: Uint8Array = KEY) {
  return createDetailFiles({ directory: join(folder, 'detail'), installationKey, onLost: (error) => lost.push(error) });
}

async function shred(store: ReturnType<typeof open>, selection: ShredSelection): Promise<readonly string[]> {
  const keys = await store.keys(selection);
  await store.intend({ selection, keys, by: 'op' });
  await store.destroyIntended();
  return keys;
}

const codeOf = async (store: ReturnType<typeof open>, of: DetailOwner) => {
  const found = await store.find(of);
  return found.ok ? found.value.map(({ value }) => value).join() : found.refusal.code;
};

describe('details', () => {
  it('that never were are told apart from nothing', async () => {
    expect(await codeOf(open(), owner('d1', 's1'))).toBe('detail-gone');
  });

  it('are lost without a word to the decision, but not silently, when the disk does not take them', async () => {
    await writeFile(join(folder, 'detail'), 'a file where the folder should be');
    const lost: unknown[] = [];
    const store = open(lost);
    store.keep(owner('d1', 's1'), [detail('x')]);
    await store.settled();
    expect(lost).toHaveLength(1);
  });

  it('do not open under another installation key, nor once a byte is changed, nor for another decision', async () => {
    const store = open();
    store.keep(owner('d1', 's1'), [detail('x')]);
    await store.settled();
    await expect(open([], Buffer.alloc(32, 8)).find(owner('d1', 's1'))).rejects.toThrow('not one of this installation');
    const [id = ''] = await readdir(join(folder, 'detail'));
    const file = join(folder, 'detail', id, 'details.ndjson');
    const line = await readFile(file, 'utf8');
    await writeFile(file, line.replace('"d1"', '"d2"'));
    expect(await codeOf(store, owner('d2', 's1'))).toBe('detail-damaged');
    await writeFile(file, line.replace('"sealed":"', '"sealed":"AAAA'));
    expect(await codeOf(store, owner('d1', 's1'))).toBe('detail-damaged');
    await writeFile(file, '{"decisionId":"d1",');
    expect(await codeOf(store, owner('d1', 's1'))).toBe('detail-damaged');
  });

  it('are found again, also by another process, and no byte of them is on the disk in clear', async () => {
    const store = open();
    for (let number = 0; number < 50; number += 1) {
      store.keep(owner(`d${number}`, `s${number % 3}`), [detail(`Zitrone-${number}`)]);
    }
    store.keep(owner('alone', undefined), [detail('Quitte')]);
    await store.settled();
    const again = open();
    expect(await codeOf(again, owner('d49', 's1'))).toBe('Zitrone-49');
    expect(await codeOf(again, owner('alone', undefined))).toBe('Quitte');
    for (const name of await readdir(join(folder, 'detail'), { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const path = join(name.parentPath, name.name);
      expect((await stat(path)).mode & 0o077).toBe(0);
      expect(await readFile(path, 'utf8')).not.toMatch(/Zitrone|Quitte|s1\b/);
    }
  });

  it('of a session are gone once it is shredded, and those of others are not', async () => {
    const store = open();
    store.keep(owner('d1', 's1'), [detail('one')]);
    store.keep(owner('d2', 's1', NOON_MS, 'cursor'), [detail('two')]);
    store.keep(owner('d3', 's2'), [detail('three')]);
    await store.settled();
    expect(await shred(store, { kind: 'session', sessionId: 's1', principalId: 'codex' })).toHaveLength(1);
    expect(await codeOf(store, owner('d1', 's1'))).toBe('detail-gone');
    expect(await codeOf(store, owner('d2', 's1', NOON_MS, 'cursor'))).toBe('two');
    expect(await shred(store, { kind: 'session', sessionId: 's1' })).toHaveLength(1);
    expect(await codeOf(open(), owner('d2', 's1', NOON_MS, 'cursor'))).toBe('detail-gone');
    expect(await codeOf(store, owner('d3', 's2'))).toBe('three');
  });

  it('of days that were over before a time go, also of a session that goes on', async () => {
    const store = open();
    store.keep(owner('old', 's1', NOON_MS - DAY_MS), [detail('old')]);
    store.keep(owner('new', 's1', NOON_MS), [detail('new')]);
    await store.settled();
    const midnight = Date.UTC(2026, 0, 10);
    expect(await shred(store, { kind: 'before', beforeMs: midnight - 1 })).toEqual([]);
    expect(await shred(store, { kind: 'before', beforeMs: midnight })).toHaveLength(1);
    expect(await codeOf(store, owner('old', 's1', NOON_MS - DAY_MS))).toBe('detail-gone');
    expect(await codeOf(store, owner('new', 's1'))).toBe('new');
  });

  it('that were ordered to be destroyed before a crash are destroyed after it', async () => {
    const store = open();
    store.keep(owner('d1', 's1'), [detail('one')]);
    await store.settled();
    const selection = { kind: 'session', sessionId: 's1' } as const;
    await store.intend({ selection, keys: await store.keys(selection), by: 'op' });
    const after = open();
    expect(await after.unfinished()).toMatchObject({ selection, by: 'op' });
    await after.destroyIntended();
    expect(await after.unfinished()).toBeUndefined();
    expect(await codeOf(after, owner('d1', 's1'))).toBe('detail-gone');
  });

  it('are not destroyed by an order that cannot be read', async () => {
    const store = open();
    store.keep(owner('d1', 's1'), [detail('one')]);
    await store.settled();
    for (const text of ['{', '{"selection":{"kind":"before","beforeMs":1},"keys":["../.."],"by":"op"}']) {
      await writeFile(join(folder, 'detail', 'shredding.json'), text);
      await expect(store.destroyIntended()).rejects.toThrow('shredding.json');
    }
    expect(await codeOf(store, owner('d1', 's1'))).toBe('one');
  });
});

describe('what is sealed', () => {
  it('opens with its key, for its place, unchanged, and not otherwise', () => {
    const sealed = seal(KEY, 'here', Buffer.from('text'));
    expect(unseal(KEY, 'here', sealed)?.toString()).toBe('text');
    expect(unseal(KEY, 'there', sealed)).toBeUndefined();
    expect(unseal(Buffer.alloc(32), 'here', sealed)).toBeUndefined();
    expect(unseal(KEY, 'here', sealed.slice(0, 20))).toBeUndefined();
    expect(seal(KEY, 'here', Buffer.from('text'))).not.toBe(sealed);
  });
});

describe('the installation key', () => {
  it('is made once, and refused when others can read it or when it is none', async () => {
    const path = join(folder, 'keys', 'detail.key');
    const made = await openInstallationKey(path);
    expect(await openInstallationKey(path)).toEqual(made);
    await chmod(path, 0o640);
    expect(await openInstallationKey(path)).toMatchObject({ refusal: { code: 'detail-key-exposed' } });
    await chmod(path, 0o600);
    await writeFile(path, 'AAAA\n');
    expect(await openInstallationKey(path)).toMatchObject({ refusal: { code: 'detail-key-malformed' } });
  });
});
