import type { Permission } from '#domain/access/permission.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Entity } from '#domain/policy/authorization.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { never } from '#domain/result.ts';

/** Who may call what: Cedar policies, decided by the same engine as the actions of agents. */
export interface Access {
  may(principal: Principal, permission: Permission): boolean;
}

/** The access policies, parsed and validated (src/adapters/access-files). */
export interface AccessPolicies {
  /** Cedar's JSON form (EST), by id. */
  readonly policies: Readonly<Record<string, JsonObject>>;
  /** Cedar schema in its JSON form. */
  readonly schema: JsonObject;
}

const INSTALLATION = { type: 'Installation', id: 'this' };
const APPROVERS = { type: 'RoleGroup', id: 'approvers' };

/** @param given.approverRoles those of the constitution in force, asked for at each call because it may change */
export function createAccess(given: AccessPolicies & { readonly approverRoles: () => readonly string[] }): Access {
  const authorizer = createCompiledAuthorizer({
    policies: given.policies,
    schema: given.schema,
    // A handful of policies: nothing is gained by making JavaScript of them.
    mode: 'closures',
  });
  /** What was answered, for as long as the roles are the same: a principal is never changed, only replaced by another one. */
  let answers = new WeakMap<Principal, Map<Permission, boolean>>();
  let answeredFor: readonly string[] | undefined;

  return { may };

  function may(principal: Principal, permission: Permission): boolean {
    const approverRoles = given.approverRoles();
    if (approverRoles !== answeredFor) answers = new WeakMap();
    answeredFor = approverRoles;
    const known = answers.get(principal)?.get(permission);
    if (known !== undefined) return known;
    const answer = decide(principal, permission, approverRoles);
    const others = answers.get(principal);
    if (others === undefined) answers.set(principal, new Map([[permission, answer]]));
    else others.set(permission, answer);
    return answer;
  }

  function decide(principal: Principal, permission: Permission, approverRoles: readonly string[]): boolean {
    // Who acts for somebody has the narrower of both rights.
    if (principal.kind === 'agent' && principal.onBehalfOf !== undefined && !may(principal.onBehalfOf, permission)) {
      return false;
    }
    const entities = entitiesOf(principal, approverRoles);
    const [self] = entities;
    return (
      authorizer.decide({
        principal: self.uid,
        action: { type: 'Action', id: permission },
        resource: INSTALLATION,
        context: {},
        entities,
      }) === 'allow'
    );
  }
}

/** The principal first, then its roles. */
function entitiesOf(principal: Principal, approverRoles: readonly string[]): readonly [Entity, ...Entity[]] {
  switch (principal.kind) {
    case 'agent': {
      const teams = principal.teams.map((id) => ({ type: 'Team', id }));
      return [{ uid: { type: 'Agent', id: principal.id }, attrs: { kind: principal.agent }, parents: teams }];
    }
    case 'person': {
      const roles = principal.roles.map(
        (id): Entity => ({
          uid: { type: 'Role', id },
          attrs: {},
          parents: approverRoles.includes(id) ? [APPROVERS] : [],
        }),
      );
      return [{ uid: { type: 'Person', id: principal.id }, attrs: {}, parents: roles.map(({ uid }) => uid) }, ...roles];
    }
    default:
      return never(principal);
  }
}
