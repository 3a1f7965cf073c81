import type { AppealId } from '#domain/amendment/ids.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { sha256Hex } from '#domain/json.ts';

/**
 * A lot that neither side can steer and everyone can check afterwards (coin flipping by commitment, M. Blum 1981).
 * The node draws a seed and commits to its hash in the journal, together with the pool; then the appellant names a nonce of
 * their own; only then is the seed revealed. The node chose before it knew the nonce, the appellant without knowing the seed.
 */
export interface Lot {
  /** 32 random bytes, hex. */
  readonly seed: string;
  /** What the appellant added after the commitment: 32 bytes, hex. */
  readonly nonce: string;
}

export const LOT_BYTES = 32;

/** The hash that goes into the journal before the draw. */
export function commitmentTo(seed: string, appeal: AppealId): string {
  return sha256Hex(JSON.stringify(['acgs-lot-commitment-1', appeal, seed]));
}

/**
 * Draws `size` of the pool, or all of a smaller one: everyone's hash with the lot is their rank, and the lowest are drawn. Each subset
 * is as likely as another, and no number has to be brought into a range.
 */
export function drawPanel(lot: Lot, appeal: AppealId, pool: readonly PersonId[], size: number): readonly PersonId[] {
  const ranked = [...new Set(pool)].map((id) => ({
    id,
    rank: sha256Hex(JSON.stringify(['acgs-lot-rank-1', appeal, lot.seed, lot.nonce, id])),
  }));
  return ranked
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ id }) => id);
}

/** Keeps the node's halves from the commitment to the draw. Implemented in `src/adapters/proceedings-files`. */
export interface LotSeeds {
  /** A new random seed, durable before it resolves. */
  make(appeal: AppealId): Promise<string>;
  /** Undefined when it was lost. */
  read(appeal: AppealId): Promise<string | undefined>;
}
