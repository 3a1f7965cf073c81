import type { ChainPosition } from '#domain/journal/chain.ts';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { parseLedgerEntry } from '#domain/ledger/entry.ts';
import { EMPTY_LOG, type Leaf, type LogTree } from '#domain/ledger/grow.ts';
import { type Intake, intakePath } from '#domain/ledger/intake.ts';
import { readEdge, rootOfEdge } from '#domain/ledger/integrate.ts';
import { readBundle, readBundleBytes } from '#domain/ledger/locate.ts';
import type { LogIdentity } from '#domain/ledger/log-identity.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { advance, POSITIONS_EVERY, parsePositions, positionsPath } from '#domain/ledger/positions.ts';
import { createReadTiles } from '#domain/ledger/read-tiles.ts';
import { CHECKPOINT_PATH, type IntakeLog, LedgerDamaged, type LedgerStoreReader } from '#domain/ledger/store.ts';
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
}

/**
 * Reads where the log stands: the tree that was published, then the batches that follow it, each at the index where the one
 * before it ends. Nothing else counts, so it does not matter where a predecessor was interrupted.
 * @throws {LedgerDamaged} when what is stored is not what was signed
 */
export async function recoverLog(
  { store, intake }: { readonly store: LedgerStoreReader; readonly intake: IntakeLog },
  identity: LogIdentity,
  nowMs: number,
): Promise<RecoveredLog> {
  const published = await store.read(CHECKPOINT_PATH);
  const tree = published === undefined ? EMPTY_LOG : await readTree(store, published, identity);
  const positions = new Map(tree.positions);
  const batches = (await intake.recover(tree.edge.size)).map(
    (batch): AcceptedBatch => ({ first: batch.first, leaves: leavesOf(batch), acceptedMs: nowMs }),
  );
  for (const { entry } of batches.flatMap(({ leaves }) => leaves)) advance(positions, entry);
  return { tree, published, batches, positions };
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

function leavesOf({ first, entries }: Intake): readonly Leaf[] {
  return entries.map((entryBytes, at) => {
    const entry = parseLedgerEntry(entryBytes);
    if (!entry.ok) throw new LedgerDamaged(`${intakePath(first)}, entry ${first + at}: ${entry.refusal.message}`);
    return { entry: entry.value, bytes: entryBytes, hash: leafHash(entryBytes) };
  });
}
