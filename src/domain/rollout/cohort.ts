import type { GovernedSubject } from '#domain/constitution/governance.ts';
import type { RollOutPlan } from '#domain/constitution/roll-out-plan.ts';
import { sha256Hex } from '#domain/json.ts';

/** Who is in the canary cohort of one roll-out. */
export interface Cohort extends Pick<RollOutPlan, 'canaryPercent' | 'canaryRepositories'> {
  /** Of this roll-out: the next one tries it on others. */
  readonly salt: string;
}

/** Places in the order in which principals join: 48 bits of their hash, exact as a number. */
const PLACE_HEX_DIGITS = 12;
const PLACES = 16 ** PLACE_HEX_DIGITS;

/**
 * Whether a subject belongs to the canary cohort. A principal's place is the hash of its id with the roll-out's salt: it is the
 * same on every node and after every restart, and a greater share only adds principals.
 */
export function inCanary(subject: GovernedSubject, cohort: Cohort): boolean {
  if (cohort.canaryRepositories.some((named) => subject.workspaceRoots.some((root) => isNamed(root, named))))
    return true;
  return placeOf(subject.principalId, cohort.salt) < cohort.canaryPercent / 100;
}

/** In [0, 1). The JSON list keeps apart what a plain concatenation would make equal. */
function placeOf(principalId: string, salt: string): number {
  return Number.parseInt(sha256Hex(JSON.stringify([salt, principalId])).slice(0, PLACE_HEX_DIGITS), 16) / PLACES;
}

function isNamed(root: string, repository: string): boolean {
  return root === repository || (!repository.includes('/') && root.endsWith(`/${repository}`));
}
