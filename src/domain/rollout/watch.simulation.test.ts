import { describe, expect, it } from 'vitest';
import { countDecision, countPair, NO_COUNTS, type RollOutCounts, type Told } from '#domain/rollout/counts.ts';
import { seeded } from '#domain/rollout/simulation.ts';
import { measure, type Objective } from '#domain/rollout/watch.ts';

const OBJECTIVES = {
  denyRisePercentMax: 2,
  askRisePercentMax: 2,
  errorRisePercentMax: 1,
  slowMs: 5,
  slowRisePercentMax: 1,
};
/** Decisions between two looks, in both cohorts: what 1,000/s are in half a second. */
const LOOK_EVERY = 500;
const CANARY_SHARE = 0.1;

interface World {
  /** Shares under the one in force, which differ between the cohorts as agents do. */
  readonly deny: { readonly canary: number; readonly control: number };
  /** Shares of what is allowed otherwise that only the candidate denies, asks for, fails at; and slow ones on top. */
  readonly newlyDenied?: number;
  readonly newlyAsked?: number;
  readonly failing?: number;
  readonly slow?: { readonly canary: number; readonly control: number };
}

/** One canary stage. Gives the objective that was broken, and after how many decisions of the canary cohort. */
function run(
  world: World,
  decisions: number,
  seed: number,
): { objective: Objective; canaryDecisions: number } | undefined {
  const random = seeded(seed);
  let counts: RollOutCounts = NO_COUNTS;
  for (let n = 1; n <= decisions; n += 1) {
    const cohort = random() < CANARY_SHARE ? 'canary' : 'control';
    const before: Told = { verdict: random() < world.deny[cohort] ? 'deny' : 'allow', failed: false };
    const slow = random() < (world.slow?.[cohort] ?? 0.002);
    const told = cohort === 'canary' ? candidate(world, before, random) : before;
    counts = {
      ...counts,
      [cohort]: countDecision(counts[cohort], told, slow),
      pairs: cohort === 'canary' ? countPair(counts.pairs, told, before) : counts.pairs,
    };
    if (n % LOOK_EVERY > 0) continue;
    const broken = measure(counts, OBJECTIVES).find(({ isBroken }) => isBroken);
    if (broken) return { objective: broken.objective, canaryDecisions: counts.canary.decisions };
  }
  return undefined;
}

function candidate(world: World, before: Told, random: () => number): Told {
  if (random() < (world.failing ?? 0)) return { verdict: 'deny', failed: true };
  if (before.verdict === 'deny') return before;
  if (random() < (world.newlyDenied ?? 0)) return { verdict: 'deny', failed: false };
  return random() < (world.newlyAsked ?? 0) ? { verdict: 'ask', failed: false } : before;
}

const runs = (world: World, decisions: number, times: number) =>
  Array.from({ length: times }, (_, seed) => run(world, decisions, seed + 1));

describe('the watch over a canary, simulated by seed', () => {
  it('raises no alarm about a candidate that changes nothing, however often one looks', () => {
    const alarms = runs({ deny: { canary: 0.05, control: 0.05 } }, 60_000, 40).filter((alarm) => alarm !== undefined);
    expect(alarms).toEqual([]);
  });

  it('does not blame a candidate for agents that were refused more often before', () => {
    const alarms = runs({ deny: { canary: 0.3, control: 0.05 } }, 60_000, 20).filter((alarm) => alarm !== undefined);
    expect(alarms).toEqual([]);
  });

  it('lets a rise pass that the objectives allow', () => {
    const world = { deny: { canary: 0.05, control: 0.05 }, newlyDenied: 0.015, newlyAsked: 0.015 };
    expect(runs(world, 60_000, 20).filter((alarm) => alarm !== undefined)).toEqual([]);
  });

  // 30 s at 1,000/s are 30,000 decisions, 3,000 of them in this cohort.
  it.each<[string, World, Objective, number]>([
    ['denies everything', { deny: { canary: 0.05, control: 0.05 }, newlyDenied: 1 }, 'deny-rate', 100],
    ['denies one in five more', { deny: { canary: 0.05, control: 0.05 }, newlyDenied: 0.2 }, 'deny-rate', 300],
    ['denies one in fifteen more', { deny: { canary: 0.3, control: 0.05 }, newlyDenied: 1 / 15 }, 'deny-rate', 3_000],
    ['asks for one in five', { deny: { canary: 0.05, control: 0.05 }, newlyAsked: 0.2 }, 'ask-rate', 500],
    [
      'is slow in one of ten',
      { deny: { canary: 0.05, control: 0.05 }, slow: { canary: 0.1, control: 0.002 } },
      'latency',
      600,
    ],
  ])('rolls back a candidate that %s', (_name, world, objective, canaryDecisionsMax) => {
    for (const [seed, alarm] of runs(world, 30_000, 20).entries()) {
      expect(alarm?.objective, `seed ${seed + 1}`).toBe(objective);
      expect(alarm?.canaryDecisions, `seed ${seed + 1}`).toBeLessThanOrEqual(canaryDecisionsMax);
    }
  });

  it('rolls back a candidate that fails, by whatever objective it shows first', () => {
    const world = { deny: { canary: 0.05, control: 0.05 }, failing: 0.1 };
    for (const alarm of runs(world, 30_000, 20)) expect(alarm?.canaryDecisions).toBeLessThanOrEqual(1_000);
  });
});
