import type { ChainPosition } from '#domain/journal/chain.ts';
import { type DamageCode, damageRefusal, type JournalDamage } from '#domain/journal/damage.ts';
import { type JournalEntry, type JournalReader, JournalUnavailable } from '#domain/journal/journal.ts';
import { type Recovery, recover } from '#domain/journal/recover.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { journalBytes } from './directory.ts';
import { parseEntry } from './entry-schema.ts';
import { recoverIndexed } from './open-journal.ts';
import { readRecords } from './reader.ts';
import { createSegmentIndex } from './segment-index.ts';

interface Counts {
  readonly records: number;
  readonly kinds: Readonly<Record<JournalEntry['kind'], number>>;
}

/** What a check of every byte found. Hashes are SHA-256 in hex. */
export type JournalReport =
  | { readonly kind: 'absent' }
  | ({
      readonly kind: 'sound';
      readonly node: string;
      readonly segments: number;
      readonly head: { readonly sequence: number; readonly hash: string };
      /** What was answered; the head may be further by records of a write that was interrupted or is under way. */
      readonly acknowledged: { readonly sequence: number; readonly hash: string };
      /** Bytes at the end of an interrupted write, or of one that is under way now. */
      readonly tornBytes: number;
    } & Counts)
  | ({ readonly kind: 'damaged'; readonly damage: JournalDamage } & Counts);

/** Checks a journal and changes nothing; takes no lock, so it may be one that a server writes. Counts are those before a damage. */
export async function inspectJournal(directory: string): Promise<JournalReport> {
  let records = 0;
  const kinds = {
    'node-started': 0,
    decision: 0,
    outcome: 0,
    approval: 0,
    'standing-grant': 0,
    identity: 0,
    amendment: 0,
    'roll-out': 0,
    'order-taken': 0,
    'detail-shredded': 0,
    'detail-disclosed': 0,
  };
  const recovery = await reading(directory, async () =>
    recover(await journalBytes(directory), (_file, frame) => {
      const parsed = parseEntry(frame.payload);
      if (!parsed.ok) return parsed.refusal.message;
      records += 1;
      kinds[parsed.value.kind] += 1;
      return undefined;
    }),
  );
  switch (recovery.kind) {
    case 'empty':
      return { kind: 'absent' };
    case 'damaged':
      return { kind: 'damaged', damage: recovery.damage, records, kinds };
    case 'recovered': {
      const { node, segments, position, acknowledged, tornBytes } = recovery;
      const places = { head: inHex(position), acknowledged: inHex(acknowledged) };
      return { kind: 'sound', node, segments: segments.length, ...places, tornBytes, records, kinds };
    }
  }
}

/**
 * A journal for reading only, up to what was acknowledged: what follows may not be on the disk yet. Takes no lock.
 * @throws {JournalUnavailable} when the files cannot be read
 */
export async function openJournalReader(
  directory: string,
): Promise<Result<JournalReader, DamageCode | 'journal-absent'>> {
  const index = createSegmentIndex();
  const recovery: Recovery = await reading(directory, () => recoverIndexed(directory, index));
  switch (recovery.kind) {
    case 'empty':
      return refuse('journal-absent', `there is no journal in ${directory}`);
    case 'damaged':
      return { ok: false, refusal: damageRefusal(recovery.damage) };
    case 'recovered': {
      const { node, acknowledged } = recovery;
      return ok({
        node,
        head: () => inHex(acknowledged),
        read: (fromSequence) => readRecords({ directory, node, index }, fromSequence, acknowledged),
      });
    }
  }
}

function inHex(position: ChainPosition): { readonly sequence: number; readonly hash: string } {
  return { sequence: position.sequence, hash: position.hash.toString('hex') };
}

async function reading<T>(directory: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new JournalUnavailable(`the journal in ${directory} cannot be read`, { cause });
  }
}
