import type { CheckpointNote } from './checkpoint.ts';
import { isQuorum, type Quorum } from './policy.ts';
import type { NoteSignature } from './signed-note.ts';
import type { VerifierKey } from './verifier-key.ts';

/** Consistency proofs of the log's own tree. */
export type ProveConsistency = (oldSize: number, size: number) => Promise<readonly Buffer[]>;

/** What a log learns from a witness that it asked. */
export type WitnessReply =
  | { readonly kind: 'cosigned'; readonly signature: NoteSignature; readonly timeSeconds: number }
  /** It has cosigned a larger tree of this log, or another one of this size: the log was rolled back, or somebody forked it. */
  | { readonly kind: 'contradicts'; readonly size: number; readonly what: string }
  /** It says no: it does not know the log, the key, or accept the proof. */
  | { readonly kind: 'refused'; readonly what: string }
  /** No answer, or none that means anything. */
  | { readonly kind: 'unavailable'; readonly what: string };

/** One witness as a log sees it. Never rejects: a witness that is down is one that has not cosigned. */
export interface WitnessClient {
  readonly key: VerifierKey;
  cosign(submitted: CheckpointNote, prove: ProveConsistency): Promise<WitnessReply>;
}

export interface Collected {
  readonly isQuorum: boolean;
  /** To be appended to the checkpoint's note. */
  readonly signatures: readonly NoteSignature[];
  /** Of witnesses that answered otherwise, or not in time. */
  readonly others: readonly {
    readonly key: VerifierKey;
    readonly reply: Exclude<WitnessReply, { kind: 'cosigned' }>;
  }[];
}

/**
 * Asks all witnesses at once. Ends when all have answered, each in the time that its client gives it: a cosignature more than
 * the quorum needs is worth having, since it is what another party's policy may ask for.
 */
export async function collectCosignatures(
  submitted: CheckpointNote,
  witnesses: readonly WitnessClient[],
  quorum: Quorum,
  prove: ProveConsistency,
): Promise<Collected> {
  const replies = await Promise.all(
    witnesses.map(async (witness) => ({ key: witness.key, reply: await witness.cosign(submitted, prove) })),
  );
  const cosigned = replies.flatMap(({ key, reply }) => (reply.kind === 'cosigned' ? [{ key, reply }] : []));
  const cosigners = new Set(cosigned.map(({ key }) => key.publicKey.text));
  return {
    isQuorum: isQuorum(quorum, cosigners),
    signatures: cosigned.map(({ reply }) => reply.signature),
    others: replies.flatMap(({ key, reply }) => (reply.kind === 'cosigned' ? [] : [{ key, reply }])),
  };
}
