import { HASH_BYTES } from './merkle.ts';

/** Hashes in a full tile, entries in a full bundle (C2SP tlog-tiles, Merkle Tree). */
export const TILE_WIDTH = 256;

/** Binary levels of the tree between two tile levels: 2^8 = 256. */
export const TILE_HEIGHT = 8;

/** The largest tree: what a double counts exactly. At 10,000 entries a second it lasts for 28,000 years. */
export const TREE_SIZE_MAX = Number.MAX_SAFE_INTEGER;

/** One tile, as it is in trees in which it holds `width` hashes: 1 to 255 in a partial tile, 256 in a full one. */
export interface TileId {
  /** 0 holds leaf hashes; each hash above is the root of a full tile below. */
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** One bundle of entries; it holds what the tile of level 0 with the same index holds the hashes of. */
export type BundleId = Omit<TileId, 'level'>;

export interface Tile {
  readonly id: TileId;
  /** `width` hashes, one after the other. */
  readonly bytes: Buffer;
}

/** Where a tile is served and stored: `tile/1/x001/x234/067.p/8` (C2SP tlog-tiles, Merkle Tree). */
export function tilePath({ level, index, width }: TileId): string {
  return `tile/${level}/${indexPath(index)}${widthSuffix(width)}`;
}

/** Where a bundle is served and stored: `tile/entries/x001/x234/067.p/8` (C2SP tlog-tiles, Log entries). */
export function bundlePath({ index, width }: BundleId): string {
  return `tile/entries/${indexPath(index)}${widthSuffix(width)}`;
}

/** What a path names; undefined for one that `tilePath` and `bundlePath` do not make. */
export function parseTilePath(
  path: string,
): { readonly kind: 'tile'; readonly id: TileId } | { readonly kind: 'bundle'; readonly id: BundleId } | undefined {
  const match = /^tile\/(0|[1-9]\d?|entries)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (match === null) return undefined;
  const [, level = '', digits = '', partial] = match;
  const index = Number(digits.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  // The canonical form is the one that is written: no other spelling of an index may name a second resource.
  if (level === 'entries')
    return bundlePath({ index, width }) === path ? { kind: 'bundle', id: { index, width } } : undefined;
  const id = { level: Number(level), index, width };
  return id.level <= 63 && width <= TILE_WIDTH && tilePath(id) === path ? { kind: 'tile', id } : undefined;
}

/** How many hashes the whole row of tile level `level` has in a tree of `size` leaves. */
export function rowLength(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The tile of a row in a tree of `size` leaves, with the width that it has there; undefined when it is empty there. */
export function tileIn(size: number, level: number, index: number): TileId | undefined {
  const width = Math.min(TILE_WIDTH, rowLength(size, level) - index * TILE_WIDTH);
  return width > 0 ? { level, index, width } : undefined;
}

/** Every tile of a tree of `size` leaves, level by level from the leaves. */
export function* tilesOf(size: number): Generator<TileId> {
  for (let level = 0; rowLength(size, level) > 0; level += 1) {
    for (let index = 0; ; index += 1) {
      const tile = tileIn(size, level, index);
      if (tile === undefined) break;
      yield tile;
    }
  }
}

/** The partial tiles at the right edge of a tree of `size` leaves, lowest level first; a level whose last tile is full has none. */
export function edgeTilesOf(size: number): readonly TileId[] {
  const tiles: TileId[] = [];
  for (let level = 0; rowLength(size, level) > 0; level += 1) {
    const width = rowLength(size, level) % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: Math.floor(rowLength(size, level) / TILE_WIDTH), width });
  }
  return tiles;
}

/**
 * The hashes of a tile that was read. A reader may give a fuller tile of the same index, as tlog-tiles allows once a partial
 * one is gone: the first `width` hashes are the same.
 * @throws {TileUnusable} when there are too few bytes, or they are no whole number of hashes
 */
export function tileHashes(id: TileId, bytes: Buffer): readonly Buffer[] {
  if (
    bytes.length < id.width * HASH_BYTES ||
    bytes.length > TILE_WIDTH * HASH_BYTES ||
    bytes.length % HASH_BYTES !== 0
  ) {
    throw new TileUnusable(`${tilePath(id)} has ${bytes.length} bytes, expected ${id.width * HASH_BYTES}`);
  }
  return Array.from({ length: id.width }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/** Thrown when stored tiles are not what the tree's size demands: the ledger is damaged, and `acgs ledger fsck` says where. */
export class TileUnusable extends Error {
  override readonly name = 'TileUnusable';
}

/** Zero-padded groups of three digits, all but the last with an `x`: 1234067 is `x001/x234/067`. */
function indexPath(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g) ?? [];
  return groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
}

function widthSuffix(width: number): string {
  return width === TILE_WIDTH ? '' : `.p/${width}`;
}
