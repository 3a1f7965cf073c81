/** How a constitution that was enacted comes into force: evaluated beside, then for a part, then for everyone. */
export interface RollOutPlan {
  readonly shadowMinutes: number;
  readonly canaryPercent: number;
  readonly canaryMinutes: number;
}
