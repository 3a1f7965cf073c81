import type { ChainPosition } from '#domain/journal/chain.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { parseLedgerEntry } from '#domain/ledger/entry.ts';
import { EMPTY_LOG, type Leaf, type LogTree } from '#domain/ledger/grow.ts';
import { INTAKE_PREFIX, intakeFirst, intakePath, parseIntake } from '#domain/ledger/intake.ts';
import { readEdge, rootOfEdge } from '#domain/ledger/integrate.ts';
import { readBundle, readBundleBytes } from '#domain/ledger/locate.ts';
import type { LogIdentity } from '#domain/ledger/log-identity.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { advance, POSITIONS_EVERY, parsePositions, positionsPath } from '#domain/ledger/positions.ts';
import { createReadTiles } from '#domain/ledger/read-tiles.ts';
import { CHECKPOINT_PATH, LedgerDamaged, type LedgerStoreReader } from '#domain/ledger/store.ts';
import { TILE_WIDTH } from '#domain/ledger/tile.ts';
import { verifyLogSignature } from '#domain/ledger/verify-checkpoint.ts';

/** A batch that was accepted, and when this process learned of it. */
export interface AcceptedBatch {
  readonly first: number;
  readonly leaves: readonly Leaf[];
  readonly acceptedMs: number;
}

export interface RecoveredLog {
  /** As of the published checkpoint. */
  readonly tree: LogTree;
  /** The published checkpoint's bytes; undefined before the first. */
  readonly published: Buffer | undefined;
  /** Accepted since, in order. */
  readonly batches: readonly AcceptedBatch[];
  /** Of all nodes, with what was accepted. */
  readonly positions: Map<string, ChainPosition>;
  /** Batches that are in the tree and need not be kept. */
  readonly coveredPaths: readonly string[];
}

/**
 * Reads where the log stands: the tree that was published, then the batches that follow it, each at the index where the one
 * before it ends. Nothing else counts, so it does not matter where a predecessor was interrupted.
 * @throws {LedgerDamaged} when what is stored is not what was signed
 */
export async function recoverLog(
  store: LedgerStoreReader,
  identity: LogIdentity,
  nowMs: number,
): Promise<RecoveredLog> {
  const published = await store.read(CHECKPOINT_PATH);
  const tree = published === undefined ? EMPTY_LOG : await readTree(store, published, identity);
  const positions = new Map(tree.positions);
  const batches: AcceptedBatch[] = [];
  for (let first = tree.edge.size; ; ) {
    const leaves = await readBatch(store, first);
    if (leaves === undefined) break;
    for (const { entry } of leaves) advance(positions, entry);
    batches.push({ first, leaves, acceptedMs: nowMs });
    first += leaves.length;
  }
  const intakePaths = await store.list(INTAKE_PREFIX);
  const coveredPaths = intakePaths.filter((path) => (intakeFirst(path) ?? 0) < tree.edge.size);
  return { tree, published, batches, positions, coveredPaths };
}

async function readTree(store: LedgerStoreReader, note: Buffer, identity: LogIdentity): Promise<LogTree> {
  const parsed = parseCheckpoint(note.toString('utf8'));
  if (!parsed.ok) throw new LedgerDamaged(`the checkpoint cannot be read: ${parsed.refusal.message}`);
  const signed = verifyLogSignature(parsed.value, [identity.verifier]);
  if (!signed.ok) throw new LedgerDamaged(`the checkpoint is not this ledger's: ${signed.refusal.message}`);
  const { size, root } = parsed.value.checkpoint;
  const edge = await readEdge(size, createReadTiles(store.read));
  if (!rootOfEdge(edge).equals(root))
    throw new LedgerDamaged(`the tiles do not have the root of the checkpoint at ${size}`);
  const partial = size % TILE_WIDTH;
  const tail = partial === 0 ? [] : await readBundleBytes(size, Math.floor(size / TILE_WIDTH), store.read);
  const hashes = edge.levels[0] ?? [];
  if (!tail.every((bytes, at) => hashes[at]?.equals(leafHash(bytes)) === true)) {
    throw new LedgerDamaged('the last bundle does not hold the entries whose hashes are in the tree');
  }
  return { edge, root, tail, positions: await readPositions(store, size) };
}

async function readPositions(store: LedgerStoreReader, size: number): Promise<Map<string, ChainPosition>> {
  const from = size - (size % POSITIONS_EVERY);
  const positions = from === 0 ? new Map<string, ChainPosition>() : await storedPositions(store, from);
  for (let index = from / TILE_WIDTH; index * TILE_WIDTH < size; index += 1) {
    for (const entry of await readBundle(size, index, store.read)) advance(positions, entry);
  }
  return positions;
}

async function storedPositions(store: LedgerStoreReader, size: number): Promise<Map<string, ChainPosition>> {
  const bytes = await store.read(positionsPath(size));
  const positions = bytes === undefined ? undefined : parsePositions(bytes, size);
  if (positions?.ok !== true) throw new LedgerDamaged(`${positionsPath(size)} is missing or malformed`);
  return positions.value;
}

async function readBatch(store: LedgerStoreReader, first: number): Promise<readonly Leaf[] | undefined> {
  const path = intakePath(first);
  const bytes = await store.read(path);
  if (bytes === undefined) return undefined;
  const intake = parseIntake(bytes);
  if (!intake.ok || intake.value.first !== first) {
    throw new LedgerDamaged(`${path}: ${intake.ok ? `is of index ${intake.value.first}` : intake.refusal.message}`);
  }
  return intake.value.entries.map((entryBytes) => {
    const entry = parseLedgerEntry(entryBytes);
    if (!entry.ok) throw new LedgerDamaged(`${path}: ${entry.refusal.message}`);
    return { entry: entry.value, bytes: entryBytes, hash: leafHash(entryBytes) };
  });
}
