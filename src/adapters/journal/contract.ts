import { expect, it } from 'vitest';
import { genesisPosition } from '#domain/journal/chain.ts';
import { type Journal, type JournalRecord, JournalUnavailable } from '#domain/journal/journal.ts';
import { SAMPLE_ENTRIES, sampleEntry } from './sample-entries.ts';

/** What every journal does; `open` gives an empty one of node `node-1`. */
export function journalContract(open: () => Promise<Journal>): void {
  it('takes nothing once it is closed, and says so', async () => {
    const journal = await open();
    await journal.append(sampleEntry(1));
    await journal.close();
    expect(journal.writable).toBe(false);
    await expect(journal.append(sampleEntry(2))).rejects.toBeInstanceOf(JournalUnavailable);
  });

  it('refuses what JSON cannot carry, and goes on', async () => {
    const journal = await open();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const [, entry] = SAMPLE_ENTRIES;
    if (entry?.kind !== 'decision') throw new Error('the second sample is a decision');
    const impossible = {
      ...entry,
      decision: { ...entry.decision, verdict: { kind: 'modify', input: circular } as const },
    };
    await expect(journal.append(impossible)).rejects.toBeInstanceOf(JournalUnavailable);
    expect(await journal.append(sampleEntry(1))).toMatchObject({ sequence: 1 });
    await journal.close();
  });

  it('is empty at first, with the genesis of its node for a head', async () => {
    const journal = await open();
    expect(journal.head()).toEqual({ sequence: 0, hash: genesisPosition('node-1').hash.toString('hex') });
    expect(journal.writable).toBe(true);
    expect(await all(journal, 1)).toEqual([]);
    await journal.close();
  });

  it('numbers records from 1 without a gap, however many are appended at once, and gives them back as they were', async () => {
    const journal = await open();
    const entries = [...SAMPLE_ENTRIES, ...Array.from({ length: 300 }, (_, number) => sampleEntry(number))];
    const records = await Promise.all(entries.map((entry) => journal.append(entry)));
    expect(records.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
    expect(records.map(({ entry }) => entry)).toEqual(entries);
    expect(new Set(records.map(({ hash }) => hash)).size).toBe(entries.length);
    expect(journal.head()).toEqual({ sequence: entries.length, hash: records.at(-1)?.hash });
    expect(records.map(({ json }) => JSON.parse(json))).toEqual(JSON.parse(JSON.stringify(entries)));
    const kept = records.map(({ json: _, ...record }) => record);
    expect(await all(journal, 1)).toEqual(kept);
    expect(await all(journal, 200)).toEqual(kept.slice(199));
    expect(await all(journal, entries.length + 1)).toEqual([]);
    await journal.close();
  });

  it('reads up to the head at the time of the call', async () => {
    const journal = await open();
    await journal.append(sampleEntry(1));
    const reading = journal.read(1);
    await journal.append(sampleEntry(2));
    const seen = [];
    for await (const record of reading) seen.push(record.sequence);
    expect(seen).toEqual([1]);
    await journal.close();
  });

  it('keeps the entry as it was when it was appended', async () => {
    const journal = await open();
    const constitution = { ...constitutionOf() };
    const entry: { kind: 'node-started'; timeMs: number; version: string; constitution: typeof constitution } = {
      kind: 'node-started',
      timeMs: 1,
      version: 'a',
      constitution,
    };
    const appended = journal.append(entry);
    entry.version = 'b';
    await appended;
    expect((await all(journal, 1))[0]?.entry).toMatchObject({ version: 'a' });
    await journal.close();
  });
}

function constitutionOf() {
  const [first] = SAMPLE_ENTRIES;
  if (first?.kind !== 'node-started') throw new Error('the first sample says that a node started');
  return first.constitution;
}

export async function all(journal: Pick<Journal, 'read'>, from: number): Promise<JournalRecord[]> {
  const records = [];
  for await (const record of journal.read(from)) records.push(record);
  return records;
}
