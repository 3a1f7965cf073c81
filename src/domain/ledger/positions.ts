import { type ChainPosition, HASH_BYTES } from '#domain/journal/chain.ts';
import { NODE_ID_PATTERN } from '#domain/journal/segment.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { LedgerEntry } from './entry.ts';
import { decodeDecimal } from './text.ts';

/** The last record of each node that is in the ledger. */
export type NodePositions = ReadonlyMap<string, ChainPosition>;

/**
 * Every so many entries the positions of all nodes are stored, so that an entry is found by node and sequence with a binary
 * search, and a sequencer that starts reads 16 bundles instead of all. They follow from the entries, and fsck recomputes them.
 */
export const POSITIONS_EVERY = 4096;

const FORMAT = 'acgs-ledger-positions-v1';

/** @param size a multiple of `POSITIONS_EVERY` */
export function positionsPath(size: number): string {
  return `positions/${String(size).padStart(16, '0')}`;
}

/** Lines sorted by node, so that the same positions have the same bytes. */
export function encodePositions(size: number, positions: NodePositions): Buffer {
  const lines = [...positions]
    .map(([node, { sequence, hash }]) => `${node} ${sequence} ${hash.toString('hex')}\n`)
    .toSorted();
  return Buffer.from(`${FORMAT} ${size}\n${lines.join('')}`);
}

export function parsePositions(bytes: Buffer, size: number): Result<Map<string, ChainPosition>, 'positions-malformed'> {
  const malformed = (what: string) => refuse('positions-malformed', `The positions at ${size} ${what}.`);
  const [head, ...lines] = bytes.toString('latin1').split('\n');
  if (head !== `${FORMAT} ${size}`) return malformed('have another head');
  if (lines.pop() !== '') return malformed('are cut short');
  const positions = new Map<string, ChainPosition>();
  for (const line of lines) {
    const [node = '', sequenceText = '', hashText = ''] = line.split(' ');
    const sequence = decodeDecimal(sequenceText);
    const hash = Buffer.from(hashText, 'hex');
    if (!NODE_ID_PATTERN.test(node) || sequence === undefined || hash.length !== HASH_BYTES) {
      return malformed(`have a line that is none: ${positions.size + 1}`);
    }
    positions.set(node, { sequence, hash });
  }
  return ok(positions);
}

/** Takes one more entry into account. */
export function advance(positions: Map<string, ChainPosition>, { node, sequence, hash }: LedgerEntry): void {
  positions.set(node, { sequence, hash: Buffer.from(hash, 'hex') });
}
