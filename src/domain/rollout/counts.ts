import type { Verdict } from '#domain/policy/verdict.ts';

/** What a constitution said of one action, as far as a roll-out measures it. */
export interface Told {
  readonly verdict: Verdict['kind'];
  /** The evaluation threw, or a policy could not be evaluated. */
  readonly failed: boolean;
}

/** Decisions that were enforced in one cohort. */
export interface CohortCounts {
  readonly decisions: number;
  readonly denied: number;
  readonly asked: number;
  readonly failed: number;
  readonly slow: number;
}

/** Actions that both constitutions were asked about. */
export interface PairCounts {
  readonly compared: number;
  /** Denied by the candidate only, and by the one in force only. */
  readonly denyGained: number;
  readonly denyLost: number;
  readonly askGained: number;
  readonly askLost: number;
  readonly failGained: number;
  readonly failLost: number;
  /** Not compared, because the node had no time to spare. */
  readonly skipped: number;
}

/** Since the stage began, on one node or on all. */
export interface RollOutCounts {
  readonly canary: CohortCounts;
  readonly control: CohortCounts;
  readonly pairs: PairCounts;
}

const NO_COHORT: CohortCounts = { decisions: 0, denied: 0, asked: 0, failed: 0, slow: 0 };
export const NO_COUNTS: RollOutCounts = {
  canary: NO_COHORT,
  control: NO_COHORT,
  pairs: { compared: 0, denyGained: 0, denyLost: 0, askGained: 0, askLost: 0, failGained: 0, failLost: 0, skipped: 0 },
};

export function countDecision(counts: CohortCounts, told: Told, slow: boolean): CohortCounts {
  return {
    decisions: counts.decisions + 1,
    denied: counts.denied + Number(told.verdict === 'deny'),
    asked: counts.asked + Number(told.verdict === 'ask'),
    failed: counts.failed + Number(told.failed),
    slow: counts.slow + Number(slow),
  };
}

export function countPair(counts: PairCounts, candidate: Told, inForce: Told): PairCounts {
  const [denyGained, denyLost] = gainedLost(candidate.verdict === 'deny', inForce.verdict === 'deny');
  const [askGained, askLost] = gainedLost(candidate.verdict === 'ask', inForce.verdict === 'ask');
  const [failGained, failLost] = gainedLost(candidate.failed, inForce.failed);
  return {
    compared: counts.compared + 1,
    denyGained: counts.denyGained + denyGained,
    denyLost: counts.denyLost + denyLost,
    askGained: counts.askGained + askGained,
    askLost: counts.askLost + askLost,
    failGained: counts.failGained + failGained,
    failLost: counts.failLost + failLost,
    skipped: counts.skipped,
  };
}

export function addCounts(one: RollOutCounts, other: RollOutCounts): RollOutCounts {
  return {
    canary: sum(one.canary, other.canary),
    control: sum(one.control, other.control),
    pairs: sum(one.pairs, other.pairs),
  };
}

function gainedLost(now: boolean, before: boolean): readonly [number, number] {
  return [Number(now && !before), Number(before && !now)];
}

function sum<Counts extends CohortCounts | PairCounts>(one: Counts, other: Counts): Counts {
  // The same names with the sums of their numbers: a Counts by construction.
  return Object.fromEntries(
    Object.entries(one).map(([name, count]) => [name, count + (other[name as keyof Counts] as number)]),
  ) as unknown as Counts;
}
