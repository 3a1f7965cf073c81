import type { Governance, GovernedSubject, Governing } from '#domain/constitution/governance.ts';
import type { RollOutPlan } from '#domain/constitution/roll-out-plan.ts';
import type { Evaluate, Evaluation } from '#domain/policy/evaluate.ts';
import type { PolicyInput } from '#domain/policy/requests.ts';
import { type Cohort, inCanary } from '#domain/rollout/cohort.ts';
import { countDecision, NO_COUNTS, type RollOutCounts } from '#domain/rollout/counts.ts';
import type { Flip } from '#domain/rollout/order.ts';
import type { RollOutId } from '#domain/rollout/roll-out.ts';
import { type Comparison, createComparison, toldBy } from '#services/decision/comparison.ts';

/** Cohorts of subjects that are remembered, so that one is hashed once: more than the agents of a node. */
const SUBJECTS_MAX = 10_000;

/** The constitution that is tried, both compiled, beside the one in force. */
export interface Candidate {
  readonly rollOut: RollOutId;
  readonly governing: Governing;
  readonly stage: 'shadow' | 'canary';
  readonly cohort: Cohort;
  readonly objectives: RollOutPlan['objectives'];
}

/** Blue and green: what governs on a node. */
export interface Sides {
  readonly inForce: Governing;
  readonly candidate?: Candidate;
}

export interface SideBySide {
  readonly governance: Governance;
  /** Puts others in their place between two decisions: one assignment, forth and back alike. What was counted begins anew. */
  place(sides: Sides): void;
  sides(): Sides;
  /** Since the sides were placed. */
  counts(): RollOutCounts;
  flips(): readonly Flip[];
}

/**
 * What governs, as one pointer. A decision takes a `Governing` once and keeps it to its end, so it is made wholly under one
 * constitution whatever is placed meanwhile; and its evaluation is counted for the sides that it came from.
 */
export function createSideBySide(
  first: Sides,
  deps: {
    /** Whether the node has not heard for too long what is in force; policies are told. */
    readonly isStale: () => boolean;
    /** Monotonic milliseconds. */
    readonly elapsedMs: () => number;
  },
): SideBySide {
  let placed = makePlaced(first, deps);
  return {
    governance: {
      active: () => placed.inForce,
      governing: (subject) => placed.governing(subject),
      inForce: (digest) => placed.enforced.find(({ ref }) => ref.digest === digest),
    },
    place(sides) {
      const before = placed;
      placed = makePlaced(sides, deps);
      before.close();
    },
    sides: () => placed.sides,
    counts: () => placed.counts(),
    flips: () => placed.flips(),
  };
}

interface Placed {
  readonly sides: Sides;
  readonly inForce: Governing;
  /** What decides for anyone: not a candidate in shadow. */
  readonly enforced: readonly Governing[];
  governing(subject: GovernedSubject): Governing;
  counts(): RollOutCounts;
  flips(): readonly Flip[];
  close(): void;
}

type Deps = Parameters<typeof createSideBySide>[1];

function makePlaced(sides: Sides, deps: Deps): Placed {
  const inForce = ageing(sides.inForce, deps);
  const { candidate } = sides;
  if (candidate === undefined) {
    return {
      sides,
      inForce,
      enforced: [inForce],
      governing: () => inForce,
      counts: () => NO_COUNTS,
      flips: () => [],
      close: () => undefined,
    };
  }
  return makeTrial(sides, inForce, candidate, deps);
}

function makeTrial(sides: Sides, inForce: Governing, candidate: Candidate, deps: Deps): Placed {
  const tried = ageing(candidate.governing, deps);
  const comparison = createComparison({
    candidate: tried.evaluate,
    inForce: inForce.evaluate,
    elapsedMs: deps.elapsedMs,
  });
  let { canary, control } = NO_COUNTS;
  const watch = (governing: Governing, saw: Parameters<typeof watched>[1]) =>
    ({ ...governing, evaluate: watched(governing.evaluate, saw, deps.elapsedMs) }) satisfies Governing;
  const isSlow = (durationMs: number) => durationMs > candidate.objectives.slowMs;
  const controlSide = watch(inForce, (input, evaluation, durationMs) => {
    control = countDecision(control, toldBy(evaluation), isSlow(durationMs));
    compareLater(comparison, input, evaluation, 'in-force');
  });
  const counts = (): RollOutCounts => ({ canary, control, pairs: comparison.counts() });
  const common = { sides, counts, flips: comparison.flips, close: comparison.close };
  if (candidate.stage === 'shadow') {
    return { ...common, inForce: controlSide, enforced: [controlSide], governing: () => controlSide };
  }
  const canarySide = watch(tried, (input, evaluation, durationMs) => {
    canary = countDecision(canary, toldBy(evaluation), isSlow(durationMs));
    compareLater(comparison, input, evaluation, 'candidate');
  });
  const isCanary = rememberingCohort(candidate.cohort);
  return {
    ...common,
    inForce: controlSide,
    enforced: [controlSide, canarySide],
    governing: (subject) => (isCanary(subject) ? canarySide : controlSide),
  };
}

/** Tells the policies when the node is cut off for too long. What stands in for people then no longer does: they were asked another question. */
function ageing(governing: Governing, { isStale }: Deps): Governing {
  const { evaluate } = governing;
  return { ...governing, evaluate: (input) => evaluate(isStale() ? { ...withoutStandIn(input), stale: true } : input) };
}

function withoutStandIn(input: PolicyInput): PolicyInput {
  if (input.approval?.standing === undefined) return input;
  const { approval: _, ...rest } = input;
  return rest;
}

/** What an approval changes is the person's doing: only the first question counts. */
function watched(
  evaluate: Evaluate,
  saw: (input: PolicyInput, evaluation: Evaluation | undefined, durationMs: number) => void,
  elapsedMs: () => number,
): Evaluate {
  return (input) => {
    if (input.approval !== undefined) return evaluate(input);
    const startMs = elapsedMs();
    let evaluation: Evaluation | undefined;
    try {
      evaluation = evaluate(input);
      return evaluation;
    } finally {
      saw(input, evaluation, elapsedMs() - startMs);
    }
  };
}

function compareLater(
  comparison: Comparison,
  input: PolicyInput,
  evaluation: Evaluation | undefined,
  by: 'candidate' | 'in-force',
): void {
  // One that threw has been counted with its cohort, and may hold the loop or throw again.
  if (evaluation !== undefined) comparison.add({ input, evaluation, by });
}

function rememberingCohort(cohort: Cohort): (subject: GovernedSubject) => boolean {
  const known = new Map<string, boolean>();
  return (subject) => {
    const key = JSON.stringify([subject.principalId, subject.workspaceRoots]);
    const found = known.get(key);
    if (found !== undefined) return found;
    const member = inCanary(subject, cohort);
    if (known.size >= SUBJECTS_MAX) known.clear();
    known.set(key, member);
    return member;
  };
}
