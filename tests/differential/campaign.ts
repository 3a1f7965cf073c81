import fc from 'fast-check';
import { differences, type Tally } from './compare.ts';
import { REQUESTS_PER_WORLD, type World, world } from './worlds.ts';

export interface Campaign {
  readonly seed: number;
  /** Answers to compare, rounded up to whole worlds; each in both modes. */
  readonly answerCount: number;
}

export interface CampaignResult extends Tally {
  /** The shrunk world and what differs in it; absent when all agree. */
  readonly counterexample?: { readonly world: unknown; readonly differences: readonly string[] };
}

/** Compares the engine with cedar-wasm over random worlds from one seed. */
export function runCampaign({ seed, answerCount }: Campaign): CampaignResult {
  const tally: Tally = { allowed: 0, denied: 0, withErrors: 0, refused: 0 };
  const details = fc.check(
    fc.property(world, (candidate) => {
      const found = differences(candidate, { tally });
      if (found.length > 0) throw new Error(found.join('\n'));
    }),
    { seed, numRuns: Math.ceil(answerCount / REQUESTS_PER_WORLD) },
  );
  if (!details.failed) return tally;
  const [shrunk] = details.counterexample ?? [];
  return { ...tally, counterexample: { world: shrunk, differences: shrunk === undefined ? [] : differences(shrunk) } };
}

/** The world of a text that `worldText` wrote. */
export function readWorld(text: string): World {
  // A file of this folder, written by `worldText`.
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'object' && value !== null && '$long' in value ? BigInt(String(value.$long)) : value,
  ) as World;
}

/** A world as JSON text; bigints as `{ "$long": "…" }`, so that a case that differs can be kept in a file. */
export function worldText(world: unknown): string {
  return JSON.stringify(
    world,
    (_, value: unknown) => (typeof value === 'bigint' ? { $long: value.toString() } : value),
    2,
  );
}
