import { expect, it } from 'vitest';
import { LedgerConflict, type LedgerStore } from '#domain/ledger/store.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

/** What every storage of a ledger does; `open` gives an empty one. */
export function ledgerStoreContract(open: () => Promise<LedgerStore>): void {
  it('makes an object once: the second gets a no, and changes nothing', async () => {
    const store = await open();
    expect(await store.create({ path: 'intake/0', bytes: bytes('first') })).toBe(true);
    expect(await store.create({ path: 'intake/0', bytes: bytes('second') })).toBe(false);
    expect(await store.create({ path: 'intake/0', bytes: bytes('first') })).toBe(false);
    expect(await store.read('intake/0')).toEqual(bytes('first'));
  });

  it('lets one of many that make the same object at once win', async () => {
    const store = await open();
    const texts = Array.from({ length: 12 }, (_, number) => `writer ${number}`);
    const won = await Promise.all(texts.map((text) => store.create({ path: 'intake/0', bytes: bytes(text) })));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await store.read('intake/0')).toEqual(bytes(texts[won.indexOf(true)] ?? ''));
  });

  it('never overwrites what follows from what is stored, and says that it is there with other bytes', async () => {
    const store = await open();
    const full = { path: 'tile/0/000', bytes: bytes('full tile') };
    await store.ensure([full, { path: 'tile/entries/000', bytes: bytes('bundle') }]);
    await store.ensure([full]);
    await expect(store.ensure([{ ...full, bytes: bytes('other tile') }])).rejects.toBeInstanceOf(LedgerConflict);
    await expect(store.ensure([{ ...full, bytes: bytes('full til') }])).rejects.toBeInstanceOf(LedgerConflict);
    expect(await store.read('tile/0/000')).toEqual(full.bytes);
  });

  it('replaces an object only in the place of the one that was expected', async () => {
    const store = await open();
    const put = (text: string, expected: string | undefined) =>
      store.replace({ path: 'checkpoint', bytes: bytes(text) }, expected === undefined ? undefined : bytes(expected));
    expect(await put('1', 'nothing was there')).toBe(false);
    expect(await store.read('checkpoint')).toBeUndefined();
    expect(await put('1', undefined)).toBe(true);
    expect(await put('2', undefined)).toBe(false);
    expect(await put('2', '1')).toBe(true);
    expect(await put('3', '1')).toBe(false);
    expect(await store.read('checkpoint')).toEqual(bytes('2'));
  });

  it('lets one of many that replace the same object at once win', async () => {
    const store = await open();
    await store.create({ path: 'checkpoint', bytes: bytes('old') });
    const won = await Promise.all(
      Array.from({ length: 12 }, (_, number) =>
        store.replace({ path: 'checkpoint', bytes: bytes(`new ${number}`) }, bytes('old')),
      ),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await store.read('checkpoint')).toEqual(bytes(`new ${won.indexOf(true)}`));
  });

  it('has nothing at a path where nothing was put, even between two that are there', async () => {
    const store = await open();
    await store.create({ path: 'tile/0/x001/000', bytes: bytes('a') });
    expect(await store.read('tile/0/x001')).toBeUndefined();
    expect(await store.read('tile/0/x001/000/1')).toBeUndefined();
    expect(await store.read('checkpoint')).toBeUndefined();
  });

  it('lists by prefix in order, removes what is there, and passes over what is not', async () => {
    const store = await open();
    const paths = ['tile/0/000.p/9', 'tile/0/000.p/10', 'tile/0/000', 'tile/0/001.p/1', 'intake/5'];
    for (const path of paths) await store.create({ path, bytes: bytes(path) });
    expect(await store.list('tile/0/000.p/')).toEqual(['tile/0/000.p/10', 'tile/0/000.p/9']);
    expect(await store.list('tile/0/000')).toEqual(['tile/0/000', 'tile/0/000.p/10', 'tile/0/000.p/9']);
    expect(await store.list('positions/')).toEqual([]);
    await store.remove(['tile/0/000.p/9', 'tile/0/000.p/10', 'tile/0/000.p/11', 'nowhere/1']);
    expect(await store.list('')).toEqual(['intake/5', 'tile/0/000', 'tile/0/001.p/1']);
    expect(await store.create({ path: 'tile/0/000.p/9', bytes: bytes('again') })).toBe(true);
  });

  it('keeps bytes as they are, none and many', async () => {
    const store = await open();
    const all = Buffer.from(Array.from({ length: 256 * 300 }, (_, value) => value % 256));
    await store.create({ path: 'tile/0/000', bytes: all });
    await store.create({ path: 'tile/0/001', bytes: Buffer.alloc(0) });
    expect((await store.read('tile/0/000'))?.equals(all)).toBe(true);
    expect(await store.read('tile/0/001')).toEqual(Buffer.alloc(0));
  });

  it('lists more objects than one answer of an object store names', { timeout: 120_000 }, async () => {
    const store = await open();
    const objects = Array.from({ length: 1_100 }, (_, number) => ({
      path: `positions/${String(number).padStart(4, '0')}`,
      bytes: bytes(String(number)),
    }));
    await store.ensure(objects);
    expect(await store.list('positions/')).toEqual(objects.map(({ path }) => path));
    await store.remove(objects.map(({ path }) => path));
    expect(await store.list('')).toEqual([]);
  });
}
