import { type Bytes, concat, fromBase64, fromUtf8, isEqual, sha256, toHex } from './bytes.ts';

/** Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature), read and checked by the browser itself. */

export interface VerifierKey {
  readonly kind: 'log' | 'witness';
  readonly name: string;
  /** 4 bytes, hex. */
  readonly id: string;
  /** Ed25519: 32 bytes. */
  readonly publicKey: Bytes;
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Bytes;
}

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  /** What is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const TYPE_OF_KIND = { log: 1, witness: 4 } as const;
const KEY_ID_BYTES = 4;
const KEY_BYTES = 32;
const HASH_BYTES = 32;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** A *vkey*: `<name>+<id>+<base64 of type and public key>`; undefined for another form, and for an id that is not the key's. */
export async function parseVerifierKey(text: string): Promise<VerifierKey | undefined> {
  const [, name = '', id = '', encoded = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  const material = fromBase64(encoded);
  if (material?.length !== KEY_BYTES + 1) return undefined;
  const kind = material[0] === TYPE_OF_KIND.log ? 'log' : material[0] === TYPE_OF_KIND.witness ? 'witness' : undefined;
  const digest = await sha256(concat(fromUtf8(`${name}\n`), material));
  if (kind === undefined || toHex(digest.slice(0, KEY_ID_BYTES)) !== id) return undefined;
  return { kind, name, id, publicKey: material.slice(1) };
}

/** Undefined for what is no checkpoint. Nothing about its signatures is known yet. */
export function parseCheckpoint(note: string): Checkpoint | undefined {
  const at = note.lastIndexOf('\n\n');
  if (at === -1 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, at + 1);
  const [origin = '', sizeText = '', rootText = ''] = text.split('\n');
  const root = fromBase64(rootText);
  const size = /^(?:0|[1-9]\d{0,15})$/.test(sizeText) ? Number(sizeText) : Number.NaN;
  if (origin === '' || !Number.isSafeInteger(size) || root?.length !== HASH_BYTES) return undefined;
  const lines = note.slice(at + 2, -1).split('\n');
  const signatures = lines.map(parseSignatureLine);
  if (signatures.some((one) => one === undefined)) return undefined;
  return { origin, size, root, text, signatures: signatures.filter((one) => one !== undefined) };
}

/** Whether the log's own key has signed it, under its own name. */
export async function isSignedByLog(checkpoint: Checkpoint, key: VerifierKey): Promise<boolean> {
  const found = signatureOf(checkpoint, key);
  if (key.kind !== 'log' || key.name !== checkpoint.origin || found?.signature.length !== SIGNATURE_BYTES) return false;
  return isSignature(key, found.signature, fromUtf8(checkpoint.text));
}

/** When a witness cosigned it, in seconds since 1970; undefined where it has not, or wrongly. */
export async function cosignedSeconds(checkpoint: Checkpoint, key: VerifierKey): Promise<number | undefined> {
  const { signature } = signatureOf(checkpoint, key) ?? {};
  if (key.kind !== 'witness' || signature?.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const seconds = new DataView(signature.buffer).getBigUint64(signature.byteOffset);
  if (seconds > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  const message = fromUtf8(`cosignature/v1\ntime ${seconds}\n${checkpoint.text}`);
  return (await isSignature(key, signature.slice(TIME_BYTES), message)) ? Number(seconds) : undefined;
}

/** @throws where the browser has no Ed25519: it can then check nothing, and must not say that it did */
async function isSignature({ publicKey }: VerifierKey, signature: Bytes, message: Bytes): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, message);
}

function signatureOf(checkpoint: Checkpoint, key: VerifierKey): NoteSignature | undefined {
  return checkpoint.signatures.find(({ name, keyId }) => name === key.name && keyId === key.id);
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name = '', encoded = ''] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return { name, keyId: toHex(bytes.slice(0, KEY_ID_BYTES)), signature: bytes.slice(KEY_ID_BYTES) };
}

/** Whether two checkpoints say the same of the tree. */
export function isSameTree(a: Pick<Checkpoint, 'size' | 'root'>, b: Pick<Checkpoint, 'size' | 'root'>): boolean {
  return a.size === b.size && isEqual(a.root, b.root);
}
