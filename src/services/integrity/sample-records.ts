import { bodyHash, type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import type { ShippedRecord } from '#domain/ledger/admit.ts';

/** For tests and measurements: the next record of a journal, as it is shipped. `text` tells journals of one node apart. */
export function recordAfter(position: ChainPosition, text = ''): ShippedRecord {
  const sequence = position.sequence + 1;
  const hash = bodyHash(Buffer.concat([position.hash, Buffer.from(`${text}${sequence}`)]));
  return { sequence, previousHash: position.hash, hash };
}

/** The first records of a node's journal. */
export function someRecords(node: string, count: number, text = ''): readonly ShippedRecord[] {
  const records: ShippedRecord[] = [];
  for (let at = 0; at < count; at += 1) records.push(recordAfter(records.at(-1) ?? genesisPosition(node), text));
  return records;
}
