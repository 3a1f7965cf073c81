import type { Reply } from '../../api/client.ts';
import type { Tone } from '../../components/tone.ts';

export type Agent = Reply<'GET /v1/agents'>['agents'][number];
export type AgentStatus = Agent['status'];
export type Person = Reply<'GET /v1/people'>['people'][number];
export type SettableStatus = 'active' | 'suspended' | 'retired' | 'compromised';

export const STATUS_TONES: Readonly<Record<AgentStatus, Tone>> = {
  pending: 'waiting',
  active: 'good',
  suspended: 'waiting',
  retired: 'plain',
  compromised: 'bad',
};

export const STATUS_MEANS: Readonly<Record<AgentStatus, string>> = {
  pending: 'It was invited, and has not enrolled yet.',
  active: 'It may ask, and is answered by the constitution.',
  suspended: 'Everything that it asks is refused, until somebody reinstates it.',
  retired: 'It is not needed any more: refused for good.',
  compromised: 'Its key is known to others: refused for good, and everything that it did is to be looked at.',
};

/** What may follow, as the server holds it (tests/console/same-as-server.test.ts); retired and compromised are for good. */
export const NEXT_STATUSES: Readonly<Record<AgentStatus, readonly SettableStatus[]>> = {
  pending: ['retired'],
  active: ['suspended', 'retired', 'compromised'],
  suspended: ['active', 'retired', 'compromised'],
  retired: ['compromised'],
  compromised: [],
};

export const STATUS_VERBS: Readonly<Record<SettableStatus, string>> = {
  active: 'Reinstate',
  suspended: 'Suspend',
  retired: 'Retire',
  compromised: 'Compromised',
};

/** Those in whose id, kind, owner, teams or status every word occurs. */
export function matchingAgents(agents: readonly Agent[], q: string): readonly Agent[] {
  return agents.filter(({ id, agent, owner, teams, status }) => hasWords([id, agent, owner, status, ...teams], q));
}

export function matchingPeople(people: readonly Person[], q: string): readonly Person[] {
  return people.filter(({ id, name, roles, status }) => hasWords([id, name, status, ...roles], q));
}

function hasWords(texts: readonly string[], q: string): boolean {
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.every((word) => texts.some((text) => text.toLowerCase().includes(word)));
}
