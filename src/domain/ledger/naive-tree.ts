import { EMPTY_ROOT, leafHash, nodeHash } from './merkle.ts';

/**
 * The tree by the letter of RFC 6962, section 2.1: recursive, over all leaves, slow. What the ledger really uses is tested
 * against it.
 */
export function naiveRoot(entries: readonly Uint8Array[]): Buffer {
  const [only] = entries;
  if (only === undefined) return EMPTY_ROOT;
  if (entries.length === 1) return leafHash(only);
  const k = split(entries.length);
  return nodeHash(naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k)));
}

/** PATH(m, D[n]), section 2.1.1. */
export function naiveInclusion(index: number, entries: readonly Uint8Array[]): readonly Buffer[] {
  if (entries.length === 1) return [];
  const k = split(entries.length);
  const left = entries.slice(0, k);
  const right = entries.slice(k);
  return index < k
    ? [...naiveInclusion(index, left), naiveRoot(right)]
    : [...naiveInclusion(index - k, right), naiveRoot(left)];
}

/** PROOF(m, D[n]), section 2.1.2; `oldSize` at least 1. */
export function naiveConsistency(oldSize: number, entries: readonly Uint8Array[], isWhole = true): readonly Buffer[] {
  if (oldSize === entries.length) return isWhole ? [] : [naiveRoot(entries)];
  const k = split(entries.length);
  const left = entries.slice(0, k);
  const right = entries.slice(k);
  return oldSize <= k
    ? [...naiveConsistency(oldSize, left, isWhole), naiveRoot(right)]
    : [...naiveConsistency(oldSize - k, right, false), naiveRoot(left)];
}

function split(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}
