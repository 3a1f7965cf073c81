import type { ReadTiles } from './integrate.ts';
import { LedgerDamaged, type LedgerStoreReader } from './store.ts';
import { TILE_WIDTH, tilePath } from './tile.ts';

/** Reads tiles from storage; a partial one that is gone, as the full one that has taken its place. @throws {LedgerDamaged} */
export function createReadTiles(read: LedgerStoreReader['read']): ReadTiles {
  return (ids) =>
    Promise.all(
      ids.map(async (id) => {
        const bytes = (await read(tilePath(id))) ?? (await read(tilePath({ ...id, width: TILE_WIDTH })));
        if (bytes === undefined) throw new LedgerDamaged(`${tilePath(id)} is missing`);
        return bytes;
      }),
    );
}
