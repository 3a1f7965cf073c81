import type { Intake } from './intake.ts';

/** What a ledger is kept in: objects by path, the same on a disk and in an object store. */
export interface LedgerObject {
  /** As served: `tile/0/000`, `checkpoint`; see `tilePath`. */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface LedgerStoreReader {
  /** Undefined when there is no such object. */
  read(path: string): Promise<Buffer | undefined>;
  /** Paths that begin with `prefix`, in the order of their characters. */
  list(prefix: string): Promise<readonly string[]>;
}

/**
 * The port to storage. Every write is on stable storage when its promise resolves, is there whole or not at all, and is seen
 * by every read that begins afterwards. Methods throw `LedgerUnavailable` when that cannot be had; whether a write that threw
 * came about is then unknown, and it may still come about.
 */
export interface LedgerStore extends LedgerStoreReader {
  /** Makes an object that is not there yet; false when it is there, whatever its bytes, and nothing was changed. */
  create(object: LedgerObject): Promise<boolean>;
  /**
   * Makes objects whose bytes follow from what is stored already: those that are there are left alone.
   * @throws {LedgerConflict} when one is there with other bytes
   */
  ensure(objects: readonly LedgerObject[]): Promise<void>;
  /** Puts an object in the place of one that holds `expected` (undefined: of none); false when what is there is another. */
  replace(object: LedgerObject, expected: Buffer | undefined): Promise<boolean>;
  /** Those that are not there are passed over. */
  remove(paths: readonly string[]): Promise<void>;
}

/**
 * The port to where batches are accepted: what was answered, and is not under a published checkpoint yet. One writer at a time, which is for `fencedBy` to see to.
 */
export interface IntakeLog {
  /**
   * What keeps a sequencer that no longer leads from being believed: the lease alone, where it cannot be lost unnoticed (a kernel's lock), or a look at the
   * published checkpoint after each batch.
   */
  readonly fencedBy: 'lease' | 'checkpoint';
  /**
   * The batches from entry `first` on, in order and without a gap. They are on stable storage whatever became of the writer before, and what it left besides is cleared away.
   * Called before the first `append` of a term.
   * @throws {LedgerDamaged} when one is missing that was answered
   */
  recover(first: number): Promise<readonly Intake[]>;
  /** On stable storage when it resolves. @throws {LedgerConflict} when somebody else has written this entry; {LedgerUnavailable}, and then `recover` comes next */
  append(batch: Intake): Promise<void>;
  /** Batches of entries before this one are under a published checkpoint, and need not be kept. */
  forget(size: number): Promise<void>;
  /** Resolves when nothing is being written any more: the lease may be given back. */
  close(): Promise<void>;
}

/** Thrown when storage cannot be reached, or does not take or give what it should. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** Thrown when an object that can have but one content is there with another: somebody else writes here, or the storage is damaged. */
export class LedgerConflict extends Error {
  override readonly name = 'LedgerConflict';
}

/** Thrown when what is stored cannot be the ledger that was signed. Nothing is repaired: `acgs ledger fsck` says where. */
export class LedgerDamaged extends Error {
  override readonly name = 'LedgerDamaged';
}

/** The one object that is ever replaced (C2SP tlog-tiles, Checkpoints). */
export const CHECKPOINT_PATH = 'checkpoint';

/** The right to be the one sequencer, for as long as it is held. */
export interface SequencerLease {
  /** Who holds it, for people: `fencing token 7`. */
  readonly holder: string;
  /** Asked before every write. @throws {LeaseLost} */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** Undefined when another process holds it. @throws {LedgerUnavailable} when that cannot be found out */
export type AcquireLease = () => Promise<SequencerLease | undefined>;

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
