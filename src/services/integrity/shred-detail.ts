import type { ShredSelection } from '#domain/detail/detail-key.ts';
import type { DetailStore, Shredding } from '#domain/detail/detail-store.ts';
import type { Journal } from '#domain/journal/journal.ts';

export type ShredDetail = (selection: ShredSelection, by: string) => Promise<Shredding>;

/**
 * Destroys the data keys of what was redacted, and says so in the journal first. The order, so that a crash at any point leaves
 * neither a key that was ordered to go nor a destruction that nobody recorded:
 *
 *   intent on disk ──▶ journal record ──▶ keys destroyed ──▶ intent removed
 *
 * A server that finds an intent when it starts goes on from the record, which may then stand there twice; it says the same.
 * @throws {DetailUnavailable} {JournalUnavailable}
 */
export function createShredDetail(deps: {
  readonly store: DetailStore;
  readonly journal: Pick<Journal, 'append'>;
  readonly nowMs: () => number;
}): { readonly shred: ShredDetail; readonly resume: () => Promise<void> } {
  const { store, journal, nowMs } = deps;
  let last: Promise<unknown> = Promise.resolve();

  return {
    /** One after the other: there is one intent. */
    shred(selection, by) {
      const shredding = last.then(() => start(selection, by));
      last = shredding.catch(() => undefined);
      return shredding;
    },
    async resume() {
      const shredding = await store.unfinished();
      if (shredding !== undefined) await finish(shredding);
    },
  };

  async function start(selection: ShredSelection, by: string): Promise<Shredding> {
    await store.settled();
    const shredding = { selection, keys: await store.keys(selection), by };
    await store.intend(shredding);
    await finish(shredding);
    return shredding;
  }

  async function finish(shredding: Shredding): Promise<void> {
    await journal.append({ kind: 'detail-shredded', timeMs: nowMs(), shredding });
    await store.destroyIntended();
  }
}
