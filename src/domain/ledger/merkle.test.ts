import { describe, expect, it } from 'vitest';
import { EMPTY_EDGE, integrate, type ReadTiles, readEdge, rootOfEdge } from './integrate.ts';
import { EMPTY_ROOT, leafHash, rootOver } from './merkle.ts';
import { proveConsistency, proveInclusion } from './proof.ts';
import { isConsistent, isIncluded } from './verify-proof.ts';

/** The leaves and roots that the implementations of Certificate Transparency test with (RFC 6962's reference tree). */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (hex) => leafHash(Buffer.from(hex, 'hex')),
);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const readLeaves: ReadTiles = async (tiles) => tiles.map(({ width }) => Buffer.concat(LEAVES.slice(0, width)));
const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'));

describe('the tree of Certificate Transparency', () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))('of %i leaves has the published root', (size, root) => {
    expect(rootOfEdge(integrate(EMPTY_EDGE, LEAVES.slice(0, size)).edge).toString('hex')).toBe(root);
  });

  it('hashes an empty leaf and an empty tree as RFC 6962 says', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe(ROOTS[0]);
    expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe(ROOTS[1]);
    expect(() => rootOver([])).toThrow(RangeError);
  });

  it('proves inclusion with the hashes that the example of RFC 6962, section 2.1.3, names', async () => {
    const [a, b, c, d, e, f, g] = LEAVES;
    if (!a || !b || !c || !d || !e || !f || !g) throw new Error('seven leaves');
    const [h, j, k, l] = [rootOver([a, b]), rootOver([e, f]), rootOver([a, b, c, d]), rootOver([e, f, g])];
    expect(hex(await proveInclusion(0, 7, readLeaves))).toEqual(hex([b, rootOver([c, d]), l]));
    expect(hex(await proveInclusion(3, 7, readLeaves))).toEqual(hex([c, h, l]));
    expect(hex(await proveInclusion(4, 7, readLeaves))).toEqual(hex([f, g, k]));
    expect(hex(await proveInclusion(6, 7, readLeaves))).toEqual(hex([j, k]));
  });

  it('proves consistency with the hashes that the example of RFC 6962, section 2.1.3, names', async () => {
    const [a, b, c, d, e, f, g] = LEAVES;
    if (!a || !b || !c || !d || !e || !f || !g) throw new Error('seven leaves');
    expect(hex(await proveConsistency(3, 7, readLeaves))).toEqual(hex([c, d, rootOver([a, b]), rootOver([e, f, g])]));
    expect(hex(await proveConsistency(4, 7, readLeaves))).toEqual(hex([rootOver([e, f, g])]));
    expect(hex(await proveConsistency(6, 7, readLeaves))).toEqual(hex([rootOver([e, f]), g, rootOver([a, b, c, d])]));
  });
});

describe('refused', () => {
  it.each([
    [0, 0],
    [7, 7],
    [-1, 7],
    [0.5, 7],
    [Number.NaN, 7],
    [1, 2 ** 53],
  ])('a proof that leaf %d is in a tree of %d', async (index, size) => {
    await expect(proveInclusion(index, size, readLeaves)).rejects.toBeInstanceOf(RangeError);
  });

  it('a proof of consistency with a larger tree', async () => {
    await expect(proveConsistency(8, 7, readLeaves)).rejects.toBeInstanceOf(RangeError);
    await expect(proveConsistency(-1, 7, readLeaves)).rejects.toBeInstanceOf(RangeError);
  });

  it('tiles that are too short, or no whole number of hashes', async () => {
    await expect(proveInclusion(0, 7, async () => [])).rejects.toThrow('tile/0/000.p/7');
    await expect(readEdge(7, async () => [Buffer.alloc(7 * 32 + 1)])).rejects.toThrow('tile/0/000.p/7');
    await expect(readEdge(7, async () => [Buffer.alloc(6 * 32)])).rejects.toThrow('expected 224');
  });

  it('an inclusion proof for an index outside, for another root, too long, too short', async () => {
    const root = Buffer.from(ROOTS[7] ?? '', 'hex');
    const [leaf = root] = LEAVES;
    const proof = await proveInclusion(0, 7, readLeaves);
    expect(isIncluded(leaf, 0, proof, { size: 7, root })).toBe(true);
    expect(isIncluded(leaf, 7, proof, { size: 7, root })).toBe(false);
    expect(isIncluded(leaf, -1, proof, { size: 7, root })).toBe(false);
    expect(isIncluded(leaf, 0, proof, { size: 7, root: EMPTY_ROOT })).toBe(false);
    expect(isIncluded(leaf, 0, [...proof, root], { size: 7, root })).toBe(false);
    expect(isIncluded(leaf, 0, proof.slice(0, -1), { size: 7, root })).toBe(false);
    expect(isIncluded(leaf, 0, [], { size: 0, root: EMPTY_ROOT })).toBe(false);
  });

  it('a consistency proof that is empty where it must not be, not empty where it must, or backwards', async () => {
    const head = (size: number) => ({ size, root: Buffer.from(ROOTS[size] ?? '', 'hex') });
    const proof = await proveConsistency(4, 7, readLeaves);
    expect(isConsistent(head(4), head(7), proof)).toBe(true);
    expect(isConsistent(head(7), head(4), proof)).toBe(false);
    expect(isConsistent(head(4), head(7), [])).toBe(false);
    expect(isConsistent(head(4), head(7), [...proof, EMPTY_ROOT])).toBe(false);
    expect(isConsistent(head(3), head(7), proof)).toBe(false);
    expect(isConsistent(head(7), head(7), [])).toBe(true);
    expect(isConsistent(head(7), { size: 7, root: EMPTY_ROOT }, [])).toBe(false);
    expect(isConsistent(head(7), head(7), proof)).toBe(false);
    expect(isConsistent(head(0), head(7), [])).toBe(true);
    expect(isConsistent(head(0), head(7), proof)).toBe(false);
  });
});
