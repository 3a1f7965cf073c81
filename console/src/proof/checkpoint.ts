import type { Bytes } from './bytes.ts';
import { type Note, parseNote, signedByLog, type VerifierKey } from './signed-note.ts';
import { parseDecimal, parseHash } from './tree.ts';

/** What a ledger says of itself (C2SP tlog-checkpoint). Nothing in it is believed yet. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  readonly note: Note;
}

/** Undefined for what is no checkpoint. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const note = parseNote(text);
  if (note === undefined) return undefined;
  const [origin = '', sizeText, rootText = '', ...extensions] = note.text.slice(0, -1).split('\n');
  const size = parseDecimal(sizeText);
  const root = parseHash(rootText);
  if (origin === '' || size === undefined || root === undefined || extensions.includes('')) return undefined;
  return { origin, size, root, note };
}

/** Whether the log's own key has signed it, under its own name. @throws where the browser has no Ed25519 */
export async function isSignedByItsLog({ origin, note }: Checkpoint, key: VerifierKey): Promise<boolean> {
  return key.kind === 'log' && key.name === origin && (await signedByLog(note, key)) === 'right';
}
