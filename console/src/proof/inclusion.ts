import { type Bytes, fromBase64, sameBytes, sha256, utf8 } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Note, parseNote } from './signed-note.ts';

/** A proof that an entry is in the tree of a checkpoint (C2SP tlog-proof). Nothing in it is believed yet. */
export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Bytes[];
  readonly checkpoint: {
    readonly origin: string;
    readonly size: number;
    readonly root: Bytes;
    readonly note: Note;
  };
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** One hash for each level of the largest tree. */
const HASHES_MAX = 63;
const HASH_BYTES = 32;

export function parseTlogProof(text: string): TlogProof | undefined {
  // The first empty line ends the proof; the checkpoint after it has one of its own.
  const at = text.indexOf('\n\n');
  if (at === -1) return undefined;
  const [first, ...lines] = text.slice(0, at).split('\n');
  if (first !== FIRST_LINE) return undefined;
  if (lines[0]?.startsWith('extra ') === true) lines.shift();
  const index = decimal(/^index (\d+)$/.exec(lines.shift() ?? '')?.[1]);
  const hashes = lines.map(hashOf);
  const note = parseNote(text.slice(at + 2));
  if (index === undefined || note === undefined || hashes.length > HASHES_MAX) return undefined;
  const known = hashes.filter((hash) => hash !== undefined);
  const [origin = '', sizeText, rootText = '', ...extensions] = note.text.slice(0, -1).split('\n');
  const size = decimal(sizeText);
  const root = hashOf(rootText);
  if (known.length !== hashes.length || origin === '' || extensions.includes('')) return undefined;
  if (size === undefined || root === undefined) return undefined;
  return { index, hashes: known, checkpoint: { origin, size, root, note } };
}

function hashOf(text: string): Bytes | undefined {
  const bytes = fromBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

function decimal(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The leaf of a record: it says which record is at which place of which journal, in its one form. */
export async function leafOf(place: {
  readonly node: string;
  readonly sequence: number;
  readonly hash: string;
}): Promise<Bytes> {
  const { node, sequence, hash } = place;
  const entry = canonicalJson({ format: 'acgs-ledger-entry-v1', hash, node, sequence });
  return sha256(Uint8Array.of(0), utf8(entry));
}

/** Whether the leaf is at `index` of the tree (RFC 9162, section 2.1.3.2). */
export async function isIncluded(leaf: Bytes, { index, hashes, checkpoint }: TlogProof): Promise<boolean> {
  if (index >= checkpoint.size) return false;
  let fn = index;
  let sn = checkpoint.size - 1;
  let hash = leaf;
  for (const sibling of hashes) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = await nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && sameBytes(hash, checkpoint.root);
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(Uint8Array.of(1), left, right);
}

/** Sizes are beyond 32 bits, so `>> 1` would not do. */
function half(value: number): number {
  return Math.floor(value / 2);
}
