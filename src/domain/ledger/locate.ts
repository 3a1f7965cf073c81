import { type LedgerEntry, parseLedgerEntry } from './entry.ts';
import { parseBundle } from './entry-bundle.ts';
import { POSITIONS_EVERY, parsePositions, positionsPath } from './positions.ts';
import { LedgerDamaged, type LedgerStoreReader } from './store.ts';
import { type BundleId, bundlePath, TILE_WIDTH } from './tile.ts';

export interface Located {
  /** Of the leaf in the tree. */
  readonly index: number;
  readonly entry: LedgerEntry;
}

/**
 * Where a node's record is in a tree of `size` leaves; undefined when it is not there. A binary search over the stored
 * positions (12 reads for 10 million leaves), then at most 16 bundles.
 */
export async function locate(
  { node, sequence }: Pick<LedgerEntry, 'node' | 'sequence'>,
  size: number,
  read: LedgerStoreReader['read'],
): Promise<Located | undefined> {
  let low = 0;
  let high = Math.floor(size / POSITIONS_EVERY);
  // The last stored positions in which the record is not yet there; before the first entry it never is.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await sequenceAt(middle * POSITIONS_EVERY, node, read)) < sequence) low = middle;
    else high = middle - 1;
  }
  const end = Math.min(size, (low + 1) * POSITIONS_EVERY);
  for (let index = low * POSITIONS_EVERY; index < end; index += TILE_WIDTH) {
    const entries = await readBundle(size, index / TILE_WIDTH, read);
    const at = entries.findIndex((entry) => entry.node === node && entry.sequence === sequence);
    const entry = entries[at];
    if (entry !== undefined) return { index: index + at, entry };
  }
  return undefined;
}

async function sequenceAt(size: number, node: string, read: LedgerStoreReader['read']): Promise<number> {
  const path = positionsPath(size);
  const bytes = await read(path);
  if (bytes === undefined) throw new LedgerDamaged(`${path} is missing`);
  const positions = parsePositions(bytes, size);
  if (!positions.ok) throw new LedgerDamaged(`${path}: ${positions.refusal.message}`);
  return positions.value.get(node)?.sequence ?? 0;
}

/** The entries of a bundle in a tree of `size` leaves. @throws {LedgerDamaged} */
export async function readBundle(
  size: number,
  index: number,
  read: LedgerStoreReader['read'],
): Promise<readonly LedgerEntry[]> {
  return (await readBundleBytes(size, index, read)).map((bytes, at) => {
    const entry = parseLedgerEntry(bytes);
    if (!entry.ok) throw new LedgerDamaged(`entry ${index * TILE_WIDTH + at} is not an entry of this ledger`);
    return entry.value;
  });
}

/** @throws {LedgerDamaged} when the bundle is missing or has too few entries */
export async function readBundleBytes(
  size: number,
  index: number,
  read: LedgerStoreReader['read'],
): Promise<readonly Buffer[]> {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  const path = bundlePath({ index, width });
  const bytes = await readWidest({ index, width }, read);
  if (bytes === undefined) throw new LedgerDamaged(`${path} is missing`);
  const bundle = parseBundle(bytes);
  if (!bundle.ok || bundle.value.length < width) {
    throw new LedgerDamaged(`${path} ${bundle.ok ? `has ${bundle.value.length} entries` : bundle.refusal.message}`);
  }
  return bundle.value.slice(0, width);
}

/** A partial bundle may be gone once the full one is there (C2SP tlog-tiles, Partial tiles). */
async function readWidest(id: BundleId, read: LedgerStoreReader['read']): Promise<Buffer | undefined> {
  return (
    (await read(bundlePath(id))) ??
    (id.width === TILE_WIDTH ? undefined : read(bundlePath({ ...id, width: TILE_WIDTH })))
  );
}
