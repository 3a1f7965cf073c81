/** The stages of one decision whose time is measured. */
export const DECISION_STAGES = ['effects', 'policy', 'journal', 'total'] as const;
export type DecisionStage = (typeof DECISION_STAGES)[number];

/** What a node remembers instead of computing it again: the effects of a command, and what policies say of them. */
export const DECISION_CACHES = ['effects', 'evaluation'] as const;
export type DecisionCache = (typeof DECISION_CACHES)[number];

/** What the decision service counts; implemented by `src/adapters/telemetry`. */
export interface DecisionMetrics {
  decided(verdict: string, agent: string): void;
  /** Milliseconds. */
  stage(stage: DecisionStage, durationMs: number): void;
  /** `governed` is false for what was seen to happen without a decision. */
  outcome(status: string, governed: boolean): void;
  /** A request that ended in a refusal, by its stable code. */
  refused(code: string): void;
  /** Whether a cache had what was asked for. */
  cached(cache: DecisionCache, isHit: boolean): void;
  /** A decision that could not be recorded, and was therefore denied. */
  unrecorded(): void;
}

/** One value for each name of a list. */
export function byName<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  // Every name gets its value: `fromEntries` only does not say so.
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}
