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

  it('takes none of many once it is closed, and of those that JSON cannot carry only what comes before', async () => {
    const journal = await open();
    const [, second] = SAMPLE_ENTRIES;
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    if (second?.kind !== 'decision') throw new Error('the second sample is a decision');
    const impossible = {
      ...second,
      decision: { ...second.decision, verdict: { kind: 'modify', input: circular } as const },
    };
    const count = await journal.appendAll([sampleEntry(1), impossible, sampleEntry(3)]);
    // How many went before it into one piece is the journal's own affair; nothing after it, and nothing that was not told.
    expect(count).toBeLessThanOrEqual(1);
    expect(journal.head().sequence).toBe(count);
    expect(await journal.append(sampleEntry(4))).toMatchObject({ sequence: count + 1 });
    await journal.close();
    expect(await journal.appendAll([sampleEntry(1), sampleEntry(2)])).toBe(0);
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

  it('appends many in their order, between others, to the same chain as one after another', async () => {
    const [many, single] = [await open(), await open()];
    const entries = [...SAMPLE_ENTRIES, ...Array.from({ length: 300 }, (_, number) => sampleEntry(number))];
    const counts = await Promise.all([
      many.appendAll(entries),
      many.append(sampleEntry(1)).then(({ sequence }) => sequence),
      many.appendAll([]),
      many.appendAll(entries.slice(0, 3)),
    ]);
    expect(counts).toEqual([entries.length, entries.length + 1, 0, 3]);
    const inTurn = [...entries, sampleEntry(1), ...entries.slice(0, 3)];
    for (const entry of inTurn) await single.append(entry);
    expect(many.head()).toEqual(single.head());
    expect((await all(many, 1)).map(({ entry }) => entry)).toEqual((await all(single, 1)).map(({ entry }) => entry));
    await Promise.all([many.close(), single.close()]);
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
