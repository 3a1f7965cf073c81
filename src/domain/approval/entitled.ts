import { rolesThatMayAnswer } from '#domain/approval/request.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/**
 * Whether somebody may answer what a decision asks, and for which role. Nobody answers their own, agents answer nothing; where
 * nobody holds a role that may answer, the operator stands in.
 */
export function mayAnswer(input: {
  readonly decision: Pick<Decision, 'verdict' | 'principal'>;
  readonly by: Principal;
  readonly constitution: Pick<Constitution, 'approverRoles'>;
  readonly isHeld: (role: string) => boolean;
}): Result<string, 'approval-not-asked' | 'approval-own' | 'approval-not-entitled'> {
  const { by, decision, constitution } = input;
  const { verdict } = decision;
  if (by.kind !== 'person') return refuse('approval-not-entitled', 'Only a person can answer an approval request.');
  if (verdict.kind !== 'ask') {
    return refuse('approval-not-asked', `The decision is "${verdict.kind}": nothing was asked.`);
  }
  if (by.id === decision.principal.id) return refuse('approval-own', 'Nobody answers their own request.');
  const roles = rolesThatMayAnswer(verdict.role, constitution.approverRoles);
  const standsIn = roles.length > 0 && !roles.some(input.isHeld) && by.roles.includes('operator');
  if (!standsIn && !by.roles.some((role) => roles.includes(role))) {
    return refuse('approval-not-entitled', `This is for a person with the role ${roles.join(' or ') || verdict.role}.`);
  }
  return ok(verdict.role);
}
