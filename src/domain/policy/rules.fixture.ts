import type { Constitution } from '#domain/constitution/constitution.ts';
import type { AuthorizationRequest, Authorizer, PolicyId } from '#domain/policy/authorization.ts';

/** A policy as a function, for tests of what is built on the evaluator's port. */
export interface Rule {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  applies(request: AuthorizationRequest): boolean;
}

/** Cedar's semantics over such rules: deny by default, forbid wins, a rule that throws is skipped and reported. */
export function rulesAuthorizer(rules: readonly Rule[]): Authorizer {
  return {
    authorize(request) {
      const satisfied: Rule[] = [];
      const errors: { policy: PolicyId; message: string }[] = [];
      for (const rule of rules) {
        try {
          if (rule.applies(request)) satisfied.push(rule);
        } catch (error) {
          errors.push({ policy: idOf(rule), message: String(error) });
        }
      }
      const forbids = satisfied.filter((rule) => rule.effect === 'forbid');
      if (forbids.length > 0) return { decision: 'deny', reasons: forbids.map(idOf), errors };
      return { decision: satisfied.length > 0 ? 'allow' : 'deny', reasons: satisfied.map(idOf), errors };
    },
  };
}

export function rulesConstitution(
  rules: readonly Rule[],
): Pick<Constitution, 'policies' | 'annotations' | 'approverRoles' | 'limits'> {
  return {
    policies: Object.fromEntries(rules.map((rule) => [rule.id, { effect: rule.effect }])),
    annotations: new Map(
      rules.map((rule) => [
        idOf(rule),
        { article: '1', reason: `reason of ${rule.id}`, advice: `advice of ${rule.id}` },
      ]),
    ),
    approverRoles: ['developer', 'maintainer', 'security'],
    limits: { effectsPerAction: 10_000, policies: 100, approvalMinutes: 60 },
  };
}

export function concerns(action: string): (request: AuthorizationRequest) => boolean {
  return (request) => request.action.id === action;
}

export function approvedBy(...roles: readonly string[]): (request: AuthorizationRequest) => boolean {
  return ({ context }) => {
    const approval = context['approval'];
    return (
      typeof approval === 'object' &&
      'role' in approval &&
      typeof approval.role === 'string' &&
      roles.includes(approval.role)
    );
  };
}

function idOf(rule: Rule): PolicyId {
  return rule.id as PolicyId; // a rule's id stands for a policy's
}
