import { describe, expect, it } from 'vitest';
import { type AccessToken, principalOf } from '#domain/identity/access-token.ts';
import { AGENT_STATUSES, type KeyThumbprint, SETTABLE_STATUSES } from '#domain/identity/agent.ts';
import { AGENT_KEY_OVERLAP_MS, agentKey, isAgentKeyOverdue } from '#domain/identity/agent-key.ts';
import {
  agentStanding,
  ENROLMENT_CODE_BYTES,
  ENROLMENT_TTL_MS,
  enrolAgent,
  enrolmentCode,
  inviteAgent,
  rotateAgentKey,
  setAgentStatus,
} from '#domain/identity/agent-lifecycle.ts';
import { createDirectory, type DirectoryFold } from '#domain/identity/directory.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import type { Result } from '#domain/result.ts';

const by = { kind: 'person', id: 'ada' } as const;
const ada = 'ada' as PersonId;
const code = enrolmentCode(new Uint8Array(ENROLMENT_CODE_BYTES).fill(7));
const key = { thumbprint: 't' as KeyThumbprint, publicKey: 'k', sinceMs: 2 };
const laptop = 'ada-laptop' as AgentId;

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.refusal.code);
  return result.value;
}
const invitation = (directory: DirectoryFold, more: object = {}) =>
  inviteAgent({ by, id: laptop, agent: 'codex', owner: ada, teams: [], code, directory, nowMs: 0, ...more });

function enrolled(): DirectoryFold {
  const directory = createDirectory();
  directory.apply(value(invitation(directory)));
  directory.apply(value(enrolAgent({ code, key, directory, nowMs: 1 })));
  return directory;
}

describe('enrolment', () => {
  it.each(['', '-x', 'a b', 'a/b', 'x'.repeat(65)])('refuses the agent id "%s"', (id) => {
    expect(invitation(createDirectory(), { id })).toMatchObject({ refusal: { code: 'agent-id-malformed' } });
  });

  it('refuses a wrong code, a late one, and one that was used', () => {
    const directory = createDirectory();
    directory.apply(value(invitation(directory)));
    const wrong = enrolmentCode(new Uint8Array(ENROLMENT_CODE_BYTES).fill(8));
    for (const [shown, nowMs] of [
      [wrong, 1],
      [code, ENROLMENT_TTL_MS],
      ['', 1],
    ] as const) {
      expect(enrolAgent({ code: shown, key, directory, nowMs })).toMatchObject({ refusal: { code: 'code-unknown' } });
    }
    directory.apply(value(enrolAgent({ code: code.toUpperCase(), key, directory, nowMs: 1 })));
    expect(enrolAgent({ code, key, directory, nowMs: 1 })).toMatchObject({ refusal: { code: 'code-unknown' } });
  });

  it('does not offer a taken place to another, nor a waiting one to another owner', () => {
    expect(invitation(enrolled())).toMatchObject({ refusal: { code: 'agent-exists' } });
    const directory = createDirectory();
    directory.apply(value(invitation(directory)));
    expect(invitation(directory, { owner: 'eve' })).toMatchObject({ refusal: { code: 'agent-exists' } });
    expect(invitation(directory).ok).toBe(true);
  });

  it('makes a code of 24 plain characters, all of whose bits count', () => {
    expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/);
    const codes = Array.from({ length: ENROLMENT_CODE_BYTES * 8 }, (_, bit) => {
      const random = new Uint8Array(ENROLMENT_CODE_BYTES);
      random[bit >> 3] = 1 << (bit & 7);
      return enrolmentCode(random);
    });
    expect(new Set(codes).size).toBe(ENROLMENT_CODE_BYTES * 8);
  });
});

describe('the status of an agent', () => {
  it('changes along these ways and no others', () => {
    const ways = AGENT_STATUSES.map((from) => {
      const directory = from === 'pending' ? createDirectory() : enrolled();
      if (from === 'pending') directory.apply(value(invitation(directory)));
      else if (from !== 'active') {
        directory.apply({ kind: 'agent-status-set', timeMs: 2, by, agentId: laptop, status: from, why: '' });
      }
      const agent = directory.agent(laptop);
      const reachable = SETTABLE_STATUSES.filter(
        (status) => setAgentStatus({ agent, status, why: '', by, mayManageAll: false, nowMs: 3 }).ok,
      );
      return `${from}: ${reachable.join(' ')}`;
    });
    expect(ways).toEqual([
      'pending: retired',
      'active: suspended retired compromised',
      'suspended: active retired compromised',
      'retired: compromised',
      'compromised: ',
    ]);
  });

  it('is set by its owner or by whoever manages all, not by another person nor by an agent of the same name', () => {
    const agent = enrolled().agent(laptop);
    const set = (who: { kind: 'person' | 'agent'; id: string }, mayManageAll: boolean) =>
      setAgentStatus({ agent, status: 'suspended', why: '', by: who, mayManageAll, nowMs: 3 }).ok;
    expect(set({ kind: 'person', id: 'eve' }, false)).toBe(false);
    expect(set({ kind: 'agent', id: 'ada' }, false)).toBe(false);
    expect(set({ kind: 'person', id: 'eve' }, true)).toBe(true);
    expect(
      setAgentStatus({ agent: undefined, status: 'active', why: '', by, mayManageAll: true, nowMs: 0 }),
    ).toMatchObject({ refusal: { code: 'agent-unregistered' } });
  });

  it('decides whether the agent may call or change its key', () => {
    for (const status of ['suspended', 'retired', 'compromised'] as const) {
      const directory = enrolled();
      directory.apply({ kind: 'agent-status-set', timeMs: 2, by, agentId: laptop, status, why: '' });
      const agent = directory.agent(laptop);
      if (agent === undefined) throw new Error('no agent');
      expect(agentStanding(agent)).toMatchObject({ refusal: { code: `agent-${status}` } });
      expect(rotateAgentKey({ agent, by: key.thumbprint, key, nowMs: 3 })).toMatchObject({
        refusal: { code: `agent-${status}` },
      });
    }
    expect(rotateAgentKey({ agent: undefined, by: key.thumbprint, key, nowMs: 3 })).toMatchObject({
      refusal: { code: 'agent-unregistered' },
    });
  });
});

