import type { Reply } from '../../api/client.ts';
import { minutesText } from './reading.ts';

export type RollOut = NonNullable<Reply<'GET /v1/roll-out'>['rollOut']>;

export const STAGES = [
  { kind: 'shadow', name: 'Shadow', means: 'evaluated beside what is in force, enforced on nobody' },
  { kind: 'canary', name: 'Canary', means: 'in force for the canary cohort' },
  { kind: 'active', name: 'Active', means: 'in force for all' },
] as const;

export const MEASURED: Readonly<Record<string, string>> = {
  'deny-rate': 'Denials',
  'ask-rate': 'Questions',
  'error-rate': 'Failures',
  latency: 'Slow evaluations',
};

/** How long the plan gives the stage that it is in. */
export function minutesLeftText({ stage, plan }: RollOut): string {
  const minutes = plan[stage.kind === 'shadow' ? 'shadowMinutes' : 'canaryMinutes'];
  return typeof minutes === 'number'
    ? `takes ${minutesText(minutes)} of being watched, unless somebody moves it on`
    : 'until somebody moves it on';
}

/** Why a candidate was taken back. The answer's own form is open; what is not known is shown as it is. */
export function causeText(cause: unknown): string {
  const told = typeof cause === 'object' && cause !== null ? (cause as Readonly<Record<string, unknown>>) : {};
  switch (told['kind']) {
    case 'person':
      return `${String(told['by'])} did: ${String(told['why'])}`;
    case 'objective':
      return `it broke the objective for ${objectiveOf(told)}.`;
    case 'node':
      return `the node ${String(told['node'])} found the objective for ${objectiveOf(told)} broken while it was cut off.`;
    case 'overtaken':
      return 'another constitution came into force meanwhile.';
    default:
      return JSON.stringify(cause) ?? 'nobody said why';
  }
}

function objectiveOf({ measured }: Readonly<Record<string, unknown>>): string {
  const objective =
    typeof measured === 'object' && measured !== null && 'objective' in measured ? measured.objective : '';
  return MEASURED[String(objective)]?.toLowerCase() ?? String(objective);
}
