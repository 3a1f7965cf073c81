import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { RedactionDetail } from '#domain/redaction/marker.ts';
import type { Result } from '#domain/result.ts';
import type { DetailKeyId, ShredSelection } from './detail-key.ts';

/** Decisions' details are found by these fields of theirs. */
export type DetailOwner = Pick<Decision, 'id' | 'timeMs' | 'principal' | 'sessionId'>;

/** The ordered destruction of data keys. */
export interface Shredding {
  readonly selection: ShredSelection;
  readonly keys: readonly DetailKeyId[];
  readonly by: string;
}

/** That a person was shown what was kept out of a decision's record: of which redactions, and to whom. */
export interface Disclosed {
  readonly decisionId: DecisionId;
  /** The redactions' numbers in the record. */
  readonly numbers: readonly number[];
  readonly by: string;
}

/**
 * What was kept out of records, encrypted: it can be disclosed as long as its data key exists, and never again once that is gone.
 * Losing it loses no proof.
 */
export interface DetailStore {
  /**
   * Takes the details of a decision and writes them in the background. Never throws and never waits: the decision path goes on
   * whatever the disk does. What a crash loses of the last moment can no longer be disclosed; the record says that it existed.
   */
  keep(owner: DetailOwner, details: readonly RedactionDetail[]): void;
  /** Resolves when everything that was taken so far is on stable storage. */
  settled(): Promise<void>;
  find(owner: DetailOwner): Promise<Result<readonly RedactionDetail[], 'detail-gone' | 'detail-damaged'>>;
  keys(selection: ShredSelection): Promise<readonly DetailKeyId[]>;
  /** Notes durably what is about to be destroyed, so that a crash between the record and the destruction leaves no doubt. */
  intend(shredding: Shredding): Promise<void>;
  /** What was intended and not finished. */
  unfinished(): Promise<Shredding | undefined>;
  /** Destroys what was intended: keys first, then what they were for. Again after a crash: finishes it. */
  destroyIntended(): Promise<void>;
}

/** Thrown by the adapter when the files cannot be read or written. */
export class DetailUnavailable extends Error {
  override readonly name = 'DetailUnavailable';
}
