import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import { encodeFrame } from '#domain/journal/frame.ts';
import {
  type Journal,
  type JournalEntry,
  type JournalRecord,
  JournalUnavailable,
  type WrittenRecord,
} from '#domain/journal/journal.ts';

/** A journal that forgets: for tests, and for `acgs decide` without a server. The same chain as on disk, nothing durable. */
export interface MemoryJournal extends Journal {
  /** Makes the disk fail from now on, or work again. */
  setWritable(writable: boolean): void;
}

export function createMemoryJournal(node: string): MemoryJournal {
  const records: JournalRecord[] = [];
  let position: ChainPosition = genesisPosition(node);
  let writable = true;
  let closed = false;
  function put(entry: JournalEntry): WrittenRecord {
    if (closed) throw new JournalUnavailable('the journal is closed');
    if (!writable) throw new JournalUnavailable('the record could not be put on stable storage');
    const json = written(entry);
    position = encoded(position, json);
    const record = { node, sequence: position.sequence, hash: position.hash.toString('hex') };
    // A copy, as a disk would give: what the caller changes later does not change the record.
    records.push({ ...record, entry: structuredClone(entry) });
    return { ...record, entry, json };
  }

  return {
    node,
    append: async (entry) => put(entry),
    async appendAll(entries) {
      const before = position.sequence;
      try {
        for (const entry of entries) put(entry);
      } catch (error) {
        if (!(error instanceof JournalUnavailable)) throw error;
      }
      return position.sequence - before;
    },
    head: () => ({ sequence: position.sequence, hash: position.hash.toString('hex') }),
    read(fromSequence) {
      const found = records.slice(Math.max(0, fromSequence - 1));
      return (async function* () {
        yield* found;
      })();
    },
    get writable() {
      return writable && !closed;
    },
    setWritable(next) {
      writable = next;
    },
    async close() {
      closed = true;
    },
  };
}

function written(entry: JournalEntry): string {
  try {
    return JSON.stringify(entry);
  } catch (cause) {
    throw new JournalUnavailable('the record cannot be encoded', { cause });
  }
}

function encoded(previous: ChainPosition, json: string): ChainPosition {
  try {
    return encodeFrame(previous, json).position;
  } catch (cause) {
    throw new JournalUnavailable('the record cannot be encoded', { cause });
  }
}
