import type { ChainPosition } from '#domain/journal/chain.ts';
import type { LedgerEntry } from './entry.ts';

/** One record of a node's journal as it arrives. The hash was computed from the record's bytes by whoever took them in. */
export interface ShippedRecord {
  readonly sequence: number;
  readonly previousHash: Buffer;
  readonly hash: Buffer;
}

/** Records of one request: as many as one batch of the ledger takes. */
export const SHIPPED_RECORDS_MAX = 1024;

/** What can be wrong with records that a node ships. Each of these is an incident. Part of the public interface. */
export const ADMIT_CODES = [
  'records-missing', // a gap: the first record is not the one after the last
  'sequence-wrong', // numbers repeated or out of order within one request
  'chain-broken', // a record does not build on the one before it
  'record-different', // a record that the ledger has comes again with other bytes
] as const;
export type AdmitCode = (typeof ADMIT_CODES)[number];

export type Admission =
  /** Everything from the node's position on; what lies before was repeated, and is the same. */
  | { readonly kind: 'fresh'; readonly entries: readonly LedgerEntry[]; readonly position: ChainPosition }
  /** Nothing new. That `last`, and by the chain everything before it, is what the ledger has is still to be seen. */
  | { readonly kind: 'repeated'; readonly last: ShippedRecord }
  | AdmitRefused;

export interface AdmitRefused {
  readonly kind: 'refused';
  readonly code: AdmitCode;
  /** The record concerned. */
  readonly sequence: number;
  readonly what: string;
}

/**
 * Decides what to do with records that a node ships, given the last record of it that the ledger has.
 * @param records at least one
 */
export function admit(node: string, position: ChainPosition, records: readonly ShippedRecord[]): Admission {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a shipment has at least one record');
  const broken = firstBreak(records);
  if (broken !== undefined) return broken;
  if (first.sequence > position.sequence + 1) {
    return refused('records-missing', first.sequence, `the record after ${position.sequence} was expected`);
  }
  const known = records[position.sequence - first.sequence];
  if (known !== undefined && !known.hash.equals(position.hash)) {
    return refused('record-different', known.sequence, 'the ledger has another record at this place');
  }
  if (last.sequence <= position.sequence) return { kind: 'repeated', last };
  if (first.sequence === position.sequence + 1 && !first.previousHash.equals(position.hash)) {
    return refused('chain-broken', first.sequence, 'the record does not build on the last one that the ledger has');
  }
  const entries = records
    .slice(position.sequence + 1 - first.sequence)
    .map(({ sequence, hash }) => ({ node, sequence, hash: hash.toString('hex') }));
  return { kind: 'fresh', entries, position: { sequence: last.sequence, hash: last.hash } };
}

function firstBreak(records: readonly ShippedRecord[]): AdmitRefused | undefined {
  for (const [at, record] of records.entries()) {
    const before = records[at - 1];
    if (before === undefined) continue;
    if (record.sequence !== before.sequence + 1) {
      return refused('sequence-wrong', record.sequence, `it follows record ${before.sequence} in one request`);
    }
    if (!record.previousHash.equals(before.hash)) {
      return refused('chain-broken', record.sequence, 'the record does not build on the one before it');
    }
  }
  return undefined;
}

function refused(code: AdmitCode, sequence: number, what: string): AdmitRefused {
  return { kind: 'refused', code, sequence, what };
}
