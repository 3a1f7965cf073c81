import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { recover } from '#domain/journal/recover.ts';
import { checkLedger } from '#domain/ledger/check.ts';
import { type Files, type JournalFiles, POLICY, type World } from './world.ts';

interface PlacedRecord {
  readonly sequence: number;
  readonly hash: string;
}

/**
 * What the product finds first, or undefined: each journal by the recovery that a node starts with and `acgs journal verify`
 * runs, then the ledger by the check that `acgs ledger fsck` runs.
 */
export async function firstFinding(files: Files, known: World['known']): Promise<string | undefined> {
  const journals = new Map<string, AsyncIterable<PlacedRecord>>();
  for (const [node, journal] of files.journals) {
    const records = await readJournal(node, journal);
    if (typeof records === 'string') return records;
    journals.set(node, inTurn(records));
  }
  const { objects } = files;
  const store = {
    read: async (path: string) => objects.get(path),
    list: async (prefix: string) => [...objects.keys()].filter((path) => path.startsWith(prefix)).toSorted(),
  };
  const checked = await checkLedger({ store, policy: POLICY, known, journals });
  return checked.kind === 'sound' ? undefined : `${checked.finding.code} in ${checked.finding.where}`;
}

async function readJournal(node: string, { segments, mark }: JournalFiles): Promise<readonly PlacedRecord[] | string> {
  const records: PlacedRecord[] = [];
  const bytes = {
    segmentFiles: [...segments.keys()].toSorted(),
    mark,
    readSegment: async (file: string) => segments.get(file) ?? Buffer.alloc(0),
  };
  const recovery = await recover(bytes, (_file, frame) => {
    const parsed = parseEntry(frame.payload);
    if (!parsed.ok) return parsed.refusal.message;
    records.push({ sequence: frame.sequence, hash: frame.hash.toString('hex') });
    return undefined;
  });
  switch (recovery.kind) {
    case 'damaged':
      return `${recovery.damage.code} in the journal of ${node}`;
    case 'empty':
      return records;
    case 'recovered':
      return recovery.node === node ? records : `node-different in the journal of ${node}`;
  }
}

async function* inTurn(records: readonly PlacedRecord[]): AsyncGenerator<PlacedRecord> {
  yield* records;
}
