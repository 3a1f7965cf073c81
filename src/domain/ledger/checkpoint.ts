import { ok, type Result, refuse } from '#domain/result.ts';
import type { Signer } from '#domain/signature/ed25519.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { type Note, type NoteCode, parseNote, signNote } from './signed-note.ts';
import { decodeDecimal, decodeHash } from './text.ts';
import type { KeyName } from './verifier-key.ts';
import type { TreeHead } from './verify-proof.ts';

/** A log's statement about its tree (C2SP tlog-checkpoint, Note text). */
export interface Checkpoint extends TreeHead {
  /** Says which log; the name of the key that it signs with. */
  readonly origin: string;
  /** Lines that the specification leaves open. ACGS writes none. */
  readonly extensions: readonly string[];
}

export type CheckpointCode = NoteCode | 'checkpoint-malformed';

/** The text that is signed. */
export function checkpointText({ origin, size, root, extensions }: Checkpoint): string {
  return [origin, String(size), root.toString('base64'), ...extensions, ''].join('\n');
}

export function parseCheckpointText(text: string): Result<Checkpoint, 'checkpoint-malformed'> {
  const malformed = (what: string) => refuse('checkpoint-malformed', `The checkpoint ${what}.`);
  if (!text.endsWith('\n')) return malformed('does not end in a newline');
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin === '' || extensions.includes('')) return malformed('has an empty line');
  const size = decodeDecimal(sizeText);
  if (size === undefined) return malformed('has no tree size on its second line');
  const root = decodeHash(rootText);
  if (root === undefined) return malformed('has no root hash on its third line');
  if (size === 0 && !root.equals(EMPTY_ROOT)) return malformed('gives an empty tree a root that it cannot have');
  return ok({ origin, size, root, extensions });
}

/** A checkpoint as it arrives: nothing about its signatures is known yet. */
export interface CheckpointNote {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
}

export function parseCheckpoint(text: string): Result<CheckpointNote, CheckpointCode> {
  const note = parseNote(text);
  if (!note.ok) return note;
  const checkpoint = parseCheckpointText(note.value.text);
  return checkpoint.ok ? ok({ checkpoint: checkpoint.value, note: note.value }) : checkpoint;
}

/** Signs a tree head under the log's name, which is its origin. */
export function signCheckpoint(origin: KeyName, { size, root }: TreeHead, signer: Signer): Note {
  return signNote(checkpointText({ origin, size, root, extensions: [] }), origin, signer);
}
