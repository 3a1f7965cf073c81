import { hash as digestOf } from 'node:crypto';

/** Bytes of a SHA-256. */
export const HASH_BYTES = 32;

/** The place after a record: its sequence and the hash that the next record builds on. */
export interface ChainPosition {
  readonly sequence: number;
  /** 32 bytes. */
  readonly hash: Buffer;
}

/** Where a node's chain begins. The node's id is hashed in, so that one node's log cannot pass for another's. */
export function genesisPosition(node: string): ChainPosition {
  return { sequence: 0, hash: sha256(Buffer.from(`acgs-journal-v1\n${node}`)) };
}

/** A record's hash: SHA-256 over its body, which is the previous hash and then the payload, exactly as stored. */
export function bodyHash(body: Uint8Array): Buffer {
  return sha256(body);
}

function sha256(data: Uint8Array): Buffer {
  return digestOf('sha256', data, 'buffer');
}
