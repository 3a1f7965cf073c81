import { type Bytes, fromBase64 } from './bytes.ts';
import { type Note, parseNote, signedByLog, type VerifierKey } from './signed-note.ts';

/** What a ledger says of itself (C2SP tlog-checkpoint). Nothing in it is believed yet. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  readonly note: Note;
}

const HASH_BYTES = 32;

/** Undefined for what is no checkpoint. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const note = parseNote(text);
  const [origin = '', sizeText = '', rootText = ''] = note?.text.split('\n') ?? [];
  const size = /^(?:0|[1-9]\d{0,15})$/.test(sizeText) ? Number(sizeText) : Number.NaN;
  const root = fromBase64(rootText);
  if (note === undefined || origin === '' || !Number.isSafeInteger(size) || root?.length !== HASH_BYTES)
    return undefined;
  return { origin, size, root, note };
}

/** Whether the log's own key has signed it, under its own name. @throws where the browser has no Ed25519 */
export async function isSignedByItsLog({ origin, note }: Checkpoint, key: VerifierKey): Promise<boolean> {
  return key.kind === 'log' && key.name === origin && (await signedByLog(note, key)) === 'right';
}
