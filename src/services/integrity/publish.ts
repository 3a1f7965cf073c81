import { setImmediate as nextTurn } from 'node:timers/promises';
import { signCheckpoint } from '#domain/ledger/checkpoint.ts';
import { type Growth, grow, type Leaf, type LogTree } from '#domain/ledger/grow.ts';
import type { LogIdentity } from '#domain/ledger/log-identity.ts';
import type { Quorum } from '#domain/ledger/policy.ts';
import { proveConsistency } from '#domain/ledger/proof.ts';
import { createReadTiles } from '#domain/ledger/read-tiles.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { CHECKPOINT_PATH, type LedgerObject, type LedgerStore } from '#domain/ledger/store.ts';
import { type Collected, collectCosignatures, type WitnessClient } from '#domain/ledger/witness-client.ts';

/** Leaves that are hashed in one turn of the event loop: some 3 ms, so that appends are answered in between. */
const SLICE_LEAVES = 1024;

/** Who has to have cosigned a checkpoint before it is published. */
export interface Witnessing {
  readonly witnesses: readonly WitnessClient[];
  readonly quorum: Quorum;
}

export interface NextCheckpoint {
  readonly tree: LogTree;
  readonly objects: readonly LedgerObject[];
  /** To be published if `isQuorum`. */
  readonly checkpoint: LedgerObject;
  readonly isQuorum: boolean;
  /** Witnesses that did not cosign. */
  readonly others: Collected['others'];
}

/**
 * Makes the next tree and its checkpoint, and stores nothing yet. Its root follows from entries that are settled by storage,
 * and Ed25519 is deterministic: whoever makes a checkpoint of this size, however often, makes this one. So it may be shown
 * to witnesses before the tiles are stored, and a crash here leaves nothing behind.
 */
export async function prepareCheckpoint(
  parts: { readonly tree: LogTree; readonly identity: LogIdentity; readonly witnessing: Witnessing } & Pick<
    LedgerStore,
    'read'
  >,
  leaves: readonly Leaf[],
): Promise<NextCheckpoint> {
  const { identity, witnessing, read } = parts;
  const { tree, objects } = await growInSlices(parts.tree, leaves);
  const head = { size: tree.edge.size, root: tree.root };
  const byPath = new Map([...objects.values()].map(({ path, bytes }) => [path, bytes]));
  const readTiles = createReadTiles(async (path) => byPath.get(path) ?? read(path));
  const note = signCheckpoint(identity.origin, head, identity.signer);
  const { isQuorum, signatures, others } = await collectCosignatures(
    { checkpoint: { origin: identity.origin, ...head, extensions: [] }, note },
    witnessing.witnesses,
    witnessing.quorum,
    (oldSize, size) => proveConsistency(oldSize, size, readTiles),
  );
  const cosigned = noteText({ text: note.text, signatures: [...note.signatures, ...signatures] });
  const checkpoint = { path: CHECKPOINT_PATH, bytes: Buffer.from(cosigned) };
  return { tree, objects: [...objects.values()], checkpoint, isQuorum, others };
}

async function growInSlices(before: LogTree, leaves: readonly Leaf[]): Promise<Growth> {
  const objects = new Map<string, LedgerObject>();
  let tree = before;
  for (let at = 0; at === 0 || at < leaves.length; at += SLICE_LEAVES) {
    const growth = grow(tree, leaves.slice(at, at + SLICE_LEAVES));
    tree = growth.tree;
    // What was partial after the slice before, and is fuller now, has the same key.
    for (const [key, object] of growth.objects) objects.set(key, object);
    await nextTurn();
  }
  return { tree, objects };
}
