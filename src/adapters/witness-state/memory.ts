import type { Checkpoint, CheckpointNote } from '#domain/ledger/checkpoint.ts';
import type { WitnessState } from '#domain/ledger/witness.ts';

export interface MemoryWitnessState extends WitnessState {
  readonly evidence: readonly CheckpointNote[];
}

/** A state that ends with its process: for tests, and held to the same contract as the files. */
export function createMemoryWitnessState(): MemoryWitnessState {
  const latest = new Map<string, Checkpoint>();
  const evidence: CheckpointNote[] = [];
  return {
    evidence,
    latest: async (origin) => latest.get(origin),
    keep: async ({ checkpoint }) => {
      latest.set(checkpoint.origin, checkpoint);
    },
    keepEvidence: async (submitted) => {
      evidence.push(submitted);
    },
    close() {},
  };
}
