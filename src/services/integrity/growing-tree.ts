import { setImmediate as nextTurn } from 'node:timers/promises';
import { grow, type Leaf, type LogTree } from '#domain/ledger/grow.ts';
import type { LedgerObject, LedgerStore } from '#domain/ledger/store.ts';
import { TILE_WIDTH } from '#domain/ledger/tile.ts';

/** Leaves that are taken in in one turn of the event loop, so that appends are answered in between: those of one full tile, well below a millisecond once V8 knows the way. */
const SLICE_LEAVES = TILE_WIDTH;

/** The tree over everything that was accepted: ahead of the published one. */
export interface GrowingTree {
  readonly size: number;
  readonly root: Buffer;
  readonly tree: LogTree;
  /**
   * Takes leaves in, and stores what is full by them: those objects are final, whoever makes them, and so are no harm before their checkpoint. That way they are written
   * while they come, and a checkpoint has only its partial ones to wait for.
   */
  add(leaves: readonly Leaf[]): Promise<void>;
  /** What the tree as it is needs besides what is stored. */
  rest(): readonly LedgerObject[];
  /** The rest is stored now. */
  restStored(): void;
}

/** @param store written to after `check` */
export function createGrowingTree(
  published: LogTree,
  store: Pick<LedgerStore, 'ensure'>,
  check: () => Promise<void>,
): GrowingTree {
  let tree = published;
  /** By what they are of: what is partial is replaced by what is fuller. */
  const waiting = new Map<string, LedgerObject>();
  return {
    get size() {
      return tree.edge.size;
    },
    get root() {
      return tree.root;
    },
    get tree() {
      return tree;
    },
    async add(leaves) {
      for (let at = 0; at < leaves.length; ) {
        // Up to where a tile is full: what is partial in between would be made for nothing.
        const slice = leaves.slice(at, at + SLICE_LEAVES - (tree.edge.size % SLICE_LEAVES));
        at += slice.length;
        const growth = grow(tree, slice);
        tree = growth.tree;
        for (const [key, object] of growth.objects) waiting.set(key, object);
        await nextTurn();
      }
      const full = [...waiting].filter(([, { path }]) => !isPartial(path));
      if (full.length === 0) return;
      await check();
      await store.ensure(full.map(([, object]) => object));
      for (const [key] of full) waiting.delete(key);
    },
    rest: () => [...waiting.values()],
    restStored: () => waiting.clear(),
  };
}

function isPartial(path: string): boolean {
  return path.includes('.p/');
}
