/** What went otherwise than it should with a ledger. Each of these is a metric with an alert as well; this is for people who look. */
export const TROUBLES = [
  /** A gap, a repetition or another record in a node's journal: somebody has lost or changed something. */
  'journal-contradicts',
  /** A witness has cosigned another tree than the one that it was shown: a rollback or a fork. */
  'witness-contradicts',
  /** Too few witnesses have cosigned a checkpoint: it is held back. */
  'quorum-missed',
  /** The ledger was not written for a while: its storage, its lock or its process. */
  'not-written',
] as const;
export type TroubleKind = (typeof TROUBLES)[number];

export interface Trouble {
  readonly kind: TroubleKind;
  /** When it was seen last, and first; since 1970. */
  readonly atMs: number;
  readonly sinceMs: number;
  /** How often, of the same kind about the same thing, one after the other. */
  readonly count: number;
  /** The node or the witness. */
  readonly about?: string;
  /** Of a journal: the first record concerned. */
  readonly sequence?: number;
  /** As the program that found it says it. */
  readonly what: string;
}

/** The last answer of a witness that was no cosignature. */
export interface WitnessTrouble {
  readonly kind: 'contradicts' | 'refused' | 'unavailable';
  readonly atMs: number;
  /** Of the checkpoint that it was asked for. */
  readonly size: number;
  readonly what: string;
}

export type Seen = Omit<Trouble, 'atMs' | 'sinceMs' | 'count'>;

/** Troubles that are kept: more than people read at once; the counters keep the number. */
const TROUBLES_MAX = 200;

/** Adds what was seen to the newest end. The same again is counted, so that an outage that is tried twice a second is one line. */
export function addTrouble(troubles: readonly Trouble[], seen: Seen, nowMs: number): readonly Trouble[] {
  const last = troubles.at(-1);
  if (last !== undefined && last.kind === seen.kind && last.about === seen.about && last.sequence === seen.sequence) {
    return [...troubles.slice(0, -1), { ...last, ...seen, atMs: nowMs, count: last.count + 1 }];
  }
  return [...troubles, { ...seen, atMs: nowMs, sinceMs: nowMs, count: 1 }].slice(-TROUBLES_MAX);
}
