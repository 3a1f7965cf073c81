import { ok, type Result, refuse } from '#domain/result.ts';
import { type CheckpointCode, type CheckpointNote, parseCheckpoint } from './checkpoint.ts';
import { NOTE_BYTES_MAX, type Note, noteText } from './signed-note.ts';
import { decodeDecimal, decodeHash } from './text.ts';
import { PROOF_HASHES_MAX } from './verify-proof.ts';

/** A note, and before it 63 hashes of 45 bytes and a size: well below another 4 KiB. */
export const ADD_CHECKPOINT_BYTES_MAX = NOTE_BYTES_MAX + 4096;

/** What a log asks of a witness (C2SP tlog-witness, add-checkpoint). */
export interface AddCheckpoint {
  /** The size that the log believes the witness to be at. */
  readonly oldSize: number;
  /** From the old size to the checkpoint's. */
  readonly consistency: readonly Buffer[];
  readonly submitted: CheckpointNote;
}

export function addCheckpointText(oldSize: number, consistency: readonly Buffer[], note: Note): string {
  const lines = [`old ${oldSize}`, ...consistency.map((hash) => hash.toString('base64'))];
  return `${lines.join('\n')}\n\n${noteText(note)}`;
}

export function parseAddCheckpoint(text: string): Result<AddCheckpoint, CheckpointCode | 'request-malformed'> {
  const at = text.indexOf('\n\n');
  if (at === -1) return refuse('request-malformed', 'There is no empty line before the checkpoint.');
  const [sizeLine = '', ...lines] = text.slice(0, at).split('\n', PROOF_HASHES_MAX + 2);
  const oldSize = sizeLine.startsWith('old ') ? decodeDecimal(sizeLine.slice('old '.length)) : undefined;
  if (oldSize === undefined) return refuse('request-malformed', 'The first line is not "old" and a tree size.');
  if (lines.length > PROOF_HASHES_MAX) {
    return refuse('request-malformed', `There are more than ${PROOF_HASHES_MAX} consistency proof lines.`);
  }
  const consistency: Buffer[] = [];
  for (const line of lines) {
    const hash = decodeHash(line);
    if (hash === undefined)
      return refuse('request-malformed', `Consistency proof line ${consistency.length + 1} is no hash.`);
    consistency.push(hash);
  }
  const submitted = parseCheckpoint(text.slice(at + 2));
  return submitted.ok ? ok({ oldSize, consistency, submitted: submitted.value }) : submitted;
}
