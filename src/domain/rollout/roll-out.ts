import type { RollOutPlan } from '#domain/constitution/roll-out-plan.ts';
import type { ConstitutionRef } from '#domain/decision/decision.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';
import type { Measurement } from '#domain/rollout/watch.ts';

/** UUIDv7; its text is the salt of the canary cohort, so that each roll-out is tried on others. */
export type RollOutId = string & { readonly __brand: 'RollOutId' };

/** Where a roll-out stands: shadow → canary → active, or rolled back from one of the first two. Times are Unix milliseconds. */
export type Stage =
  | { readonly kind: 'shadow'; readonly sinceMs: number }
  | { readonly kind: 'canary'; readonly sinceMs: number }
  | { readonly kind: 'active'; readonly sinceMs: number }
  | { readonly kind: 'rolled-back'; readonly sinceMs: number; readonly cause: RollBackCause };

export type RollBackCause =
  | { readonly kind: 'person'; readonly by: string; readonly why: string }
  | { readonly kind: 'objective'; readonly measured: Measurement }
  /** A node that was cut off from the constitution service found an objective broken, and told it later. */
  | { readonly kind: 'node'; readonly node: string; readonly measured: Measurement }
  /** Another constitution came into force meanwhile, which the candidate does not follow. */
  | { readonly kind: 'overtaken' };

/** Who moved it on: a person, or the time that the plan gives the stage. */
export type Mover = { readonly kind: 'person'; readonly by: string } | { readonly kind: 'plan' };

export type RollOutEvent =
  | {
      readonly kind: 'begun';
      readonly timeMs: number;
      readonly id: RollOutId;
      readonly by: string;
      readonly candidate: ConstitutionRef;
      readonly inForce: ConstitutionRef;
      /** Of the constitution in force. */
      readonly plan: RollOutPlan;
    }
  | { readonly kind: 'canary-begun'; readonly timeMs: number; readonly id: RollOutId; readonly mover: Mover }
  | { readonly kind: 'activated'; readonly timeMs: number; readonly id: RollOutId; readonly mover: Mover }
  | { readonly kind: 'rolled-back'; readonly timeMs: number; readonly id: RollOutId; readonly cause: RollBackCause };

export interface RollOut {
  readonly id: RollOutId;
  readonly by: string;
  readonly begunMs: number;
  readonly candidate: ConstitutionRef;
  readonly inForce: ConstitutionRef;
  readonly plan: RollOutPlan;
  readonly stage: Stage;
}

export type RollOutRefusalCode = 'roll-out-under-way' | 'roll-out-none' | 'roll-out-order' | 'roll-out-successor';

/** Whether the candidate directly follows what is in force; that it is signed and verified is for `verifyLineage`. */
export function begin(
  before: RollOut | undefined,
  given: Omit<RollOutEvent & { readonly kind: 'begun' }, 'kind'> & { readonly candidateParent: string },
): Result<RollOutEvent, RollOutRefusalCode> {
  const { candidateParent, ...event } = given;
  if (before !== undefined && isUnderWay(before)) {
    return refuse(
      'roll-out-under-way',
      `Number ${before.candidate.number} is being rolled out: one at a time, or nobody knows which one an effect comes from.`,
    );
  }
  if (candidateParent !== given.inForce.digest) {
    return refuse(
      'roll-out-successor',
      `Number ${given.candidate.number} does not follow number ${given.inForce.number}, which is in force.`,
    );
  }
  return ok({ kind: 'begun', ...event });
}

/** The next stage, by a person or by the plan. A stage that the plan gives no time is left out. */
export function advance(
  rollOut: RollOut | undefined,
  mover: Mover,
  timeMs: number,
): Result<RollOutEvent, RollOutRefusalCode> {
  if (rollOut === undefined || !isUnderWay(rollOut)) return refuse('roll-out-none', 'Nothing is being rolled out.');
  const { id, stage, plan } = rollOut;
  const isCanaryNext = stage.kind === 'shadow' && plan.canaryMinutes > 0;
  return ok({ kind: isCanaryNext ? 'canary-begun' : 'activated', timeMs, id, mover });
}

export function rollBack(
  rollOut: RollOut | undefined,
  cause: RollBackCause,
  timeMs: number,
): Result<RollOutEvent, RollOutRefusalCode> {
  if (rollOut === undefined || !isUnderWay(rollOut)) {
    return refuse(
      'roll-out-none',
      'Nothing is being rolled out. What is active already is taken back by an amendment: "acgs constitution rollback --help".',
    );
  }
  return ok({ kind: 'rolled-back', timeMs, id: rollOut.id, cause });
}

/**
 * Folds the journal. Refuses what cannot follow, so that a roll-out in a journal that was put together otherwise is seen.
 */
export function applyRollOut(before: RollOut | undefined, event: RollOutEvent): Result<RollOut, RollOutRefusalCode> {
  if (event.kind === 'begun') {
    if (before !== undefined && isUnderWay(before))
      return refuse('roll-out-under-way', 'Another roll-out is under way.');
    const { id, by, candidate, inForce, plan, timeMs } = event;
    return ok({ id, by, begunMs: timeMs, candidate, inForce, plan, stage: firstStage(plan, timeMs) });
  }
  if (before === undefined || before.id !== event.id || !isUnderWay(before)) {
    return refuse('roll-out-none', `The roll-out ${event.id} is not under way.`);
  }
  switch (event.kind) {
    case 'canary-begun':
      if (before.stage.kind !== 'shadow') return refuse('roll-out-order', 'A canary follows the shadow.');
      return ok({ ...before, stage: { kind: 'canary', sinceMs: event.timeMs } });
    case 'activated':
      if (before.stage.kind === 'shadow' && before.plan.canaryMinutes > 0) {
        return refuse('roll-out-order', 'Its plan has a canary, which nothing leaves out.');
      }
      return ok({ ...before, stage: { kind: 'active', sinceMs: event.timeMs } });
    case 'rolled-back':
      return ok({ ...before, stage: { kind: 'rolled-back', sinceMs: event.timeMs, cause: event.cause } });
    default:
      return never(event);
  }
}

export function isUnderWay(rollOut: RollOut): boolean {
  return rollOut.stage.kind === 'shadow' || rollOut.stage.kind === 'canary';
}

/**
 * Whether the stage has had its time. `watchedMs`: how long it lasted while the service watched it, by a clock that does not jump; time
 * in which nobody looked, or no node decided, proves nothing.
 */
export function isDue(rollOut: RollOut, watchedMs: number): boolean {
  switch (rollOut.stage.kind) {
    case 'shadow':
      return watchedMs >= rollOut.plan.shadowMinutes * MINUTE_MS;
    case 'canary':
      return watchedMs >= rollOut.plan.canaryMinutes * MINUTE_MS;
    case 'active':
    case 'rolled-back':
      return false;
    default:
      return never(rollOut.stage);
  }
}

const MINUTE_MS = 60_000;

/** Without a shadow the canary comes first; without either it still begins in shadow, and the next look activates it. */
function firstStage(plan: RollOutPlan, sinceMs: number): Stage {
  return plan.shadowMinutes === 0 && plan.canaryMinutes > 0 ? { kind: 'canary', sinceMs } : { kind: 'shadow', sinceMs };
}
