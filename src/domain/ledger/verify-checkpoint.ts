import { ok, type Result, refuse } from '#domain/result.ts';
import { type Checkpoint, type CheckpointCode, type CheckpointNote, parseCheckpoint } from './checkpoint.ts';
import { cosignatureTime } from './cosignature.ts';
import { isQuorum, type LedgerPolicy, type Quorum } from './policy.ts';
import { isNoteSignature, type Note, signatureOf } from './signed-note.ts';
import type { KeyName, VerifierKey } from './verifier-key.ts';

export interface Cosigned {
  readonly name: KeyName;
  readonly timeSeconds: number;
}

/** A checkpoint that its log signed and that enough witnesses cosigned. */
export interface VerifiedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
  readonly log: KeyName;
  /** Every known witness whose cosignature is right, whether it was needed or not. */
  readonly cosigned: readonly Cosigned[];
  /**
   * As of when a quorum of witnesses knew of no larger tree, in seconds since 1970; undefined where the policy asks for none. An
   * old checkpoint that is shown again has the old time.
   */
  readonly quorumTimeSeconds: number | undefined;
}

export type VerifyCheckpointCode = CheckpointCode | 'log-unknown' | 'signature-invalid' | 'quorum-missed';

/**
 * Verifies a checkpoint by a policy: signed by a log of the policy under the log's own name, cosigned by a quorum of its
 * witnesses (C2SP tlog-policy). Lines of unknown keys are ignored; a line that claims a known key and is wrong refuses the
 * whole (C2SP signed-note, Signatures).
 */
export function verifyCheckpoint(text: string, policy: LedgerPolicy): Result<VerifiedCheckpoint, VerifyCheckpointCode> {
  const parsed = parseCheckpoint(text);
  if (!parsed.ok) return parsed;
  const { checkpoint, note } = parsed.value;
  const keys = policy.logs.map(({ key }) => key);
  const signed = verifyLogSignature(parsed.value, keys);
  if (!signed.ok) return signed;
  const cosigned: (Cosigned & { readonly key: VerifierKey })[] = [];
  for (const { key } of policy.witnesses) {
    const line = signatureOf(note, key);
    if (line === undefined) continue;
    const timeSeconds = cosignatureTime(note.text, line, key);
    if (timeSeconds === undefined) return refuse('signature-invalid', `The cosignature of ${key.name} is wrong.`);
    cosigned.push({ name: key.name, timeSeconds, key });
  }
  if (!isQuorum(policy.quorum, new Set(cosigned.map(({ key }) => key.publicKey.text)))) {
    const names = cosigned.map(({ name }) => name).join(', ');
    return refuse('quorum-missed', `Not enough witnesses have cosigned: ${names === '' ? 'none' : `only ${names}`}.`);
  }
  return ok({
    checkpoint,
    note,
    log: signed.value.name,
    cosigned: cosigned.map(({ name, timeSeconds }) => ({ name, timeSeconds })),
    quorumTimeSeconds: quorumTime(policy.quorum, cosigned),
  });
}

/** The latest time at or after which a quorum has cosigned. */
function quorumTime(
  quorum: Quorum,
  cosigned: readonly { readonly key: VerifierKey; readonly timeSeconds: number }[],
): number | undefined {
  if (quorum.kind === 'none') return undefined;
  const cosigners = new Set<string>();
  for (const { key, timeSeconds } of cosigned.toSorted((a, b) => b.timeSeconds - a.timeSeconds)) {
    cosigners.add(key.publicKey.text);
    if (isQuorum(quorum, cosigners)) return timeSeconds;
  }
  return undefined;
}

/** Whether one of `keys` signed, under the name that is the checkpoint's origin; all of them that claim to must have. */
export function verifyLogSignature(
  { checkpoint, note }: CheckpointNote,
  keys: readonly VerifierKey[],
): Result<VerifierKey, 'log-unknown' | 'signature-invalid'> {
  const own = keys.filter(({ name }) => name === checkpoint.origin);
  if (own.length === 0) return refuse('log-unknown', `The log ${checkpoint.origin} is not known.`);
  const claimed = own.flatMap((key) => {
    const line = signatureOf(note, key);
    return line === undefined ? [] : [{ key, isRight: isNoteSignature(note.text, line, key) }];
  });
  const [first] = claimed;
  if (first === undefined || !claimed.every(({ isRight }) => isRight)) {
    return refuse(
      'signature-invalid',
      `The checkpoint is not signed by the key of ${checkpoint.origin} that is known.`,
    );
  }
  return ok(first.key);
}
