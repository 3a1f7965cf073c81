import { ok, type Result, refuse } from '#domain/result.ts';
import { isSignedBy, SIGNATURE_BYTES, type Signer } from '#domain/signature/ed25519.ts';
import { decodeBase64 } from './text.ts';
import { type KeyName, parseKeyName, type VerifierKey, verifierKey } from './verifier-key.ts';

/** Room for 16 post-quantum signatures of 5 kB, which a verifier must be able to read (C2SP signed-note, Format). */
export const NOTE_BYTES_MAX = 256 * 1024;

/** More signers than any note of ours has; the specification demands 16. */
export const NOTE_SIGNATURES_MAX = 64;

/** One signature line; whose it is and whether it is right is another question. */
export interface NoteSignature {
  readonly name: KeyName;
  /** 4 bytes, hex. */
  readonly keyId: string;
  readonly signature: Buffer;
}

export interface Note {
  /** What is signed; ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export type NoteCode = 'note-too-large' | 'note-malformed' | 'signature-repeated';

const LINE_START = '\u2014 ';
const KEY_ID_BYTES = 4;

/** Reads a signed note (C2SP signed-note, Format) and verifies nothing. */
export function parseNote(note: string): Result<Note, NoteCode> {
  if (Buffer.byteLength(note) > NOTE_BYTES_MAX) {
    return refuse('note-too-large', `The note has more than ${NOTE_BYTES_MAX} bytes.`);
  }
  if (!note.isWellFormed() || hasControlCharacter(note)) {
    return refuse('note-malformed', 'The note is not plain text: UTF-8 without control characters.');
  }
  // The text may have empty lines of its own: the last one separates.
  const at = note.lastIndexOf('\n\n');
  if (at === -1) return refuse('note-malformed', 'The note has no empty line between text and signatures.');
  const signatures = parseSignatureLines(note.slice(at + 2));
  return signatures.ok ? ok({ text: note.slice(0, at + 1), signatures: signatures.value }) : signatures;
}

/** Reads signature lines alone: the end of a note, or what a witness answers. */
export function parseSignatureLines(text: string): Result<readonly NoteSignature[], NoteCode> {
  if (!text.endsWith('\n')) return refuse('note-malformed', 'The last signature line does not end.');
  const lines = text.slice(0, -1).split('\n', NOTE_SIGNATURES_MAX + 1);
  if (lines.length > NOTE_SIGNATURES_MAX) {
    return refuse('note-too-large', `The note has more than ${NOTE_SIGNATURES_MAX} signatures.`);
  }
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignatureLine(line);
    if (signature === undefined)
      return refuse('note-malformed', `Signature line ${signatures.length + 1} is malformed.`);
    if (signatures.some((other) => other.name === signature.name && other.keyId === signature.keyId)) {
      return refuse('signature-repeated', `${signature.name} has signed twice with one key.`);
    }
    signatures.push(signature);
  }
  return ok(signatures);
}

export function signatureLine({ name, keyId, signature }: NoteSignature): string {
  return `${LINE_START}${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), signature]).toString('base64')}\n`;
}

export function noteText({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(signatureLine).join('')}`;
}

/** Signs a text as a log does: Ed25519 over the text itself (C2SP signed-note, Ed25519 signatures). */
export function signNote(text: string, name: KeyName, signer: Signer): Note {
  const { id } = verifierKey('log', name, signer.publicKey);
  return { text, signatures: [{ name, keyId: id, signature: Buffer.from(signer.sign(Buffer.from(text))) }] };
}

/** The line that claims to be of this key, if there is one. */
export function signatureOf(note: Note, key: VerifierKey): NoteSignature | undefined {
  return note.signatures.find(({ name, keyId }) => name === key.name && keyId === key.id);
}

/** Whether a log's key signed the text. */
export function isNoteSignature(text: string, { signature }: NoteSignature, key: VerifierKey): boolean {
  return (
    key.kind === 'log' &&
    signature.length === SIGNATURE_BYTES &&
    isSignedBy(Buffer.from(text), signature, key.publicKey)
  );
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  if (!line.startsWith(LINE_START)) return undefined;
  const [nameText = '', encoded = '', ...rest] = line.slice(LINE_START.length).split(' ');
  const name = parseKeyName(nameText);
  const bytes = decodeBase64(encoded);
  if (!name.ok || bytes === undefined || bytes.length <= KEY_ID_BYTES || rest.length > 0) return undefined;
  return {
    name: name.value,
    keyId: bytes.subarray(0, KEY_ID_BYTES).toString('hex'),
    signature: bytes.subarray(KEY_ID_BYTES),
  };
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x0a) return true;
  }
  return false;
}
