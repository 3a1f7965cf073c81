import { type Bytes, fromBase64, isSigned, joined, sha256, toHex, utf8 } from './bytes.ts';

/** A signed note (C2SP signed-note): a text, and lines of signatures under it. */
export interface Note {
  /** What is signed; ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

interface NoteSignature {
  readonly name: string;
  /** 4 bytes, hex. */
  readonly keyId: string;
  readonly signature: Bytes;
}

/** A log's or a witness's public key with its name (a *vkey*). */
export interface VerifierKey {
  readonly kind: 'log' | 'witness';
  readonly name: string;
  readonly keyId: string;
  readonly publicKey: Bytes;
}

const LINE_START = '\u2014 ';
const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** What a verifier must be able to read, and more than any of ours has. */
const NOTE_LENGTH_MAX = 256 * 1024;
const SIGNATURES_MAX = 64;
const SPACE = 0x20;
const LINE_FEED = 0x0a;

/** Undefined for what is no note. Verifies nothing. */
export function parseNote(note: string): Note | undefined {
  if (note.length > NOTE_LENGTH_MAX || !note.isWellFormed() || hasControls(note)) return undefined;
  // The text may have empty lines of its own: the last one separates.
  const at = note.lastIndexOf('\n\n');
  if (at === -1 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const [name = '', encoded = '', ...rest] = line.startsWith(LINE_START)
      ? line.slice(LINE_START.length).split(' ')
      : [];
    const bytes = fromBase64(encoded);
    if (name === '' || bytes === undefined || bytes.length <= KEY_ID_BYTES || rest.length > 0) return undefined;
    const keyId = toHex(bytes.slice(0, KEY_ID_BYTES));
    if (signatures.some((other) => other.name === name && other.keyId === keyId)) return undefined;
    signatures.push({ name, keyId, signature: bytes.slice(KEY_ID_BYTES) });
  }
  return { text: note.slice(0, at + 1), signatures };
}

/** Undefined for another form, another type, and an id that is not that of name and key. */
export async function parseVerifierKey(text: string): Promise<VerifierKey | undefined> {
  const [, name = '', id = '', encoded = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const material = fromBase64(encoded);
  if (material?.length !== 1 + PUBLIC_KEY_BYTES) return undefined;
  const kind = material[0] === 1 ? 'log' : material[0] === 4 ? 'witness' : undefined;
  const keyId = toHex((await sha256(utf8(`${name}\n`), material)).slice(0, KEY_ID_BYTES));
  if (kind === undefined || keyId !== id) return undefined;
  return { kind, name, keyId, publicKey: material.slice(1) };
}

/** What a note says about one key: `absent`: it does not claim to be signed by it. */
export type Signed = 'absent' | 'wrong' | 'right';

export async function signedByLog(note: Note, key: VerifierKey): Promise<Signed> {
  const line = lineOf(note, key);
  if (line === undefined) return 'absent';
  return (await isSigned(utf8(note.text), line.signature, key.publicKey)) ? 'right' : 'wrong';
}

/** A witness signs the text with the time (C2SP tlog-cosignature). */
export async function cosignedBy(
  note: Note,
  key: VerifierKey,
): Promise<{ readonly signed: Signed; readonly timeSeconds?: number }> {
  const line = lineOf(note, key);
  if (line === undefined) return { signed: 'absent' };
  const { signature } = line;
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return { signed: 'wrong' };
  const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return { signed: 'wrong' };
  const timeSeconds = Number(time);
  const message = joined(utf8(`cosignature/v1\ntime ${timeSeconds}\n`), utf8(note.text));
  const isRight = await isSigned(message, signature.slice(TIME_BYTES), key.publicKey);
  return isRight ? { signed: 'right', timeSeconds } : { signed: 'wrong' };
}

function lineOf(note: Note, key: VerifierKey): NoteSignature | undefined {
  return note.signatures.find(({ name, keyId }) => name === key.name && keyId === key.keyId);
}

/** C0 controls other than the end of a line (C2SP signed-note). */
function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < SPACE && code !== LINE_FEED) return true;
  }
  return false;
}
