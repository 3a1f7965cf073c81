import { genesisPosition } from '#domain/journal/chain.ts';
import { entryTimeMs } from '#domain/journal/entry-time.ts';
import type { JournalEntry, JournalReader, JournalRecord } from '#domain/journal/journal.ts';

/** Milliseconds by which a record may be away from the time in its id: both are taken on one node, a request apart. */
const TIME_SLACK_MS = 5_000;
/** Records that are looked through around the place where time says that it is: a clock that was set back leaves it further away. */
const RECORDS_SEEN_MAX = 20_000;

export interface FoundRecord<Kind extends JournalEntry['kind']> {
  readonly record: JournalRecord & { readonly entry: Extract<JournalEntry, { readonly kind: Kind }> };
  /** SHA-256 in hex: what the record builds on. */
  readonly previousHash: string;
}

/**
 * The record of an id that was made when it was written (UUIDv7, RFC 9562, section 5.7: its first 48 bits are the time), found
 * in the journal itself by that time: no index is needed, and none can be behind. Undefined when it is not there.
 */
export async function findRecord<Kind extends JournalEntry['kind']>(
  journal: JournalReader,
  id: string,
  kind: Kind,
  idOf: (entry: Extract<JournalEntry, { readonly kind: Kind }>) => string,
): Promise<FoundRecord<Kind> | undefined> {
  const timeMs = timeOfUuid(id);
  if (timeMs === undefined) return undefined;
  const from = Math.max(1, (await firstAtOrAfter(journal, timeMs - TIME_SLACK_MS)) - RECORDS_SEEN_MAX / 2);
  let previousHash = await hashBefore(journal, from);
  for await (const record of journal.read(from)) {
    const { entry } = record;
    if (isKind(entry, kind) && idOf(entry) === id) return { record: { ...record, entry }, previousHash };
    if (record.sequence - from >= RECORDS_SEEN_MAX) return undefined;
    previousHash = record.hash;
  }
  return undefined;
}

function isKind<Kind extends JournalEntry['kind']>(
  entry: JournalEntry,
  kind: Kind,
): entry is Extract<JournalEntry, { readonly kind: Kind }> {
  return entry.kind === kind;
}

function timeOfUuid(id: string): number | undefined {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id)
    ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : undefined;
}

/** The first sequence whose record is not from before a time; one past the last when all are. One read for each halving. */
export async function firstAtOrAfter(journal: JournalReader, timeMs: number): Promise<number> {
  let low = 1;
  let high = journal.head().sequence + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const record = await recordAt(journal, middle);
    if (record !== undefined && entryTimeMs(record.entry) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The hash that record `sequence` builds on. */
export async function hashBefore(journal: JournalReader, sequence: number): Promise<string> {
  if (sequence === 1) return genesisPosition(journal.node).hash.toString('hex');
  const record = await recordAt(journal, sequence - 1);
  if (record === undefined) throw new RangeError(`the journal ends before record ${sequence - 1}`);
  return record.hash;
}

async function recordAt(journal: JournalReader, sequence: number): Promise<JournalRecord | undefined> {
  for await (const record of journal.read(sequence)) return record;
  return undefined;
}
