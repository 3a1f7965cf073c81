import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGENT_STATUSES, type KeyThumbprint, SETTABLE_STATUSES } from '#domain/identity/agent.ts';
import { createDirectory } from '#domain/identity/directory.ts';
import type { IdentityEvent } from '#domain/identity/identity-event.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';

const by = { kind: 'person', id: 'operator' } as const;
const ada = 'ada' as PersonId;
const agentId = 'ada-laptop' as AgentId;
const key = (n: number) => ({ thumbprint: `t${n}` as KeyThumbprint, publicKey: `k${n}`, sinceMs: n });

const added = (personId: PersonId, roles: readonly string[]): IdentityEvent => ({
  kind: 'person-added',
  timeMs: 1,
  by,
  personId,
  name: personId,
  roles,
});
const invited: IdentityEvent = {
  kind: 'agent-invited',
  timeMs: 1,
  by,
  agentId,
  agent: 'codex',
  owner: ada,
  teams: ['web'],
  codeSha256: 'c',
  expiresMs: 9,
};
const enrolled: IdentityEvent = { kind: 'agent-enrolled', timeMs: 2, agentId, key: key(1) };
const status = (to: (typeof SETTABLE_STATUSES)[number]): IdentityEvent => ({
  kind: 'agent-status-set',
  timeMs: 3,
  by,
  agentId,
  status: to,
  why: 'a test',
});

function directoryOf(...events: readonly IdentityEvent[]) {
  const directory = createDirectory();
  for (const event of events) directory.apply(event);
  return directory;
}

describe('the directory', () => {
  it('is not changed by what happens to nobody', () => {
    const nobody: readonly IdentityEvent[] = [
      { kind: 'person-roles-set', timeMs: 1, by, personId: ada, roles: ['operator'] },
      { kind: 'person-status-set', timeMs: 1, by, personId: ada, status: 'active' },
      enrolled,
      { kind: 'agent-key-rotated', timeMs: 1, agentId, key: key(2) },
      status('active'),
    ];
    expect(directoryOf(...nobody).state()).toEqual({ people: [], agents: [], revoked: [] });
  });

  it('counts a suspended person to no role, until reinstated', () => {
    const directory = directoryOf(added(ada, ['maintainer']), added('bob' as PersonId, ['maintainer', 'signer']));
    const names = (role: string) => directory.peopleWithRole(role).map(({ id }) => id);
    expect(names('maintainer')).toEqual(['ada', 'bob']);
    directory.apply({ kind: 'person-status-set', timeMs: 2, by, personId: ada, status: 'suspended' });
    expect([names('maintainer'), names('signer'), names('operator')]).toEqual([['bob'], ['bob'], []]);
    directory.apply({ kind: 'person-status-set', timeMs: 2, by, personId: ada, status: 'active' });
    directory.apply({ kind: 'person-roles-set', timeMs: 2, by, personId: 'bob' as PersonId, roles: [] });
    expect(names('maintainer')).toEqual(['ada']);
  });

  it('keeps no key of an agent that is retired or compromised, and does not bring it back', () => {
    for (const end of ['retired', 'compromised'] as const) {
      const directory = directoryOf(invited, enrolled, status(end));
      expect(directory.agent(agentId)?.state).toEqual({ status: end });
      directory.apply(status('active'));
      directory.apply({ kind: 'agent-key-rotated', timeMs: 4, agentId, key: key(2) });
      expect(directory.agent(agentId)?.state).toEqual({ status: end });
    }
  });

  it('keeps the key of a suspended agent, and the new one after a rotation', () => {
    const directory = directoryOf(invited, enrolled, status('suspended'));
    expect(directory.agent(agentId)?.state).toEqual({ status: 'suspended', key: key(1) });
    directory.apply({ kind: 'agent-key-rotated', timeMs: 4, agentId, key: key(2) });
    directory.apply(status('active'));
    expect(directory.agent(agentId)?.state).toMatchObject({ status: 'active', key: key(2) });
  });

  it('does not make an invited agent active by a word: it has no key yet', () => {
    expect(directoryOf(invited, status('active')).agent(agentId)?.state.status).toBe('pending');
  });

  it('remembers revoked tokens until they would have expired', () => {
    const revoked = (tokenId: string, timeMs: number, expiresMs: number): IdentityEvent => ({
      kind: 'token-revoked',
      timeMs,
      by,
      tokenId,
      expiresMs,
    });
    const directory = directoryOf(revoked('a', 1, 100), revoked('b', 50, 150));
    expect([directory.isRevoked('a'), directory.isRevoked('b'), directory.isRevoked('c')]).toEqual([true, true, false]);
    directory.apply(revoked('c', 120, 200));
    expect(directory.state().revoked.map(({ tokenId }) => tokenId)).toEqual(['b', 'c']);
  });

  it('goes on from its state as from its events, whatever they are', () => {
    const ids = fc.constantFrom('a' as PersonId, 'b' as PersonId);
    const agents = fc.constantFrom('x' as AgentId, 'y' as AgentId);
    const timeMs = fc.nat(100);
    const event: fc.Arbitrary<IdentityEvent> = fc.oneof(
      fc.record({ personId: ids, roles: fc.subarray(['operator', 'signer']) }).map((e) => added(e.personId, e.roles)),
      fc
        .record({ personId: ids, status: fc.constantFrom('active' as const, 'suspended' as const), timeMs })
        .map((e) => ({
          ...e,
          kind: 'person-status-set' as const,
          by,
        })),
      agents.map((id) => ({ ...invited, agentId: id })),
      fc
        .record({ agentId: agents, timeMs })
        .map((e) => ({ ...e, kind: 'agent-enrolled' as const, key: key(e.timeMs) })),
      fc.record({ agentId: agents, status: fc.constantFrom(...SETTABLE_STATUSES), timeMs }).map((e) => ({
        ...e,
        kind: 'agent-status-set' as const,
        by,
        why: '',
      })),
      fc.record({ tokenId: fc.constantFrom('1', '2', '3'), timeMs, expiresMs: fc.nat(200) }).map((e) => ({
        ...e,
        kind: 'token-revoked' as const,
        by,
      })),
    );
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (first, second) => {
        const whole = directoryOf(...first, ...second);
        const resumed = createDirectory();
        resumed.reset(JSON.parse(JSON.stringify(directoryOf(...first).state())));
        for (const one of second) resumed.apply(one);
        expect(resumed.state()).toEqual(whole.state());
        for (const agent of whole.agents()) {
          expect(AGENT_STATUSES).toContain(agent.state.status);
          // No way leads to an active agent without a key.
          expect('key' in agent.state).toBe(agent.state.status === 'active' || agent.state.status === 'suspended');
        }
      }),
    );
  });
});
