import { never } from '#domain/result.ts';
import type { JournalEntry } from './journal.ts';

/** When what an entry tells of was, in Unix milliseconds, by the node's clock. Rises with the sequence unless the clock was set back. */
export function entryTimeMs(entry: JournalEntry): number {
  switch (entry.kind) {
    case 'node-started':
    case 'order-taken':
    case 'detail-shredded':
    case 'detail-disclosed':
      return entry.timeMs;
    case 'decision':
      return entry.decision.timeMs;
    case 'outcome':
      return entry.outcome.timeMs;
    case 'approval':
      return entry.approval.timeMs;
    case 'identity':
    case 'standing-grant':
    case 'roll-out':
      return entry.event.timeMs;
    case 'amendment':
      return entry.event.at.timeMs;
    default:
      return never(entry);
  }
}
