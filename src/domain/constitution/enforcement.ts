/** One step of the graduated response: from warning to suspension. */
export const ENFORCEMENT_STEPS = ['warn', 'ask', 'deny', 'suspend'] as const;

/** After so many denied actions within a time, by one agent or in one repository, the step is taken. */
export interface EnforcementRule {
  readonly per: 'agent' | 'repository';
  /** Only denials by this policy, or under this article, count. */
  readonly policy?: string;
  readonly article?: string;
  readonly denials: number;
  readonly withinMinutes: number;
  readonly step: (typeof ENFORCEMENT_STEPS)[number];
}
