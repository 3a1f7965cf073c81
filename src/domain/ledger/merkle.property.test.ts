import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_EDGE, integrate, type ReadTiles, readEdge, rootOfEdge, type TreeEdge } from './integrate.ts';
import { leafHash, nodeHash } from './merkle.ts';
import { naiveConsistency, naiveInclusion, naiveRoot } from './naive-tree.ts';
import { proveConsistency, proveInclusion } from './proof.ts';
import { TILE_WIDTH, tileIn, tilePath, tilesOf } from './tile.ts';
import { isConsistent, isIncluded } from './verify-proof.ts';

const entry = (index: number) => Buffer.from(`entry ${index}`);
const entries = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => entry(from + at));

/** A tree that is grown batch by batch, with everything that an integration said has to be written. */
function grow(batches: readonly number[]): {
  edge: TreeEdge;
  root: Buffer;
  stored: Map<string, Buffer>;
  read: ReadTiles;
} {
  const stored = new Map<string, Buffer>();
  let edge = EMPTY_EDGE;
  let root = rootOfEdge(edge);
  for (const batch of batches) {
    const grown = integrate(edge, entries(edge.size, edge.size + batch).map(leafHash));
    for (const tile of grown.tiles) stored.set(tilePath(tile.id), tile.bytes);
    edge = grown.edge;
    root = grown.root;
  }
  const read: ReadTiles = async (tiles) =>
    tiles.map((id) => {
      const bytes = stored.get(tilePath(id));
      if (bytes === undefined) throw new Error(`${tilePath(id)} was not written`);
      return bytes;
    });
  return { edge, root, stored, read };
}

const batches = fc.array(fc.oneof(fc.nat(5), fc.nat(300), fc.constantFrom(255, 256, 257, 512)), { maxLength: 8 });

describe('integration', () => {
  it('gives the root of the definition, however the leaves arrive', () => {
    fc.assert(
      fc.property(batches, (sizes) => {
        const { edge, root } = grow(sizes);
        expect(root).toEqual(naiveRoot(entries(0, edge.size)));
      }),
      { numRuns: 60 },
    );
  });

  it('writes the tiles that tlog-tiles demands of the size, each hash by its definition, and no others of that size', () => {
    fc.assert(
      fc.property(batches, (sizes) => {
        const { edge, stored } = grow(sizes);
        for (const id of tilesOf(edge.size)) {
          const leaves = TILE_WIDTH ** id.level;
          const hashes = Array.from({ length: id.width }, (_, at) => {
            const start = (id.index * TILE_WIDTH + at) * leaves;
            return naiveRoot(entries(start, start + leaves));
          });
          expect(stored.get(tilePath(id)), tilePath(id)).toEqual(Buffer.concat(hashes));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('goes on from the tiles as from the edge in memory', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (sizes) => {
        const { edge, read } = grow(sizes);
        expect(await readEdge(edge.size, read)).toEqual(edge);
      }),
      { numRuns: 60 },
    );
  });

  it('fills three tile levels: 70,000 leaves are the tiles that tlog-tiles names for them', () => {
    const { edge, root, stored } = grow([70_000]);
    const full = (level: number) =>
      [...tilesOf(edge.size)].filter((id) => id.level === level && id.width === TILE_WIDTH);
    expect([full(0).length, full(1).length, full(2).length]).toEqual([273, 1, 0]);
    expect([...stored.keys()].filter((path) => path.includes('.p/'))).toEqual([
      'tile/0/273.p/112',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ]);
    expect(root).toEqual(naiveRoot(entries(0, 70_000)));
  });
});

describe('proofs', () => {
  const sized = fc.integer({ min: 1, max: 1500 });

  it('of inclusion are those of the definition and verify; any changed hash, index or size does not', async () => {
    await fc.assert(
      fc.asyncProperty(sized, fc.nat(), fc.nat(), async (size, at, changed) => {
        const index = at % size;
        const { root, read } = grow([size]);
        const proof = await proveInclusion(index, size, read);
        expect(proof).toEqual(naiveInclusion(index, entries(0, size)));
        const leaf = leafHash(entry(index));
        expect(isIncluded(leaf, index, proof, { size, root })).toBe(true);
        expect(isIncluded(leafHash(entry(size)), index, proof, { size, root })).toBe(false);
        const other = changed % size;
        if (other !== index) expect(isIncluded(leaf, other, proof, { size, root })).toBe(false);
        if (proof.length > 0) {
          const spot = changed % proof.length;
          expect(isIncluded(leaf, index, proof.with(spot, leaf), { size, root })).toBe(proof[spot]?.equals(leaf));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('of consistency are those of the definition and verify; with another old or new root they do not', async () => {
    await fc.assert(
      fc.asyncProperty(sized, fc.nat(), fc.nat(), async (size, at, changed) => {
        const oldSize = 1 + (at % size);
        const { root, read } = grow([size]);
        const proof = await proveConsistency(oldSize, size, read);
        expect(proof).toEqual(naiveConsistency(oldSize, entries(0, size)));
        const old = { size: oldSize, root: naiveRoot(entries(0, oldSize)) };
        expect(isConsistent(old, { size, root }, proof)).toBe(true);
        const wrong = nodeHash(root, root);
        expect(isConsistent({ ...old, root: wrong }, { size, root }, proof)).toBe(false);
        expect(isConsistent(old, { size, root: wrong }, proof)).toBe(false);
        if (proof.length > 0) {
          expect(isConsistent(old, { size, root }, proof.with(changed % proof.length, wrong))).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('of trees beyond 32 bits, and up to the last one that there can be, read only tiles that the tree has', async () => {
    // No tree of this size can be built, so every hash is the same; the shape of what is read and proved is what is tested.
    const hash = leafHash(Buffer.from('any'));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2 ** 33, max: Number.MAX_SAFE_INTEGER }), fc.nat(), async (size, at) => {
        const index = at % size;
        const read: ReadTiles = async (tiles) =>
          tiles.map((id) => {
            expect(tileIn(size, id.level, id.index)).toEqual(id);
            return Buffer.concat(Array.from({ length: id.width }, () => hash));
          });
        expect((await proveInclusion(index, size, read)).length).toBeLessThanOrEqual(53);
        expect((await proveConsistency(index, size, read)).length).toBeLessThanOrEqual(54);
      }),
      { numRuns: 50 },
    );
  });
});
