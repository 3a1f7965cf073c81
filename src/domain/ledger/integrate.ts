import { EMPTY_ROOT, HASH_BYTES, rootOver } from './merkle.ts';
import { edgeTilesOf, TILE_WIDTH, type Tile, type TileId, TREE_SIZE_MAX, tileHashes } from './tile.ts';

/**
 * Gives the bytes of tiles, in the order in which they are asked for. Throws when it cannot; may give a fuller tile of the
 * same index (see `tileHashes`).
 */
export type ReadTiles = (tiles: readonly TileId[]) => Promise<readonly Buffer[]>;

/**
 * The right edge of a tree: all that is needed of it to grow. At each tile level, lowest first, the hashes of the last tile
 * while it is partial: 0 to 255 of them. At most 255 hashes a level, five levels for 10^12 leaves.
 */
export interface TreeEdge {
  readonly size: number;
  readonly levels: readonly (readonly Buffer[])[];
}

export const EMPTY_EDGE: TreeEdge = { size: 0, levels: [] };

export interface Integration {
  readonly edge: TreeEdge;
  /** Computed when it is asked for: of many steps only the last one's is. */
  readonly root: Buffer;
  /** What has to be written: tiles that are full now, and at each level that grew the partial one. Levels rise, indexes too. */
  readonly tiles: readonly Tile[];
}

/** Reads the right edge of a tree of `size` leaves. */
export async function readEdge(size: number, readTiles: ReadTiles): Promise<TreeEdge> {
  const ids = edgeTilesOf(size);
  const read = await readTiles(ids);
  const levels: (readonly Buffer[])[] = [];
  for (const [at, id] of ids.entries()) {
    while (levels.length < id.level) levels.push([]);
    levels.push(tileHashes(id, read[at] ?? Buffer.alloc(0)));
  }
  return { size, levels };
}

export function rootOfEdge(edge: TreeEdge): Buffer {
  if (edge.size === 0) return EMPTY_ROOT;
  let root: Buffer | undefined;
  for (const hashes of edge.levels) if (hashes.length > 0) root = rootOver(hashes, root);
  // A level is empty where the tile below it is full; the highest one never is.
  return rootOver([], root);
}

/**
 * Appends leaves to a tree and says which tiles follow (C2SP tlog-tiles, Merkle Tree; RFC 6962, section 2.1). Its cost is
 * that of the new leaves and, for the root, of at most 255 hashes a level, whatever the tree's size.
 */
export function integrate(edge: TreeEdge, leafHashes: readonly Buffer[]): Integration {
  const size = edge.size + leafHashes.length;
  if (size > TREE_SIZE_MAX) throw new RangeError(`a tree has at most ${TREE_SIZE_MAX} leaves`);
  const levels: (readonly Buffer[])[] = [];
  const tiles: Tile[] = [];
  let rising: readonly Buffer[] = leafHashes;
  let rowBefore = edge.size;
  for (let level = 0; rising.length > 0 || level < edge.levels.length; level += 1) {
    const row = [...(edge.levels[level] ?? []), ...rising];
    const isGrown = rising.length > 0;
    const roots: Buffer[] = [];
    let index = Math.floor(rowBefore / TILE_WIDTH);
    let start = 0;
    for (; row.length - start >= TILE_WIDTH; start += TILE_WIDTH, index += 1) {
      const hashes = row.slice(start, start + TILE_WIDTH);
      tiles.push({ id: { level, index, width: TILE_WIDTH }, bytes: Buffer.concat(hashes) });
      roots.push(withOwnMemory(rootOver(hashes)));
    }
    const partial = row.slice(start);
    if (isGrown && partial.length > 0) {
      tiles.push({ id: { level, index, width: partial.length }, bytes: Buffer.concat(partial) });
    }
    levels.push(partial);
    rising = roots;
    rowBefore = Math.floor(rowBefore / TILE_WIDTH);
  }
  const grown = { size, levels };
  return {
    edge: grown,
    get root() {
      return rootOfEdge(grown);
    },
    tiles,
  };
}

/** One of 256 hashes is kept on as the edge's: in Node's pool each would hold on to the memory of all that were made beside it. */
function withOwnMemory(hash: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(HASH_BYTES);
  hash.copy(own);
  return own;
}
