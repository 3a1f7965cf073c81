import { type CheckpointNote, parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import type { LedgerEntry } from '#domain/ledger/entry.ts';
import { locate } from '#domain/ledger/locate.ts';
import { proveConsistency, proveInclusion } from '#domain/ledger/proof.ts';
import { createReadTiles } from '#domain/ledger/read-tiles.ts';
import { CHECKPOINT_PATH, LedgerDamaged, type LedgerStoreReader, LedgerUnavailable } from '#domain/ledger/store.ts';
import { tlogProofText } from '#domain/ledger/tlog-proof.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

export interface ProvedEntry {
  readonly entry: LedgerEntry;
  readonly index: number;
  readonly size: number;
  /** C2SP tlog-proof: all that a verifier needs besides the entry and the public keys. */
  readonly proof: string;
}

/** Proofs from the published tree: they need storage only, and no sequencer. */
export function createProver({ read }: Pick<LedgerStoreReader, 'read'>) {
  const readTiles = createReadTiles(read);

  async function published(): Promise<CheckpointNote> {
    const bytes = await read(CHECKPOINT_PATH);
    if (bytes === undefined) throw new LedgerUnavailable('no checkpoint is published yet');
    const parsed = parseCheckpoint(bytes.toString('utf8'));
    if (!parsed.ok) throw new LedgerDamaged(`the checkpoint cannot be read: ${parsed.refusal.message}`);
    return parsed.value;
  }

  return {
    /** That a node's record is in the ledger. */
    async inclusion(
      record: Pick<LedgerEntry, 'node' | 'sequence'>,
    ): Promise<Result<ProvedEntry, 'ledger-entry-unknown'>> {
      const checkpoint = await published();
      const { size } = checkpoint.checkpoint;
      const located = await locate(record, size, read);
      if (located === undefined) {
        const { node, sequence } = record;
        return refuse('ledger-entry-unknown', `Record ${sequence} of ${node} is not under the published checkpoint.`);
      }
      const { index, entry } = located;
      const hashes = await proveInclusion(index, size, readTiles);
      return ok({ entry, index, size, proof: tlogProofText({ index, hashes, checkpoint }) });
    },
    /** That the tree of `from` entries is the beginning of the one of `to`; by default of the published one. */
    async consistency(from: number, to: number | undefined) {
      const { size } = (await published()).checkpoint;
      const end = to ?? size;
      if (from > end || end > size) {
        return refuse('ledger-size-unknown', `The published tree has ${size} entries: 0 ≤ from ≤ to ≤ ${size}.`);
      }
      return ok({ from, to: end, hashes: await proveConsistency(from, end, readTiles) });
    },
  };
}

export type Prover = ReturnType<typeof createProver>;
