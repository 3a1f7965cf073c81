import type { Reply } from '../../api/client.ts';

export type Step = Reply<'GET /v1/sessions/timeline'>['steps'][number];
export type DecisionStep = Extract<Step, { kind: 'decision' }>;
export type Label = DecisionStep['labels'][number];

/** A step of a run as it is drawn. */
export interface Drawn {
  readonly step: Step;
  readonly atMs: number;
  /** Since the step before, in milliseconds; undefined for the first. */
  readonly afterMs?: number;
  /** Labels that the session did not have before. */
  readonly gained: readonly Label[];
  /** From the question to the last answer, in milliseconds, where people were asked and have answered. */
  readonly waitedMs?: number;
}

/** @param steps oldest first, from the beginning of the run */
export function drawn(steps: readonly Step[]): readonly Drawn[] {
  const held = new Set<Label>();
  let before: number | undefined;
  return steps.map((step) => {
    const atMs = step.kind === 'decision' ? step.decision.timeMs : step.outcome.timeMs;
    const gained = step.kind === 'decision' ? step.labels.filter((label) => !held.has(label)) : [];
    for (const label of gained) held.add(label);
    const afterMs = before === undefined ? undefined : atMs - before;
    before = atMs;
    const answered = step.kind === 'decision' ? step.answers.at(-1) : undefined;
    return {
      step,
      atMs,
      gained,
      ...(afterMs === undefined ? {} : { afterMs }),
      ...(answered === undefined ? {} : { waitedMs: answered.timeMs - atMs }),
    };
  });
}
