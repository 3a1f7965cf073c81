import type { Refusal } from '#domain/result.ts';

/** What can be wrong with a journal on disk. Part of the public interface. */
export const DAMAGE_CODES = [
  'segment-missing', // a number in the row of segments is not there
  'segment-head-damaged',
  'format-unknown', // written by an ACGS with another format
  'node-different', // a segment of another node's journal
  'record-damaged', // bytes changed
  'records-missing', // the log ends before a record that was acknowledged, or a segment before the next one begins
  'sequence-wrong', // a number skipped, repeated or out of order
  'chain-broken', // an intact record that does not build on the one before it
  'entry-malformed', // an intact record whose content this ACGS does not understand
  'mark-damaged', // the acknowledged mark cannot be read
] as const;
export type DamageCode = (typeof DAMAGE_CODES)[number];

/** The first damage found, and where. The journal is evidence: it is never repaired, only moved aside. */
export interface JournalDamage {
  readonly code: DamageCode;
  /** Name of the file in the journal's directory. */
  readonly file: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** The record concerned: the first one that cannot be trusted. */
  readonly sequence: number;
  /** What was expected and what was found, in words. */
  readonly what: string;
}

export function describeDamage(damage: JournalDamage): string {
  return `${damage.file}, byte ${damage.offset}, record ${damage.sequence}: ${damage.what}`;
}

/** The damage as a refusal, with what to do about it. */
export function damageRefusal(damage: JournalDamage): Refusal<DamageCode> {
  return {
    code: damage.code,
    message: `the journal is damaged: ${describeDamage(damage)}`,
    detail:
      'Nothing was changed. Move the whole journal directory aside (it is evidence) and restore an intact copy, ' +
      'or start with an empty directory: the node then begins a new journal under a new node id.',
  };
}

/** Thrown while records are read: what was sound when the journal was opened no longer is. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
  readonly damage: JournalDamage;

  constructor(damage: JournalDamage) {
    super(damageRefusal(damage).message);
    this.damage = damage;
  }
}
