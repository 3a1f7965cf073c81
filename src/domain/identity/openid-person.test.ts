import { describe, expect, it } from 'vitest';
import { createDirectory } from '#domain/identity/directory.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import {
  bindAccount,
  type OpenidAdmission,
  settleOpenidPerson,
  unbindAccount,
} from '#domain/identity/openid-person.ts';
import type { OpenidProof } from '#domain/identity/openid-provider.ts';
import type { PersonId } from '#domain/identity/principal.ts';

const issuer = 'https://id.example';
const by = { kind: 'person', id: 'operator' } as const;
const ada = 'ada@example.org' as PersonId;
const assignable = ['developer', 'maintainer', 'operator'];
const closed: OpenidAdmission = { byEmail: false, rolesByGroup: new Map() };
const byEmail: OpenidAdmission = { ...closed, byEmail: true };
const byGroup: OpenidAdmission = {
  ...closed,
  rolesByGroup: new Map([
    ['devs', ['developer']],
    ['leads', ['maintainer', 'developer', 'a-role-of-an-earlier-constitution']],
  ]),
};
const added: IdentityEvent = { kind: 'person-added', timeMs: 1, by, personId: ada, name: 'Ada', roles: ['maintainer'] };
const bound: IdentityEvent = {
  kind: 'person-bound',
  timeMs: 2,
  personId: ada,
  openid: { issuer, subject: 'one', rolesBy: 'directory' },
};

function directoryOf(...events: readonly IdentityEvent[]) {
  const directory = createDirectory();
  for (const event of events) directory.apply(event);
  return directory;
}
const proof = (more: Partial<OpenidProof> = {}): OpenidProof => ({
  account: { issuer, subject: 'one' },
  groups: [],
  idToken: '',
  ...more,
});
const settle = (given: OpenidProof, admission: OpenidAdmission, ...events: readonly IdentityEvent[]) =>
  settleOpenidPerson(given, { directory: directoryOf(...events), admission, assignable, nowMs: 9 });
const refused = (code: string) => ({ ok: false, refusal: { code } });
const known = (personId: string) => ({ ok: true, value: { kind: 'known', personId } });

describe('an account at the provider is nobody here', () => {
  it.each<[string, OpenidProof, OpenidAdmission]>([
    ['while nothing is configured', proof({ verifiedEmail: ada, groups: ['leads'], name: 'Ada' }), closed],
    ['without an address that the provider has verified', proof(), byEmail],
    [
      'with an address that is only like the one of a person',
      proof({ verifiedEmail: 'ada@example.org.evil.example' }),
      byEmail,
    ],
    [
      'with a letter that becomes an ASCII one in lower case',
      proof({ verifiedEmail: '\u212aim@example.org' }),
      byEmail,
    ],
    ['with two addresses', proof({ verifiedEmail: 'x@example.org,ada@example.org' }), byEmail],
    ['in groups of other names', proof({ groups: ['DEVS', 'devs ', 'admins'] }), byGroup],
    ['in a group whose name is a member of every object', proof({ groups: ['__proto__', 'constructor'] }), byGroup],
    [
      "with a person's address and a group, where addresses do not count",
      proof({ verifiedEmail: ada, groups: ['leads'] }),
      byGroup,
    ],
  ])('%s', (_name, given, admission) => {
    const kim: IdentityEvent = { ...added, personId: 'kim@example.org' as PersonId };
    expect(settle(given, admission, added, kim)).toMatchObject(refused('openid-person-unknown'));
  });

  it('by the same subject of another issuer, or in another case', () => {
    const other = proof({ account: { issuer: 'https://evil.example', subject: 'one' } });
    expect(settle(other, closed, added, bound)).toMatchObject(refused('openid-person-unknown'));
    const upper = proof({ account: { issuer, subject: 'ONE' } });
    expect(settle(upper, closed, added, bound)).toMatchObject(refused('openid-person-unknown'));
  });

  it('when the person of its address has another one: addresses are given to others', () => {
    const next = proof({ account: { issuer, subject: 'two' }, verifiedEmail: ada });
    expect(settle(next, byEmail, added, bound)).toMatchObject(refused('openid-person-taken'));
    expect(settle(next, { ...byGroup, byEmail: true }, added, bound)).toMatchObject(refused('openid-person-taken'));
  });
});

