import { type Bytes, sameBytes } from './bytes.ts';
import { half, isOdd, nodeHash } from './tree.ts';

/** A proof of a tree of 2^53 entries has no more, so that a wrong one ends. */
const PROOF_HASHES_MAX = 64;

/** Whether the first tree is the beginning of the second (RFC 9162, section 2.1.4.2). */
export async function isConsistent(
  first: { readonly size: number; readonly root: Bytes },
  second: { readonly size: number; readonly root: Bytes },
  proof: readonly Bytes[],
): Promise<boolean> {
  if (first.size < 0 || first.size > second.size || proof.length > PROOF_HASHES_MAX) return false;
  if (first.size === second.size) return proof.length === 0 && sameBytes(first.root, second.root);
  // The empty tree is the beginning of every tree: there is nothing to prove.
  if (first.size === 0) return proof.length === 0;
  let [place, last] = withoutTrailing(first.size - 1, second.size - 1);
  // A first tree that is whole in the second is not sent again.
  const [seed, ...rest] = place === 0 ? [first.root, ...proof] : proof;
  if (seed === undefined) return false;
  let [before, after] = [seed, seed];
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      before = await nodeHash(hash, before);
      after = await nodeHash(hash, after);
      [place, last] = withoutRightEdge(place, last);
    } else after = await nodeHash(after, hash);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && sameBytes(before, first.root) && sameBytes(after, second.root);
}

function withoutTrailing(place: number, last: number): [number, number] {
  return isOdd(place) ? withoutTrailing(half(place), half(last)) : [place, last];
}

/** At the right edge there are levels without a sibling, which no proof has a hash for. */
function withoutRightEdge(place: number, last: number): [number, number] {
  return isOdd(place) || place === 0 ? [place, last] : withoutRightEdge(half(place), half(last));
}
