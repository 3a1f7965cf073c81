import { describe, expect, it } from 'vitest';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import { startTestService, TOKENS } from '../../tests/support/decision-service.ts';
import { createLastSeen, registerLastSeen } from './last-seen.ts';

const agent = { kind: 'agent', id: 'ada' as AgentId } as const;
const person = { kind: 'person', id: 'ada' as PersonId } as const;

describe('when a caller was last seen', () => {
  it('is nothing for who was never seen, and a person of the same name is another', () => {
    const lastSeen = createLastSeen(() => 7);
    lastSeen.note(person);
    expect([lastSeen.of('agent'), lastSeen.of('person')]).toEqual([{}, { ada: 7 }]);
  });

  it('goes forward only: what the journal recalls does not overtake what was seen', () => {
    const lastSeen = createLastSeen(() => 100);
    lastSeen.note(agent);
    lastSeen.note(agent, 50);
    expect(lastSeen.of('agent')).toEqual({ ada: 100 });
    lastSeen.note(agent, 150);
    expect(lastSeen.of('agent')).toEqual({ ada: 150 });
  });
});

it('is told with the roles that there are, to those who may read agents and people', async () => {
  const lastSeen = createLastSeen(() => 7);
  lastSeen.note(agent);
  const { call } = await startTestService({
    register: (app) => registerLastSeen(app, { lastSeen, assignableRoles: () => ['operator', 'maintainer'] }),
  });
  for (const path of ['/v1/last-seen', '/v1/roles']) {
    expect((await call('GET', path, undefined)).status).toBe(401);
    expect((await call('GET', path, TOKENS.codex)).json().code).toBe('not-entitled');
  }
  expect((await call('GET', '/v1/last-seen', TOKENS.operator)).json()).toEqual({ agents: { ada: 7 }, people: {} });
  expect((await call('GET', '/v1/roles', TOKENS.operator)).json()).toEqual({ roles: ['operator', 'maintainer'] });
});
