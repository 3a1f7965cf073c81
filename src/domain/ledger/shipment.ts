import { decodeFrame } from '#domain/journal/frame.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { SHIPPED_RECORDS_MAX, type ShippedRecord } from './admit.ts';

/**
 * The records in a request: frames of a journal (`#domain/journal/frame.ts`), one after the other. Every record's checksum and hash
 * are computed from its bytes here, so that the ledger takes no node's word for them. What a record says is not looked at.
 */
export function parseShipment(bytes: Buffer): Result<readonly ShippedRecord[], 'frames-malformed'> {
  const malformed = (what: string) =>
    refuse('frames-malformed', `Record ${records.length + 1} of the request ${what}.`);
  const records: ShippedRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (records.length === SHIPPED_RECORDS_MAX) return malformed(`is one more than ${SHIPPED_RECORDS_MAX}`);
    const decoded = decodeFrame(bytes, at);
    switch (decoded.kind) {
      case 'short':
        return malformed('is cut short');
      case 'damaged':
        return malformed(`is damaged: its ${decoded.part}`);
      case 'frame': {
        const { sequence, previousHash, hash, end } = decoded.frame;
        records.push({ sequence, previousHash, hash });
        at = end;
      }
    }
  }
  return ok(records);
}
