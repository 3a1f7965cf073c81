import { expect, it } from 'vitest';
import { AGENT_STATUSES, type Agent, type AgentState, SETTABLE_STATUSES } from '#domain/identity/agent.ts';
import { setAgentStatus } from '#domain/identity/agent-lifecycle.ts';
import { PASSWORD_CHARACTERS_MIN as OF_THE_SERVER } from '#domain/identity/password.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import { NEXT_STATUSES } from '../../console/src/pages/agents/standing.ts';
import { PASSWORD_CHARACTERS_MIN } from '../../console/src/sign-in/password.ts';

/** What the console tells people before the server is asked, and its API does not say: rules that must be the server's own. */

it('asks for passwords as long as the server does', () => {
  expect(PASSWORD_CHARACTERS_MIN).toBe(OF_THE_SERVER);
});

it.each(AGENT_STATUSES)('offers what may follow on “%s”, and nothing else', (status) => {
  const ada = 'ada' as PersonId;
  const state = { status } as AgentState; // no more of it is looked at
  const agent: Agent = { id: 'laptop' as AgentId, agent: 'codex', owner: ada, teams: [], state };
  const by = { kind: 'person', id: ada } as const;
  const allowed = SETTABLE_STATUSES.filter(
    (next) => setAgentStatus({ agent, status: next, why: 'x', by, mayManageAll: false, nowMs: 1 }).ok,
  );
  expect(NEXT_STATUSES[status].toSorted()).toEqual(allowed.toSorted());
});
