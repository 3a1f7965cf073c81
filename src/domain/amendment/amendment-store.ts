import type { RecordedEvent } from '#domain/amendment/history.ts';

/** The amendment events up to a place in the journal: what a starting service goes on from without reading all of it. */
export interface KeptEvents {
  /** The last record that was looked at, of whatever kind. */
  readonly sequence: number;
  readonly hash: string;
  readonly events: readonly RecordedEvent[];
}

/** The journal is the truth; this only says how far it was read. */
export interface AmendmentStore {
  /** Undefined when nothing was kept, or what was kept cannot be read: then the whole journal is. */
  load(): Promise<KeptEvents | undefined>;
  /** Whole before it resolves. */
  save(kept: KeptEvents): Promise<void>;
}
