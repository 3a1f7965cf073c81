/** The stages of one decision whose time is measured. */
export const DECISION_STAGES = ['effects', 'policy', 'journal', 'total'] as const;
export type DecisionStage = (typeof DECISION_STAGES)[number];

/** What the decision service counts; implemented by `src/adapters/telemetry`. */
export interface DecisionMetrics {
  decided(verdict: string, agent: string): void;
  /** Milliseconds. */
  stage(stage: DecisionStage, durationMs: number): void;
  /** `governed` is false for what was seen to happen without a decision. */
  outcome(status: string, governed: boolean): void;
  /** A request that ended in a refusal, by its stable code. */
  refused(code: string): void;
  /** A decision that could not be recorded, and was therefore denied. */
  unrecorded(): void;
}
