import { nodeHash } from './merkle.ts';

/** Hashes in a proof: one for each level of the largest tree; the limit of C2SP tlog-witness. */
export const PROOF_HASHES_MAX = 63;

export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** Whether `leaf`, a leaf hash, is leaf `index` of the tree (RFC 9162, section 2.1.3.2). */
export function isIncluded(leaf: Buffer, index: number, proof: readonly Buffer[], tree: TreeHead): boolean {
  if (index < 0 || index >= tree.size) return false;
  let fn = index;
  let sn = tree.size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && hash.equals(tree.root);
}

/** Whether the old tree is the beginning of the new one (RFC 9162, section 2.1.4.2). */
export function isConsistent(old: TreeHead, tree: TreeHead, proof: readonly Buffer[]): boolean {
  if (old.size > tree.size) return false;
  if (old.size === tree.size) return proof.length === 0 && old.root.equals(tree.root);
  if (old.size === 0) return proof.length === 0;
  // An old tree that is a perfect subtree is not in the proof: its root is known.
  const path = isPowerOfTwo(old.size) ? [old.root, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined || proof.length === 0) return false;
  let fn = old.size - 1;
  let sn = tree.size - 1;
  while (fn % 2 === 1) {
    fn = half(fn);
    sn = half(sn);
  }
  let oldRoot = first;
  let root = first;
  for (const hash of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      oldRoot = nodeHash(hash, oldRoot);
      root = nodeHash(hash, root);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      root = nodeHash(root, hash);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && oldRoot.equals(old.root) && root.equals(tree.root);
}

/** Sizes are beyond 32 bits, so `>> 1` would not do. */
function half(value: number): number {
  return Math.floor(value / 2);
}

/** Not by log2: it rounds what is one below a large power up to it. */
function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}
