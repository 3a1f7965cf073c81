import { setPriority } from 'node:os';
import { createLedgerHost } from './host.ts';
import type { LedgerProcessInput } from './protocol.ts';

/** The process of the ledger, started by `ledger.ts` only. It ends with its parent, however that ends. */

/** The ledger waits for deciding where both want the same core, and goes before the search index: it is evidence. */
const NICENESS = 5;

if (process.send === undefined) throw new Error('this is a part of acgs and is started by it');
setPriority(NICENESS);
const host = createLedgerHost(
  (message) => {
    // Nobody listens any more once the channel is closed, and the process is about to end.
    if (process.connected) process.send?.(message);
  },
  () => process.exit(0),
);
process.on('message', (message) => host.receive(message as LedgerProcessInput)); // our own server at the other end
process.on('disconnect', () => process.exit(0));
// The terminal sends this to every process of its group; the parent decides when the ledger ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => host.receive({ kind: 'stop' }));
