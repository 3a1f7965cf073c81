import type { ChainPosition } from '#domain/journal/chain.ts';
import type { LedgerEntry } from './entry.ts';
import { encodeBundle } from './entry-bundle.ts';
import { EMPTY_EDGE, integrate, type TreeEdge } from './integrate.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { advance, encodePositions, POSITIONS_EVERY, positionsPath } from './positions.ts';
import type { LedgerObject } from './store.ts';
import { bundlePath, TILE_WIDTH, tilePath } from './tile.ts';

/** An entry in the forms in which it is used: read, stored, hashed. */
export interface Leaf {
  readonly entry: LedgerEntry;
  readonly bytes: Buffer;
  /** RFC 6962 leaf hash of the bytes. */
  readonly hash: Buffer;
}

/** All of a log that is needed for it to grow. */
export interface LogTree {
  readonly edge: TreeEdge;
  readonly root: Buffer;
  /** Entries of the last bundle while it is partial: as many as the edge has leaf hashes. */
  readonly tail: readonly Buffer[];
  readonly positions: ReadonlyMap<string, ChainPosition>;
}

export const EMPTY_LOG: LogTree = { edge: EMPTY_EDGE, root: EMPTY_ROOT, tail: [], positions: new Map() };

export interface Growth {
  readonly tree: LogTree;
  /** By what they are of: a partial tile or bundle has the key of the fuller one that takes its place. */
  readonly objects: ReadonlyMap<string, LedgerObject>;
}

/** Appends leaves: the tree that follows, and every object that it needs besides those that the tree before had. */
export function grow(tree: LogTree, leaves: readonly Leaf[]): Growth {
  const grown = integrate(
    tree.edge,
    leaves.map(({ hash }) => hash),
  );
  const { edge, tiles } = grown;
  const objects = new Map<string, LedgerObject>();
  for (const { id, bytes } of tiles) objects.set(`${id.level}/${id.index}`, { path: tilePath(id), bytes });

  const row = [...tree.tail, ...leaves.map(({ bytes }) => bytes)];
  const firstIndex = Math.floor(tree.edge.size / TILE_WIDTH);
  let start = 0;
  for (let index = firstIndex; start < row.length; index += 1, start += TILE_WIDTH) {
    const entries = row.slice(start, start + TILE_WIDTH);
    const path = bundlePath({ index, width: entries.length });
    objects.set(`entries/${index}`, { path, bytes: encodeBundle(entries) });
  }
  const tail = row.slice(row.length - (edge.size % TILE_WIDTH));

  const positions = new Map(tree.positions);
  for (let from = 0; from < leaves.length; ) {
    const to = Math.min(leaves.length, from + POSITIONS_EVERY - ((tree.edge.size + from) % POSITIONS_EVERY));
    // Only the last entry of each node counts.
    const last = new Map(leaves.slice(from, to).map(({ entry }) => [entry.node, entry]));
    for (const entry of last.values()) advance(positions, entry);
    const size = tree.edge.size + to;
    if (size % POSITIONS_EVERY === 0) {
      const path = positionsPath(size);
      objects.set(path, { path, bytes: encodePositions(size, positions) });
    }
    from = to;
  }
  return {
    tree: {
      edge,
      get root() {
        return grown.root;
      },
      tail,
      positions,
    },
    objects,
  };
}

/** The prefixes of partial tiles and bundles of `before` that are full in a tree of `size` leaves: nobody needs them any more. */
export function supersededPrefixes(before: TreeEdge, size: number): readonly string[] {
  const prefixes: string[] = [];
  for (const [level, hashes] of before.levels.entries()) {
    const index = Math.floor(before.size / TILE_WIDTH ** (level + 1));
    if (hashes.length === 0 || Math.floor(size / TILE_WIDTH ** (level + 1)) <= index) continue;
    prefixes.push(`${tilePath({ level, index, width: TILE_WIDTH })}.p/`);
    if (level === 0) prefixes.push(`${bundlePath({ index, width: TILE_WIDTH })}.p/`);
  }
  return prefixes;
}
