import type { Objectives } from '#domain/constitution/roll-out-plan.ts';
import { excessAtLeast, type Sample } from '#domain/rollout/confidence.ts';
import type { RollOutCounts } from '#domain/rollout/counts.ts';

export const OBJECTIVES = ['deny-rate', 'ask-rate', 'error-rate', 'latency'] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** One objective, measured. Shares are percentages. */
export interface Measurement {
  readonly objective: Objective;
  /** What counts against the candidate, and what it is held against. */
  readonly candidate: Sample;
  readonly control: Sample;
  readonly risePercent: number;
  /** The rise is at least this, whenever one looks, but for the false alarms allowed for. */
  readonly riseAtLeastPercent: number;
  readonly risePercentMax: number;
  readonly isBroken: boolean;
}

/** Probability that a candidate that changes nothing is ever rolled back, whatever the length of its stages: 1 %. */
const FALSE_ALARM = 0.01;
/** The bound is split evenly among the stages and among the tests of each: four by pairs or cohorts, errors by both. */
const STAGES = 2;
const TESTS = 5;

/**
 * Holds what was counted in one stage against the objectives.
 *
 * Verdicts are compared in pairs: each action that the candidate decides is also put to the constitution in force, and a rise is
 * what only the candidate denies, less what only the other does. That is the difference between the canary cohort and the
 * control cohort, corrected for who is in them: in the control cohort the two are the same and cancel out. A plain difference of
 * the two cohorts' rates would blame a candidate for agents that were refused more often before, too. Latency and failures that
 * end a decision have no such twin, so they are compared between the cohorts.
 *
 * Either way two shares with bounds that hold at every look (`confidence.ts`), and the difference that both allow.
 */
export function measure(counts: RollOutCounts, objectives: Objectives): readonly Measurement[] {
  const { canary, control, pairs } = counts;
  const pair = (gained: number, lost: number) =>
    [
      { count: gained, of: pairs.compared },
      { count: lost, of: pairs.compared },
    ] as const;
  const cohort = (name: 'failed' | 'slow') =>
    [
      { count: canary[name], of: canary.decisions },
      { count: control[name], of: control.decisions },
    ] as const;
  return [
    held('deny-rate', pair(pairs.denyGained, pairs.denyLost), objectives.denyRisePercentMax),
    held('ask-rate', pair(pairs.askGained, pairs.askLost), objectives.askRisePercentMax),
    held('error-rate', pair(pairs.failGained, pairs.failLost), objectives.errorRisePercentMax),
    held('error-rate', cohort('failed'), objectives.errorRisePercentMax),
    held('latency', cohort('slow'), objectives.slowRisePercentMax),
  ];
}

function held(
  objective: Objective,
  [candidate, control]: readonly [Sample, Sample],
  risePercentMax: number,
): Measurement {
  const riseAtLeastPercent = 100 * excessAtLeast(candidate, control, FALSE_ALARM / STAGES / TESTS);
  return {
    objective,
    candidate,
    control,
    risePercent: 100 * (share(candidate) - share(control)),
    riseAtLeastPercent,
    risePercentMax,
    isBroken: riseAtLeastPercent > risePercentMax,
  };
}

function share({ count, of }: Sample): number {
  return of === 0 ? 0 : count / of;
}
