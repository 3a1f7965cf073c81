/** Roles that every installation has; the constitution adds its approver roles. What each may do stands in access/roles.cedar. */
export const STANDING_ROLES = ['operator', 'proposer', 'auditor', 'signer'] as const;

/** Roles that a person may be given: the standing ones, then the approver roles of the constitution in its order. */
export function assignableRoles(approverRoles: readonly string[]): readonly string[] {
  return [...new Set([...STANDING_ROLES, ...approverRoles])];
}
