import { beforeAll, describe, expect, it } from 'vitest';
import { type Access, type AccessPolicies, createAccess } from '#domain/access/access.ts';
import { PERMISSIONS, type Permission } from '#domain/access/permission.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import { readAccessPolicies } from '../../../tests/support/access.ts';

let policies: AccessPolicies;
let access: Access;
beforeAll(async () => {
  policies = await readAccessPolicies();
  access = createAccess({ ...policies, approverRoles: () => ['developer', 'maintainer'] });
});

const person = (...roles: string[]): Principal => ({ kind: 'person', id: 'ada' as PersonId, roles });
const agent: Principal = { kind: 'agent', id: 'x' as AgentId, agent: 'codex', teams: ['web'] };
const allowed = (principal: Principal): readonly Permission[] =>
  PERMISSIONS.filter((permission) => access.may(principal, permission));

describe('access', () => {
  it('tells a person without a role, or with one that nobody knows, who they are and nothing more', () => {
    expect(allowed(person())).toEqual(['self.read']);
    expect(allowed(person('security', 'root', 'approver', 'approvers'))).toEqual(['self.read']);
  });

  it('does not take an agent for a person, whatever it is called or belongs to', () => {
    const named: Principal = {
      kind: 'agent',
      id: 'operator' as AgentId,
      agent: 'operator',
      teams: ['operator', 'approver'],
    };
    expect(allowed(named)).toEqual(allowed(agent));
    expect(allowed(agent)).not.toContain('approvals.answer');
  });

  it('makes an approver of a role by the constitution in force, at that moment', () => {
    let roles = ['security'];
    const changing = createAccess({ ...policies, approverRoles: () => roles });
    // The same person, so that an answer from before would show.
    const ada = person('security');
    for (let turn = 0; turn < 2; turn++) expect(changing.may(ada, 'approvals.answer')).toBe(true);
    roles = ['developer'];
    expect(changing.may(ada, 'approvals.answer')).toBe(false);
  });

  it('adds up the rights of several roles', () => {
    expect(new Set(allowed(person('auditor', 'maintainer')))).toEqual(
      new Set([...allowed(person('auditor')), ...allowed(person('maintainer'))]),
    );
  });

  it('lets an auditor change nothing', () => {
    expect(allowed(person('auditor')).filter((permission) => !permission.endsWith('.read'))).toEqual([]);
  });
});
