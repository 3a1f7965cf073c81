import { join } from 'node:path';
import { readSnapshot, writeSnapshot } from '#adapters/directory-file/snapshot.ts';
import { createDirectory, type DirectoryFold } from '#domain/identity/directory.ts';
import type { JournalReader } from '#domain/journal/journal.ts';

/** Records after which the directory is written down again: what a start reads at most, beside what came since the last look. */
const SNAPSHOT_RECORDS = 20_000;
const SNAPSHOT_LOOK_MS = 60_000;

export interface RecalledDirectory {
  readonly directory: DirectoryFold;
  close(): Promise<void>;
}

/**
 * The directory, folded from every identity event of the journal. It reads on from the last snapshot where the journal still has
 * the very record that the snapshot was made after; otherwise from the first record.
 */
export async function recallDirectory(home: string, journal: JournalReader): Promise<RecalledDirectory> {
  const path = join(home, 'directory.json');
  const directory = createDirectory();
  let at = 0;
  const snapshot = await readSnapshot(path);
  if (snapshot !== undefined && (await isOf(journal, snapshot))) {
    directory.reset(snapshot.state);
    at = snapshot.sequence;
  }
  let written = at;
  for await (const { sequence, entry } of journal.read(at + 1)) {
    if (entry.kind === 'identity') directory.apply(entry.event);
    at = sequence;
  }

  /** Between the head and the state nothing is awaited, so both are of one moment. */
  async function save(): Promise<void> {
    const { sequence, hash } = journal.head();
    if (sequence === written) return;
    const state = directory.state();
    written = sequence;
    await writeSnapshot(path, { node: journal.node, sequence, hash, state });
  }

  if (at - written >= SNAPSHOT_RECORDS) await save();
  const timer = setInterval(() => {
    // What could not be written costs the next start some time, and nothing else.
    if (journal.head().sequence - written >= SNAPSHOT_RECORDS) save().catch(() => undefined);
  }, SNAPSHOT_LOOK_MS);
  timer.unref();
  return {
    directory,
    async close() {
      clearInterval(timer);
      await save();
    },
  };
}

async function isOf(
  journal: JournalReader,
  { node, sequence, hash }: { readonly node: string; readonly sequence: number; readonly hash: string },
): Promise<boolean> {
  if (node !== journal.node || sequence > journal.head().sequence) return false;
  if (sequence === 0) return true;
  for await (const record of journal.read(sequence)) return record.hash === hash;
  return false;
}
