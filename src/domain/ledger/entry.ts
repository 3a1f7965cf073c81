import type { JournalRecord } from '#domain/journal/journal.ts';
import { NODE_ID_PATTERN } from '#domain/journal/segment.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { leafHash } from './merkle.ts';
import { decodeUtf8 } from './text.ts';

/**
 * One entry of the ledger: which record is at which place of which node's journal. The record itself stays where it is: an
 * entry is public to every auditor and can never be taken back, a record may hold what must one day be shredded.
 */
export type LedgerEntry = Pick<JournalRecord, 'node' | 'sequence' | 'hash'>;

const FORMAT = 'acgs-ledger-entry-v1';

/**
 * The bytes in the tree: RFC 8785 JSON, so that whoever knows node, sequence and hash of a record can make them. Written out here and not by the general function,
 * which takes several times as long for each record: members in their order, strings as JSON.stringify writes them (RFC 8785, section 3.2.2.2).
 */
export function entryBytes({ node, sequence, hash }: LedgerEntry): Buffer {
  const [nodeText, hashText] = [JSON.stringify(node), JSON.stringify(hash)];
  return Buffer.from(`{"format":"${FORMAT}","hash":${hashText},"node":${nodeText},"sequence":${sequence}}`);
}

export function entryLeafHash(entry: LedgerEntry): Buffer {
  return leafHash(entryBytes(entry));
}

/** Refuses everything but the bytes that `entryBytes` makes: one entry has one form. */
export function parseLedgerEntry(bytes: Uint8Array): Result<LedgerEntry, 'ledger-entry-malformed'> {
  const [, hash = '', node = '', sequence = ''] = ENTRY.exec(decodeUtf8(bytes) ?? '') ?? [];
  const entry = { node, sequence: Number(sequence), hash };
  return NODE_ID_PATTERN.test(node) && Number.isSafeInteger(entry.sequence)
    ? ok(entry)
    : refuse('ledger-entry-malformed', 'The bytes are not an entry of the ledger.');
}

/** A node id needs no escapes in JSON, so the canonical form can be matched as it is. */
const ENTRY = new RegExp(
  `^\\{"format":"${FORMAT}","hash":"([0-9a-f]{64})","node":"([^"\\\\]+)","sequence":([1-9]\\d{0,15})\\}$`,
);
