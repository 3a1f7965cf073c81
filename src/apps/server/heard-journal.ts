import type { Journal, JournalEntry } from '#domain/journal/journal.ts';

/** The journal, with somebody who hears of every entry once it is durable, whichever service wrote it. */
export function heardJournal<Kept extends Journal & { readonly directory: string }>(
  journal: Kept,
  hear: (entry: JournalEntry) => void,
): Journal & Pick<Kept, 'directory'> {
  return {
    directory: journal.directory,
    node: journal.node,
    head: () => journal.head(),
    read: (from) => journal.read(from),
    close: () => journal.close(),
    get writable() {
      return journal.writable;
    },
    async append(entry) {
      const written = await journal.append(entry);
      hear(written.entry);
      return written;
    },
    async appendAll(entries) {
      const count = await journal.appendAll(entries);
      for (const entry of entries.slice(0, count)) hear(entry);
      return count;
    },
  };
}
