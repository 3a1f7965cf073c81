/**
 * How the next constitution is brought in: the section `rollOut` of `constitution.yaml`. The plan that counts is that of the
 * constitution in force, as with its signers: a successor does not choose how carefully it is tried.
 */
export interface RollOutPlan {
  /** Evaluated beside the one in force, nothing of it enforced. 0 leaves the stage out. */
  readonly shadowMinutes: number;
  /** In force for the canary cohort. 0 leaves the stage out. */
  readonly canaryMinutes: number;
  /** Share of principals in the canary cohort, 0 to 100. */
  readonly canaryPercent: number;
  /** Repositories whose actions belong to the cohort too: the path of a workspace root, or the name of its last folder. */
  readonly canaryRepositories: readonly string[];
  readonly objectives: Objectives;
}

/**
 * What a candidate may cost before it is rolled back by itself: by how many percentage points a share may lie above what it
 * is measured against. `src/domain/rollout/watch.ts` says how it is tested.
 */
export interface Objectives {
  readonly denyRisePercentMax: number;
  readonly askRisePercentMax: number;
  /** Of decisions whose evaluation failed. */
  readonly errorRisePercentMax: number;
  /** An evaluation that takes longer is slow. The 99th percentile is above it when more than 1 % are slow. */
  readonly slowMs: number;
  readonly slowRisePercentMax: number;
}
