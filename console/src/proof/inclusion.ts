import { type Bytes, sameBytes, sha256, utf8 } from './bytes.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { half, isOdd, nodeHash, parseDecimal, parseHash } from './tree.ts';

/** A proof that an entry is in the tree of a checkpoint (C2SP tlog-proof). Nothing in it is believed yet. */
export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Bytes[];
  readonly checkpoint: Checkpoint;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** One hash for each level of the largest tree. */
const HASHES_MAX = 63;

export function parseTlogProof(text: string): TlogProof | undefined {
  // The first empty line ends the proof; the checkpoint after it has one of its own.
  const at = text.indexOf('\n\n');
  if (at === -1) return undefined;
  const [first, ...lines] = text.slice(0, at).split('\n');
  if (first !== FIRST_LINE) return undefined;
  if (lines[0]?.startsWith('extra ') === true) lines.shift();
  const index = parseDecimal(/^index (\d+)$/.exec(lines.shift() ?? '')?.[1]);
  const hashes = lines.map(parseHash);
  const checkpoint = parseCheckpoint(text.slice(at + 2));
  if (index === undefined || checkpoint === undefined || hashes.length > HASHES_MAX) return undefined;
  const known = hashes.filter((hash) => hash !== undefined);
  return known.length === hashes.length ? { index, hashes: known, checkpoint } : undefined;
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
    if (isOdd(fn) || fn === sn) {
      hash = await nodeHash(sibling, hash);
      while (!isOdd(fn) && fn !== 0) {
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
