import { fromBase64 } from '../../proof/bytes.ts';
import { type Checkpoint, isSignedByItsLog, parseCheckpoint } from '../../proof/checkpoint.ts';
import { isConsistent } from '../../proof/consistency.ts';
import {
  type Remembering,
  recallCheckpoint,
  rememberCheckpoint,
  type SeenCheckpoint,
} from '../../proof/seen-checkpoint.ts';
import { cosignedBy, parseVerifierKey } from '../../proof/signed-note.ts';

/** What this browser has found out about the ledger, by itself. */
export type Checked =
  /** The log has published nothing yet, or what is there is no checkpoint. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'read'; readonly checkpoint: Checkpoint; readonly isSigned: boolean; readonly growth: Growth };

/** The tree against the one that this browser saw last. */
export type Growth =
  | { readonly kind: 'first' }
  | { readonly kind: 'same'; readonly seen: SeenCheckpoint }
  | { readonly kind: 'grown'; readonly seen: SeenCheckpoint }
  /** Smaller than it was, or another tree: the ledger was rolled back or forked. What was seen stays remembered. */
  | { readonly kind: 'contradicts'; readonly seen: SeenCheckpoint };

/** @throws what fetching throws, and where the browser has no Ed25519 */
export async function checkLedger(
  verifierKey: string,
  deps: {
    readonly fetchCheckpoint: () => Promise<string | undefined>;
    /** Base64 hashes (RFC 9162, section 2.1.4). */
    readonly fetchConsistency: (from: number, to: number) => Promise<readonly string[]>;
    readonly storage: Remembering;
    readonly nowMs: () => number;
  },
): Promise<Checked> {
  const text = await deps.fetchCheckpoint();
  if (text === undefined) return { kind: 'none' };
  const checkpoint = parseCheckpoint(text);
  const key = await parseVerifierKey(verifierKey);
  if (checkpoint === undefined || key === undefined) return { kind: 'unreadable' };
  const isSigned = await isSignedByItsLog(checkpoint, key);
  const seen = recallCheckpoint(deps.storage, checkpoint.origin);
  const growth = await growthSince(seen, checkpoint, deps.fetchConsistency);
  // What is not signed, or contradicts what was seen, is not remembered in its place: the next visit must find it out as well.
  if (isSigned && growth.kind !== 'contradicts') {
    rememberCheckpoint(deps.storage, checkpoint.origin, { ...checkpoint, atMs: deps.nowMs() });
  }
  return { kind: 'read', checkpoint, isSigned, growth };
}

async function growthSince(
  seen: SeenCheckpoint | undefined,
  checkpoint: Checkpoint,
  fetchConsistency: (from: number, to: number) => Promise<readonly string[]>,
): Promise<Growth> {
  if (seen === undefined) return { kind: 'first' };
  if (seen.size > checkpoint.size) return { kind: 'contradicts', seen };
  const isLonger = seen.size < checkpoint.size && seen.size > 0;
  const hashes = isLonger ? await fetchConsistency(seen.size, checkpoint.size) : [];
  const proof = hashes.map(fromBase64);
  const isProved = proof.every((hash) => hash !== undefined) && (await isConsistent(seen, checkpoint, proof));
  if (!isProved) return { kind: 'contradicts', seen };
  return { kind: seen.size === checkpoint.size ? 'same' : 'grown', seen };
}

/** How one witness stands to a checkpoint. */
export type Cosigned = Awaited<ReturnType<typeof cosignedBy>>;

export async function checkWitness(checkpoint: Checkpoint, verifierKey: string): Promise<Cosigned> {
  const key = await parseVerifierKey(verifierKey);
  return key === undefined ? { signed: 'absent' } : cosignedBy(checkpoint.note, key);
}
