import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTRY_BYTES_MAX, encodeBundle, parseBundle } from './entry-bundle.ts';
import { bundlePath, edgeTilesOf, parseTilePath, tileIn, tilePath, tilesOf } from './tile.ts';

describe('paths', () => {
  it.each([
    '',
    'tile/0/0',
    'tile/0/00',
    'tile/00/000',
    'tile/64/000',
    'tile/0/x000/000',
    'tile/0/001/067',
    'tile/0/x001/x067',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/8/',
    '/tile/0/000',
    'tile/0/../000',
    'tile/entries/x000/001',
    'tile/entries/000.p/256',
    'tile/data/000',
    'checkpoint',
  ])('%j names nothing', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('are those of tlog-tiles', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 63, index: 0, width: 1 })).toBe('tile/63/000.p/1');
    expect(bundlePath({ index: 1000, width: 255 })).toBe('tile/entries/x001/000.p/255');
  });

  it('come back as they were', () => {
    const id = fc.record({
      level: fc.nat(63),
      index: fc.oneof(fc.nat(2000), fc.nat(2 ** 45)),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(id, ({ level, index, width }) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ kind: 'tile', id: { level, index, width } });
        expect(parseTilePath(bundlePath({ index, width }))).toEqual({ kind: 'bundle', id: { index, width } });
      }),
    );
  });
});

describe('the tiles of a tree', () => {
  it('of 256 leaves are a full one and a partial one above it', () => {
    expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect(edgeTilesOf(256).map(tilePath)).toEqual(['tile/1/000.p/1']);
  });

  it('of none are none', () => {
    expect([...tilesOf(0)]).toEqual([]);
    expect(edgeTilesOf(0)).toEqual([]);
    expect(tileIn(0, 0, 0)).toBeUndefined();
    expect(tileIn(256, 0, 1)).toBeUndefined();
  });
});

describe('a bundle', () => {
  it.each([
    ['that is empty', ''],
    ['with half a length', '00'],
    ['whose entry is cut short', '000261'],
    ['with a byte too many', '00016100'],
    ['of 257 entries', '0000'.repeat(257)],
  ])('%s is refused', (_name, hex) => {
    expect(parseBundle(Buffer.from(hex, 'hex'))).toMatchObject({ ok: false, refusal: { code: 'bundle-malformed' } });
  });

  it('is not made of no entries, of more than 256, or of one that is too long', () => {
    expect(() => encodeBundle([])).toThrow(RangeError);
    expect(() => encodeBundle(Array.from({ length: 257 }, () => Buffer.alloc(0)))).toThrow(RangeError);
    expect(() => encodeBundle([Buffer.alloc(ENTRY_BYTES_MAX + 1)])).toThrow(RangeError);
  });

  it('comes back as it was', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(entries, (list) => {
        const given = list.map((entry) => Buffer.from(entry));
        expect(parseBundle(encodeBundle(given))).toEqual({ ok: true, value: given });
      }),
    );
    const largest = [Buffer.alloc(ENTRY_BYTES_MAX, 1)];
    expect(parseBundle(encodeBundle(largest))).toEqual({ ok: true, value: largest });
  });
});
