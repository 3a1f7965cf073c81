import { NOTHING_STRICTER, type Stricter } from '#domain/amendment/stricter.ts';
import type { Mark } from '#domain/constitution/registry.ts';
import type { RollOutPlan } from '#domain/constitution/roll-out-plan.ts';
import { canonicalJson, type JsonObject, sha256Hex } from '#domain/json.ts';
import type { Cohort } from '#domain/rollout/cohort.ts';
import type { RollOutCounts } from '#domain/rollout/counts.ts';
import { isUnderWay, type RollOut, type RollOutId } from '#domain/rollout/roll-out.ts';
import type { Measurement } from '#domain/rollout/watch.ts';

/** SHA-256 over the RFC 8785 form of an order, hex: names it in reports. */
export type OrderDigest = string & { readonly __brand: 'OrderDigest' };

/**
 * What the constitution service tells every decision node: what governs, and what is tried. It carries no policies and no
 * authority over them: a node takes a constitution only when it has verified its bundle itself.
 */
export interface Order {
  readonly inForce: Mark;
  readonly candidate?: OrderedCandidate;
  /** Absent: nothing. On the service's word, because it can only make decisions stricter. */
  readonly stricter?: Stricter;
}

export interface OrderedCandidate {
  readonly rollOut: RollOutId;
  readonly mark: Mark;
  readonly stage: 'shadow' | 'canary';
  readonly cohort: Cohort;
  readonly objectives: RollOutPlan['objectives'];
}

/** What a node tells: acknowledgement, state and counts in one. Times are Unix milliseconds, by the node's clock. */
export interface NodeReport {
  /** Drawn anew at each start: counts begin at nought with it. */
  readonly boot: string;
  /** The order that it follows now; absent until it has one. */
  readonly order?: OrderDigest;
  /** The last record of its journal: what it ships to a ledger by another way. */
  readonly journalSequence?: number;
  readonly inForce: Mark;
  /** When its lineage was last verified from the bytes, and why the last try was not: a stable code. */
  readonly verifiedMs: number;
  readonly refusal?: string;
  /** When the service last confirmed what is in force. */
  readonly confirmedMs?: number;
  readonly isStale: boolean;
  readonly candidate?: { readonly mark: Mark; readonly stage: 'shadow' | 'canary' };
  /** It took the candidate back by itself while it was cut off. */
  readonly withdrawn?: { readonly rollOut: RollOutId; readonly measured: Measurement };
  /** Since it follows its order. */
  readonly counts: RollOutCounts;
  readonly flips: readonly Flip[];
}

/** A change of verdict: `allow` → `deny`. */
export interface Flip {
  /** Verdicts with the role that is asked: `allow`, `deny`, `ask maintainer`. */
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly FlipExample[];
}

export interface FlipExample {
  readonly principalId: string;
  readonly actionKind: string;
  /** What decided it under the one that says no more often, in words. */
  readonly effect: string;
  /** Policies that decided, under the one in force and under the candidate. */
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export function orderDigest(order: Order): OrderDigest {
  // An order is plain data of texts, numbers and lists.
  return sha256Hex(canonicalJson(order as unknown as JsonObject)) as OrderDigest;
}

/** The order that follows from what is in force and what is being rolled out. */
export function orderOf(inForce: Mark, rollOut: RollOut | undefined, stricter = NOTHING_STRICTER): Order {
  const { policies, agents } = stricter;
  const common = { inForce, ...(policies.length + agents.length === 0 ? {} : { stricter }) };
  if (rollOut === undefined || !isUnderWay(rollOut)) return common;
  const { id, candidate, plan, stage } = rollOut;
  const { canaryPercent, canaryRepositories, objectives } = plan;
  return {
    ...common,
    candidate: {
      rollOut: id,
      mark: { number: candidate.number, digest: candidate.digest },
      stage: stage.kind === 'canary' ? 'canary' : 'shadow',
      cohort: { salt: id, canaryPercent, canaryRepositories },
      objectives,
    },
  };
}
