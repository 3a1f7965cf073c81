import { describe, expect, it } from 'vitest';
import { addPerson, type Person, setPersonStatus, setRoles } from '#domain/identity/person.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { assignableRoles } from '#domain/identity/role.ts';

const operator = { kind: 'person', id: 'operator' } as const;
const assignable = assignableRoles(['developer', 'maintainer']);
const people = { count: 1, known: (id: string) => id === 'ada' };
const ada: Person = { id: 'ada' as PersonId, name: 'Ada', roles: ['developer'], status: 'active' };
const add = (more: object) =>
  addPerson({ by: operator, nowMs: 5, id: 'bob', name: 'Bob', roles: [], assignable, people, ...more });

describe('a person', () => {
  it.each([
    ['an empty id', { id: '' }, 'person-id-malformed'],
    ['an upper-case id, which may pass for another', { id: 'Ada' }, 'person-id-malformed'],
    ['an id with a blank', { id: 'a b' }, 'person-id-malformed'],
    ['an id that begins like an option', { id: '-rf' }, 'person-id-malformed'],
    ['an id of 65 characters', { id: 'a'.repeat(65) }, 'person-id-malformed'],
    ['an id with a line feed at its end', { id: 'ada\n' }, 'person-id-malformed'],
    ['an id that is taken', { id: 'ada' }, 'person-exists'],
    ['a role that the constitution does not name', { roles: ['security'] }, 'role-unknown'],
    ['a full directory', { people: { count: 10_000, known: () => false } }, 'directory-full'],
  ])('is not added with %s', (_name, more, code) => {
    expect(add(more)).toMatchObject({ ok: false, refusal: { code } });
  });

  it('is added with its roles sorted, each once', () => {
    expect(add({ roles: ['signer', 'developer', 'signer'] })).toEqual({
      ok: true,
      value: {
        kind: 'person-added',
        timeMs: 5,
        by: operator,
        personId: 'bob',
        name: 'Bob',
        roles: ['developer', 'signer'],
      },
    });
  });

  it('does not change its own roles or status, and an unknown one has none to change', () => {
    const by = { kind: 'person', id: 'ada' } as const;
    const own = { by, nowMs: 0, person: ada, assignable } as const;
    expect(setRoles({ ...own, roles: ['operator'] })).toMatchObject({ refusal: { code: 'person-self' } });
    expect(setPersonStatus({ ...own, status: 'active' })).toMatchObject({ refusal: { code: 'person-self' } });
    const nobody = { by: operator, nowMs: 0, person: undefined, assignable } as const;
    expect(setRoles({ ...nobody, roles: [] })).toMatchObject({ refusal: { code: 'person-unknown' } });
    expect(setPersonStatus({ ...nobody, status: 'suspended' })).toMatchObject({ refusal: { code: 'person-unknown' } });
  });

  it('gets other roles and another status from somebody else', () => {
    const input = { by: operator, nowMs: 7, person: ada, assignable } as const;
    expect(setRoles({ ...input, roles: ['maintainer'] })).toMatchObject({
      value: { roles: ['maintainer'], timeMs: 7 },
    });
    expect(setRoles({ ...input, roles: ['root'] })).toMatchObject({ refusal: { code: 'role-unknown' } });
    expect(setPersonStatus({ ...input, status: 'suspended' })).toMatchObject({
      value: { kind: 'person-status-set', personId: 'ada', status: 'suspended' },
    });
  });
});

describe('the roles that can be given', () => {
  it('are the standing ones and then the approver roles, each once', () => {
    expect(assignableRoles(['signer', 'developer'])).toEqual([
      'operator',
      'proposer',
      'auditor',
      'signer',
      'developer',
    ]);
  });
});
