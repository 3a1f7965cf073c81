import { setPriority } from 'node:os';
import { createIndexHost } from './host.ts';
import type { IndexProcessInput } from './protocol.ts';

/** The process of the search index, started by `search-index.ts` only. It ends with its parent, however that ends. */

/**
 * Searching waits for deciding: where both want the same core, the index and its database (which inherits this) get a tenth
 * of it. Lower still, and a busy machine would never finish their start.
 */
const NICENESS = 10;

if (process.send === undefined) throw new Error('this is a part of acgs and is started by it');
setPriority(NICENESS);
const host = createIndexHost(
  (message) => {
    // Nobody listens any more once the channel is closed, and the process is about to end.
    if (process.connected) process.send?.(message);
  },
  () => process.exit(0),
);
process.on('message', (message) => host.receive(message as IndexProcessInput)); // our own server at the other end
process.on('disconnect', () => process.exit(0));
// The terminal sends this to every process of its group; the parent decides when the index ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => host.receive({ kind: 'stop' }));
