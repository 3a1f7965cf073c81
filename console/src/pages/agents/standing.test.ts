import { describe, expect, it } from 'vitest';
import { type Agent, matchingAgents, matchingPeople, NEXT_STATUSES } from './standing.ts';

const agent = (id: string, given: Partial<Agent> = {}): Agent => ({
  id,
  agent: 'codex',
  owner: 'ada',
  teams: [],
  status: 'active',
  ...given,
});

describe('who is looked for', () => {
  const agents = [agent('codex-1'), agent('codex-2', { status: 'suspended' }), agent('build', { teams: ['Platform'] })];

  it('has every word somewhere, in small letters or capitals', () => {
    expect(matchingAgents(agents, 'CODEX suspended').map(({ id }) => id)).toEqual(['codex-2']);
    expect(matchingAgents(agents, ' platform ').map(({ id }) => id)).toEqual(['build']);
    expect(matchingAgents(agents, 'ada nobody')).toEqual([]);
  });

  it('is everybody where nothing is looked for', () => {
    expect(matchingAgents(agents, '  ')).toHaveLength(3);
    expect(matchingPeople([{ id: 'ada', name: 'Ada', roles: ['operator'], status: 'active' }], 'oper')).toHaveLength(1);
  });
});

it('offers no way back from a status that is for good', () => {
  expect(NEXT_STATUSES.compromised).toEqual([]);
  expect(NEXT_STATUSES.retired).toEqual(['compromised']);
});
