import { LedgerConflict, type LedgerStore, LedgerUnavailable } from '#domain/ledger/store.ts';

/** A ledger's storage that forgets: for tests. Passes the contract that disks and object stores pass. */
export interface MemoryLedgerStore extends LedgerStore {
  /** Every write fails from now on, or works again; `late` writes fail and come about all the same. */
  setOutage(outage: 'none' | 'lost' | 'late'): void;
}

export function createMemoryLedgerStore(): MemoryLedgerStore {
  const objects = new Map<string, Buffer>();
  let outage: 'none' | 'lost' | 'late' = 'none';
  const write = <T>(act: () => T): T => {
    if (outage === 'lost') throw new LedgerUnavailable('the storage is down');
    const result = act();
    if (outage === 'late') throw new LedgerUnavailable('the storage did not answer');
    return result;
  };
  // Copies on the way in and out, as a disk would make: what the caller changes later changes nothing here.
  const put = (path: string, bytes: Buffer): void => {
    objects.set(path, Buffer.from(bytes));
  };
  return {
    async read(path) {
      const bytes = objects.get(path);
      return bytes === undefined ? undefined : Buffer.from(bytes);
    },
    list: async (prefix) => [...objects.keys()].filter((path) => path.startsWith(prefix)).toSorted(),
    create: async ({ path, bytes }) =>
      write(() => {
        if (objects.has(path)) return false;
        put(path, bytes);
        return true;
      }),
    async ensure(wanted) {
      write(() => {
        for (const { path, bytes } of wanted) {
          const there = objects.get(path);
          if (there !== undefined && !there.equals(bytes))
            throw new LedgerConflict(`${path} is there with other bytes`);
          put(path, bytes);
        }
      });
    },
    replace: async ({ path, bytes }, expected) =>
      write(() => {
        const there = objects.get(path);
        const isExpected = expected === undefined ? there === undefined : there?.equals(expected) === true;
        if (isExpected) put(path, bytes);
        return isExpected;
      }),
    async remove(paths) {
      write(() => {
        for (const path of paths) objects.delete(path);
      });
    },
    setOutage(next) {
      outage = next;
    },
  };
}
