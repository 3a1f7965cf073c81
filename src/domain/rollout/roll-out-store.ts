import type { RollOutEvent } from '#domain/rollout/roll-out.ts';

/** The events of the last roll-out, up to a place in the journal: what a starting service goes on from without reading all of it. */
export interface KeptRollOut {
  /** Sequence of the last of these events. */
  readonly sequence: number;
  readonly events: readonly RollOutEvent[];
}

/** The journal is the truth; this only says how far it was read. Implemented in `src/adapters/constitution-registry`. */
export interface RollOutStore {
  load(): Promise<KeptRollOut | undefined>;
  /** Whole and durable before it resolves. */
  save(kept: KeptRollOut): Promise<void>;
}
