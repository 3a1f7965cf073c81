import type { AddCheckpoint } from './add-checkpoint.ts';
import type { Checkpoint, CheckpointNote } from './checkpoint.ts';
import type { VerifierKey } from './verifier-key.ts';
import { verifyLogSignature } from './verify-checkpoint.ts';
import { isConsistent, type TreeHead } from './verify-proof.ts';

/** What a witness remembers: of each log the last checkpoint that it cosigned. One process at a time uses it. */
export interface WitnessState {
  /**
   * Undefined when no checkpoint of this log was ever kept.
   * @throws {WitnessStateUnavailable} when it cannot be read, or is not what was written
   */
  latest(origin: string): Promise<Checkpoint | undefined>;
  /**
   * Resolves once the checkpoint is on stable storage, and then it is what `latest` gives, whatever happens to the process.
   * @throws {WitnessStateUnavailable} when it is not known to be stored: nothing may be cosigned
   */
  keep(submitted: CheckpointNote): Promise<void>;
  /** Puts a checkpoint aside that contradicts the one kept: together they prove that the log showed two trees. */
  keepEvidence(submitted: CheckpointNote): Promise<void>;
  close(): void;
}

export class WitnessStateUnavailable extends Error {
  override readonly name = 'WitnessStateUnavailable';
}

/** What a witness answers; a cosignature may be made only once the checkpoint is on stable storage. */
export type WitnessAnswer =
  | { readonly kind: 'cosign' }
  | { readonly kind: 'log-unknown' }
  | { readonly kind: 'signature-invalid' }
  /** The request contradicts itself. */
  | { readonly kind: 'old-size-too-large' }
  /** The log is to try again from `size`. */
  | { readonly kind: 'size-stale'; readonly size: number }
  /** Two trees of one size, both signed by the log: a fork, proved by the two checkpoints. */
  | { readonly kind: 'root-different'; readonly size: number }
  | { readonly kind: 'proof-invalid' };

/**
 * Decides on one request, in the order in which C2SP tlog-witness, add-checkpoint, names the checks.
 * @param latest the last checkpoint of this log that the witness cosigned. Between reading it and keeping the next one no
 * other request for the log may be decided: two that pass one after the other must not be kept the other way round.
 */
export function answerAddCheckpoint(
  { oldSize, consistency, submitted }: AddCheckpoint,
  logs: readonly VerifierKey[],
  latest: TreeHead | undefined,
): WitnessAnswer {
  const { checkpoint } = submitted;
  const signed = verifyLogSignature(submitted, logs);
  if (!signed.ok) return { kind: signed.refusal.code };
  if (oldSize > checkpoint.size) return { kind: 'old-size-too-large' };
  const size = latest?.size ?? 0;
  if (oldSize !== size) return { kind: 'size-stale', size };
  if (latest === undefined) {
    // Nothing to be consistent with: the first checkpoint is believed, and everything after it held to it.
    return consistency.length === 0 ? { kind: 'cosign' } : { kind: 'proof-invalid' };
  }
  if (checkpoint.size === size && !checkpoint.root.equals(latest.root)) return { kind: 'root-different', size };
  return isConsistent(latest, checkpoint, consistency) ? { kind: 'cosign' } : { kind: 'proof-invalid' };
}
