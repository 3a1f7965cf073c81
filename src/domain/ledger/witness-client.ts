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

/** What there was when the quorum was reached, and what there is once everybody has answered. */
export interface Collecting extends Collected {
  readonly all: Promise<Collected>;
}

/**
 * Asks all witnesses at once. Ends a moment after the quorum is reached, or when all have answered: one that is slow or down does not keep a checkpoint back
 * that others have made believable. It is waited for all the same (`all`): a cosignature more than the quorum needs may be what another party's policy asks for.
 * @param grace how long those who are about to answer are waited for, once the quorum is there
 */
export async function collectCosignatures(
  submitted: CheckpointNote,
  witnesses: readonly WitnessClient[],
  quorum: Quorum,
  prove: ProveConsistency,
  grace: () => Promise<void> = async () => {},
): Promise<Collecting> {
  const replies = new Map<VerifierKey, WitnessReply>();
  /** In the order of the witnesses, whoever was first. */
  const collected = (): Collected => {
    const signatures: NoteSignature[] = [];
    const others: Collected['others'][number][] = [];
    const cosigners = new Set<string>();
    for (const { key } of witnesses) {
      const reply = replies.get(key);
      if (reply?.kind === 'cosigned') {
        signatures.push(reply.signature);
        cosigners.add(key.publicKey.text);
      } else if (reply !== undefined) others.push({ key, reply });
    }
    return { isQuorum: isQuorum(quorum, cosigners), signatures, others };
  };
  let markEnough: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => {
    markEnough = resolve;
  });
  const asked = witnesses.map(async (witness) => {
    replies.set(witness.key, await witness.cosign(submitted, prove));
    if (collected().isQuorum) void grace().then(markEnough);
  });
  const all = Promise.all(asked).then(collected);
  if (collected().isQuorum) void grace().then(markEnough);
  await Promise.race([enough, all]);
  return { ...collected(), all };
}
