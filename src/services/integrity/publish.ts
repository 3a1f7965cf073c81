import { setTimeout as sleep } from 'node:timers/promises';
import { type CheckpointNote, signCheckpoint } from '#domain/ledger/checkpoint.ts';
import type { LogIdentity } from '#domain/ledger/log-identity.ts';
import type { Quorum } from '#domain/ledger/policy.ts';
import { proveConsistency } from '#domain/ledger/proof.ts';
import { createReadTiles } from '#domain/ledger/read-tiles.ts';
import { noteText } from '#domain/ledger/signed-note.ts';
import { CHECKPOINT_PATH, type LedgerObject, type LedgerStoreReader } from '#domain/ledger/store.ts';
import { type Collected, collectCosignatures, type WitnessClient } from '#domain/ledger/witness-client.ts';

/** Witnesses that are about to answer are waited for so long once the quorum is there, so that one publication has them all. */
const GRACE_MS = 50;

/** Who has to have cosigned a checkpoint before it is published. */
export interface Witnessing {
  readonly witnesses: readonly WitnessClient[];
  readonly quorum: Quorum;
}

export interface NextCheckpoint {
  /** To be published if `isQuorum`. */
  readonly checkpoint: LedgerObject;
  readonly isQuorum: boolean;
  /** Once every witness has answered: the same checkpoint with all cosignatures, and those who did not cosign. */
  readonly all: Promise<{ readonly checkpoint: LedgerObject; readonly others: Collected['others'] }>;
}

/**
 * Signs a tree's checkpoint and has it cosigned; stores nothing. Its root follows from entries that are settled by storage, and Ed25519 is deterministic: whoever
 * makes a checkpoint of this size, however often, makes this one. So it may be shown to witnesses before its last tiles are stored, and a crash here leaves
 * nothing behind.
 * @param read the tree's tiles, stored or not
 */
export async function prepareCheckpoint(
  tree: { readonly size: number; readonly root: Buffer },
  parts: { readonly identity: LogIdentity; readonly witnessing: Witnessing } & Pick<LedgerStoreReader, 'read'>,
): Promise<NextCheckpoint> {
  const { identity, witnessing } = parts;
  const readTiles = createReadTiles(parts.read);
  const note = signCheckpoint(identity.origin, tree, identity.signer);
  const submitted: CheckpointNote = { checkpoint: { origin: identity.origin, ...tree, extensions: [] }, note };
  const { isQuorum, signatures, all } = await collectCosignatures(
    submitted,
    witnessing.witnesses,
    witnessing.quorum,
    (oldSize, size) => proveConsistency(oldSize, size, readTiles),
    () => sleep(GRACE_MS),
  );
  const withSignatures = (more: Collected['signatures']): LedgerObject => ({
    path: CHECKPOINT_PATH,
    bytes: Buffer.from(noteText({ text: note.text, signatures: [...note.signatures, ...more] })),
  });
  return {
    checkpoint: withSignatures(signatures),
    isQuorum,
    all: all.then((collected) => ({
      checkpoint: withSignatures(collected.signatures),
      others: collected.others,
    })),
  };
}

/**
 * A witness that is asked for one checkpoint at a time: were two under way, the older could come second and look like a rollback. A second one
 * waits; a third is not put to it.
 */
export function inOrder(witness: WitnessClient): WitnessClient {
  let underWay: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    key: witness.key,
    async cosign(submitted, prove) {
      if (waiting > 1) return { kind: 'unavailable', what: 'it has not answered for the two checkpoints before' };
      waiting += 1;
      const reply = underWay.then(() => witness.cosign(submitted, prove));
      underWay = reply.catch(() => undefined);
      return reply.finally(() => {
        waiting -= 1;
      });
    },
  };
}
