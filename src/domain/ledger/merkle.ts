import { hash as digestOf } from 'node:crypto';

/** Bytes of a SHA-256, the hash of the whole tree (RFC 6962, section 2.1). */
export const HASH_BYTES = 32;

/** The root of a tree without leaves: the hash of nothing. */
export const EMPTY_ROOT: Buffer = digestOf('sha256', Buffer.alloc(0), 'buffer');

/** What precedes a leaf's data and a node's children, so that no leaf can be taken for a node. */
const LEAF_PREFIX = Buffer.from([0x00]);
const NODE_PREFIX = 0x01;

/** MTH({d}): the hash of an entry as it stands in the tree (RFC 6962, section 2.1). */
export function leafHash(data: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF_PREFIX, data]));
}

// Hashing is synchronous and copies its input, so one buffer serves every call: an allocation a node is a third of the cost.
const children = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);

/** The hash of a node over its two children (RFC 6962, section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  children.set(left, 1);
  children.set(right, 1 + HASH_BYTES);
  return sha256(children);
}

/**
 * By way of a string (`binary` is Node's other name for latin1): what Node gives as a buffer has memory of its own, which the garbage collector has to follow for as long as it lives. This shares
 * Node's pool with others and takes less than half of the processor time (the growth of `npm run bench:ledger` is most of all hashes). Whoever keeps few of many for long copies them (`integrate`).
 */
function sha256(data: Uint8Array): Buffer {
  return Buffer.from(digestOf('sha256', data, 'binary'), 'latin1');
}

/**
 * The root over `hashes`, the roots of equally large perfect subtrees side by side, followed by `rest`, the root over the
 * fewer leaves to their right. RFC 6962 splits at the largest power of two below the size, so the root is the perfect
 * subtrees, largest first, folded from the right.
 * @param hashes at least one, unless there is a rest
 */
export function rootOver(hashes: readonly Buffer[], rest?: Buffer): Buffer {
  let root = rest;
  let end = hashes.length;
  for (let count = 1; end > 0; count *= 2) {
    if (Math.floor(end / count) % 2 === 0) continue;
    const left = perfectRoot(hashes, end - count, count);
    root = root === undefined ? left : nodeHash(left, root);
    end -= count;
  }
  if (root === undefined) throw new RangeError('a root needs at least one hash');
  return root;
}

/** @param count a power of two */
function perfectRoot(hashes: readonly Buffer[], start: number, count: number): Buffer {
  if (count === 1) {
    const hash = hashes[start];
    if (hash === undefined) throw new RangeError(`there is no hash ${start} among ${hashes.length}`);
    return hash;
  }
  const half = count / 2;
  return nodeHash(perfectRoot(hashes, start, half), perfectRoot(hashes, start + half, half));
}
