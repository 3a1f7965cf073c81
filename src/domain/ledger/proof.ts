import type { ReadTiles } from './integrate.ts';
import { rootOver } from './merkle.ts';
import { TILE_HEIGHT, TILE_WIDTH, type TileId, tileHashes, tileIn, tilePath } from './tile.ts';

/** Leaves `start` to `end` - 1; a proof's hash is the root over such a range. */
interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The hashes that show that leaf `index` is in the tree of `size` leaves, from the leaf's sibling up
 * (RFC 6962, section 2.1.1: PATH).
 * @throws {RangeError} for an index that is not in the tree
 */
export async function proveInclusion(index: number, size: number, readTiles: ReadTiles): Promise<readonly Buffer[]> {
  if (!(Number.isSafeInteger(size) && Number.isSafeInteger(index) && index >= 0 && index < size)) {
    throw new RangeError(`there is no leaf ${index} in a tree of ${size}`);
  }
  return rootsOf(inclusionRanges(index, size), size, readTiles);
}

/**
 * The hashes that show that the tree of `oldSize` leaves is the beginning of the one of `size`
 * (RFC 6962, section 2.1.2: PROOF); none when the old tree is empty or the same.
 * @throws {RangeError} for an old size that is larger
 */
export async function proveConsistency(
  oldSize: number,
  size: number,
  readTiles: ReadTiles,
): Promise<readonly Buffer[]> {
  if (!(Number.isSafeInteger(size) && Number.isSafeInteger(oldSize) && oldSize >= 0 && oldSize <= size)) {
    throw new RangeError(`a tree of ${oldSize} is no beginning of one of ${size}`);
  }
  return rootsOf(consistencyRanges(oldSize, size), size, readTiles);
}

function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

function consistencyRanges(oldSize: number, size: number): readonly LeafRange[] {
  if (oldSize === 0 || oldSize === size) return [];
  const ranges: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end !== oldSize) {
    const middle = start + largestPowerBelow(end - start);
    if (oldSize <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // Where the old tree is a perfect subtree from the left edge, its root is known to whoever asks.
  if (start > 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** Reads all tiles at once, then folds: a proof costs one round trip to whatever stores them. */
async function rootsOf(ranges: readonly LeafRange[], size: number, readTiles: ReadTiles): Promise<readonly Buffer[]> {
  const subtrees = ranges.map(perfectSubtrees);
  const wanted = new Map<string, TileId>();
  for (const { level, index } of subtrees.flat()) {
    const tile = tileOf(level, index, size);
    wanted.set(tilePath(tile), tile);
  }
  const ids = [...wanted.values()];
  const read = await readTiles(ids);
  const hashes = new Map(ids.map((id, at) => [tilePath(id), tileHashes(id, read[at] ?? Buffer.alloc(0))]));
  return subtrees.map((parts) =>
    parts
      .map(({ level, index }) => {
        const count = 2 ** (level % TILE_HEIGHT);
        const first = (index * count) % TILE_WIDTH;
        return rootOver((hashes.get(tilePath(tileOf(level, index, size))) ?? []).slice(first, first + count));
      })
      .reduceRight((rest, left) => rootOver([left], rest)),
  );
}

/** A perfect subtree: 2^level leaves, the `index`-th of its size. */
interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** Largest first. The ranges of proofs begin at a multiple of a power of two that is no smaller than they are. */
function perfectSubtrees({ start, end }: LeafRange): readonly Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    // Not by log2: it rounds 2^53 - 1 up to the next power.
    while (2 ** (level + 1) <= end - at) level += 1;
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** The tile in whose row the subtree's root is, or is folded from. */
function tileOf(level: number, index: number, size: number): TileId {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const first = index * 2 ** (level % TILE_HEIGHT);
  const tile = tileIn(size, tileLevel, Math.floor(first / TILE_WIDTH));
  if (tile === undefined) throw new RangeError(`a tree of ${size} leaves has no subtree ${index} of level ${level}`);
  return tile;
}

/** The largest power of two that is smaller than `count`, which is at least 2. */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