describe('an account at the provider is a person', () => {
  it('that it is bound to, whatever its address and groups have become', () => {
    const given = proof({ verifiedEmail: 'somebody@else.example', groups: ['devs'] });
    for (const admission of [closed, byEmail, byGroup]) {
      expect(settle(given, admission, added, bound)).toMatchObject(known(ada));
    }
  });

  it('of its verified address, in any case, and is bound to it from then on', () => {
    const settled = settle(proof({ verifiedEmail: 'Ada@Example.org' }), byEmail, added);
    expect(settled).toEqual({ ok: true, value: { kind: 'change', event: { ...bound, timeMs: 9 } } });
  });

  it('by a group: one of its own, with the roles of its groups that there are', () => {
    const settled = settle(
      proof({ verifiedEmail: 'Bob@Example.org', name: 'Bob', groups: ['leads', 'devs', 'x'] }),
      byGroup,
    );
    expect(settled).toEqual({
      ok: true,
      value: {
        kind: 'change',
        event: {
          kind: 'person-provisioned',
          timeMs: 9,
          personId: 'bob@example.org',
          name: 'Bob',
          roles: ['developer', 'maintainer'],
          openid: { issuer, subject: 'one', rolesBy: 'groups' },
        },
      },
    });
    const unnamed = settle(proof({ groups: ['devs'] }), byGroup);
    expect(unnamed).toMatchObject({
      value: { event: { personId: expect.stringMatching(/^openid-[0-9a-f]{32}$/), roles: ['developer'] } },
    });
  });

  it('whose roles follow its groups, and who is out with the last of them', () => {
    const openid = { issuer, subject: 'one', rolesBy: 'groups' } as const;
    const bob = 'bob' as PersonId;
    const came: IdentityEvent = {
      kind: 'person-provisioned',
      timeMs: 1,
      personId: bob,
      name: 'B',
      roles: ['developer'],
      openid,
    };
    expect(settle(proof({ groups: ['devs'] }), byGroup, came)).toMatchObject(known(bob));
    expect(settle(proof({ groups: ['leads'] }), byGroup, came)).toMatchObject({
      value: { event: { kind: 'person-regrouped', personId: bob, roles: ['developer', 'maintainer'] } },
    });
    // First what the groups gave is taken away, then it is said.
    const left: IdentityEvent = { kind: 'person-regrouped', timeMs: 2, personId: bob, roles: [] };
    expect(settle(proof(), byGroup, came)).toMatchObject({ value: { event: { ...left, timeMs: 9 } } });
    expect(settle(proof(), byGroup, came, left)).toMatchObject(refused('openid-no-group'));
    // So it is when the operator has taken the mapping away.
    expect(settle(proof({ groups: ['devs'] }), closed, came, left)).toMatchObject(refused('openid-no-group'));
  });
});

describe('an operator', () => {
  const bind = (subject: string, ...events: readonly IdentityEvent[]) => {
    const directory = directoryOf(...events);
    return bindAccount({ personId: ada, account: { issuer, subject }, directory, by, nowMs: 9 });
  };
  it('binds an account to one person, and nobody to none', () => {
    expect(bind('one')).toMatchObject(refused('person-unknown'));
    for (const subject of ['', 'a'.repeat(256), '\u0430da', 'a\nb']) {
      expect(bind(subject, added)).toMatchObject(refused('openid-subject-malformed'));
    }
    const bob: IdentityEvent = { ...added, personId: 'bob' as PersonId };
    const bobs: IdentityEvent = { ...bound, personId: 'bob' as PersonId };
    expect(bind('one', added, bob, bobs)).toMatchObject(refused('openid-person-taken'));
    expect(bind('one', added)).toEqual({ ok: true, value: { ...bound, timeMs: 9, by } });
  });

  it('unbinds it: then it is nobody', () => {
    const unbound = unbindAccount({ personId: ada, directory: directoryOf(added, bound), by, nowMs: 9 });
    expect(unbound).toEqual({ ok: true, value: { kind: 'person-unbound', timeMs: 9, by, personId: ada } });
    if (!unbound.ok) return;
    expect(settle(proof(), closed, added, bound, unbound.value)).toMatchObject(refused('openid-person-unknown'));
    expect(directoryOf(added, bound, unbound.value).state()).toEqual(directoryOf(added).state());
  });
});