describe('the key of an agent', () => {
  const next = agentKey('n'.repeat(43), 5);

  it('is changed by the one in use only, and the one before is good for some minutes more', () => {
    const directory = enrolled();
    const first = directory.agent(laptop)?.state;
    if (first?.status !== 'active') throw new Error('not active');
    const rotate = (by: KeyThumbprint) => rotateAgentKey({ agent: directory.agent(laptop), by, key: next, nowMs: 5 });
    expect(rotate(next.thumbprint)).toMatchObject({ refusal: { code: 'key-not-current' } });
    directory.apply(value(rotate(first.key.thumbprint)));
    expect(directory.agent(laptop)?.state).toEqual({
      status: 'active',
      key: next,
      previous: { key: first.key, untilMs: 5 + AGENT_KEY_OVERLAP_MS },
    });
    expect(rotate(first.key.thumbprint)).toMatchObject({ refusal: { code: 'key-not-current' } });
  });

  it('is overdue a week after it should have been changed, and only of an agent that is active', () => {
    const dueMs = 37 * 86_400_000;
    const agent = enrolled().agent(laptop);
    if (agent?.state.status !== 'active') throw new Error('not active');
    const { sinceMs } = agent.state.key;
    expect([dueMs, dueMs + 1].map((ms) => isAgentKeyOverdue(agent, sinceMs + ms))).toEqual([false, true]);
    const suspended = { ...agent, state: { ...agent.state, status: 'suspended' as const } };
    expect(isAgentKeyOverdue(suspended, sinceMs + dueMs + 1)).toBe(false);
  });
});

describe('the principal of a token', () => {
  const token = (more: Partial<AccessToken> = {}): AccessToken => ({
    id: 'j',
    subject: { kind: 'agent', id: laptop },
    actors: [],
    issuedMs: 0,
    expiresMs: 10,
    ...more,
  });
  const withPeople = () => {
    const directory = enrolled();
    directory.apply({ kind: 'person-added', timeMs: 1, by, personId: ada, name: 'Ada', roles: ['developer'] });
    return directory;
  };

  it.each([
    ['an agent that nobody knows', { subject: { kind: 'agent', id: 'x' } }, 'principal-unknown'],
    ['a person whom nobody knows', { subject: { kind: 'person', id: 'x' } }, 'principal-unknown'],
    ['a person who would act for somebody', { actors: [{ kind: 'person', id: 'ada' }] }, 'token-malformed'],
    ['an unknown agent that acts for a known one', { actors: [{ kind: 'agent', id: 'x' }] }, 'principal-unknown'],
  ] as const)('is nobody for %s', (_name, more, refusal) => {
    expect(principalOf(token(more), withPeople())).toMatchObject({ refusal: { code: refusal } });
  });

  it('loses its standing with the agent, the person, or the token itself', () => {
    const directory = withPeople();
    const forAda = token({ subject: { kind: 'person', id: 'ada' }, actors: [{ kind: 'agent', id: laptop }] });
    expect(value(principalOf(forAda, directory))).toEqual({
      kind: 'agent',
      id: laptop,
      agent: 'codex',
      teams: [],
      onBehalfOf: { kind: 'person', id: 'ada', roles: ['developer'] },
    });
    directory.apply({ kind: 'token-revoked', timeMs: 1, by, tokenId: 'j', expiresMs: 10 });
    expect(principalOf(forAda, directory)).toMatchObject({ refusal: { code: 'token-revoked' } });
    const other = { ...forAda, id: 'k' };
    directory.apply({ kind: 'person-status-set', timeMs: 1, by, personId: ada, status: 'suspended' });
    expect(principalOf(other, directory)).toMatchObject({ refusal: { code: 'person-suspended' } });
    directory.apply({ kind: 'agent-status-set', timeMs: 1, by, agentId: laptop, status: 'compromised', why: '' });
    expect(principalOf(token({ id: 'l' }), directory)).toMatchObject({ refusal: { code: 'agent-compromised' } });
  });
});
