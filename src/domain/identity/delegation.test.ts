import { expect, it } from 'vitest';
import { delegationOf } from './delegation.ts';
import type { AgentId, PersonId, Principal } from './principal.ts';

const agent = (id: string, onBehalfOf?: Principal): Principal => ({
  kind: 'agent',
  id: id as AgentId, // a brand for the test
  agent: 'codex',
  teams: [],
  ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
});
const person: Principal = { kind: 'person', id: 'ada' as PersonId, roles: [] };

it('a delegation leads from the agent to the one who answers for it', () => {
  expect(delegationOf(person)).toEqual({});
  expect(delegationOf(agent('a'))).toEqual({});
  expect(delegationOf(agent('a', person))).toEqual({ delegation: [{ kind: 'person', id: 'ada' }] });
  expect(delegationOf(agent('a', agent('b', person)))).toEqual({
    delegation: [
      { kind: 'agent', id: 'b' },
      { kind: 'person', id: 'ada' },
    ],
  });
});
