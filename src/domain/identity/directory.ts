import type { Agent, AgentKey, AgentState } from '#domain/identity/agent.ts';
import { AGENT_KEY_OVERLAP_MS } from '#domain/identity/agent-key.ts';
import type { DirectoryChange, IdentityEvent } from '#domain/identity/identity-event.ts';
import type { Person } from '#domain/identity/person.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import { never } from '#domain/result.ts';

/** Who there is. */
export interface Directory extends Electorate {
  agent(id: AgentId): Agent | undefined;
  agents(): readonly Agent[];
  people(): readonly Person[];
  /** Whether this token was revoked, whatever its own expiry says. */
  isRevoked(tokenId: string): boolean;
}

/** Who may be entitled to something: the people with a role, at this moment. */
export interface RoleHolders {
  peopleWithRole(role: string): readonly { readonly id: PersonId }[];
}

/** Who may vote and approve. */
export interface Electorate {
  person(id: PersonId): Person | undefined;
  /** Active people with this role, by id. */
  peopleWithRole(role: string): readonly Person[];
}

/** The directory as plain data: what is kept of it between two starts, and what other nodes get of it. */
export interface DirectoryState {
  readonly people: readonly Person[];
  readonly agents: readonly Agent[];
  readonly revoked: readonly RevokedToken[];
}

export interface RevokedToken {
  readonly tokenId: string;
  readonly expiresMs: number;
}

export interface DirectoryFold extends Directory {
  /** Called with every identity event once it is durable, and with those of the journal at start. */
  apply(event: IdentityEvent): void;
  state(): DirectoryState;
  /** Begins anew from this state. */
  reset(state: DirectoryState): void;
  /** Puts these in the place of those of the same ids; everybody else stays. */
  merge(some: DirectoryState): void;
}

/** Revoked tokens that are remembered. They live for minutes, so the oldest of so many has long expired. */
const REVOKED_MAX = 100_000;

/**
 * The directory: a fold over the identity events of the journal, which are the truth. The same events give the same directory.
 * Events were checked before they were written; one about nobody changes nothing.
 */
export function createDirectory(): DirectoryFold {
  const people = new Map<PersonId, Person>();
  const agents = new Map<AgentId, Agent>();
  /** By token id, in the order of revocation. */
  const revoked = new Map<string, RevokedToken>();

  function changePerson(id: PersonId, change: Partial<Person>): void {
    const person = people.get(id);
    if (person !== undefined) people.set(id, { ...person, ...change });
  }

  function unbindPerson(personId: PersonId): void {
    const person = people.get(personId);
    if (person === undefined) return;
    const { id, name, roles, status } = person;
    people.set(id, { id, name, roles, status });
  }

  function changeAgent(id: AgentId, next: (state: AgentState) => AgentState): void {
    const agent = agents.get(id);
    if (agent !== undefined) agents.set(id, { ...agent, state: next(agent.state) });
  }

  function merge(some: DirectoryState): void {
    for (const person of some.people) people.set(person.id, person);
    for (const agent of some.agents) agents.set(agent.id, agent);
    for (const token of some.revoked) revoked.set(token.tokenId, token);
    for (const id of revoked.keys()) {
      if (revoked.size <= REVOKED_MAX) break;
      revoked.delete(id);
    }
  }

  function applyChange(event: DirectoryChange): void {
    switch (event.kind) {
      case 'person-added':
        people.set(event.personId, {
          id: event.personId,
          name: event.name,
          roles: event.roles,
          status: 'active',
        });
        return;
      case 'person-roles-set':
        changePerson(event.personId, { roles: event.roles });
        return;
      case 'person-status-set':
        changePerson(event.personId, { status: event.status });
        return;
      case 'person-bound':
        changePerson(event.personId, { openid: event.openid });
        return;
      case 'person-unbound':
        unbindPerson(event.personId);
        return;
      case 'person-provisioned': {
        const { personId: id, name, roles, openid } = event;
        people.set(id, { id, name, roles, status: 'active', openid });
        return;
      }
      case 'person-regrouped':
        changePerson(event.personId, { roles: event.roles });
        return;
      case 'agent-invited': {
        const { agentId: id, agent, owner, teams, codeSha256, expiresMs } = event;
        agents.set(id, { id, agent, owner, teams, state: { status: 'pending', codeSha256, expiresMs } });
        return;
      }
      case 'agent-enrolled':
        changeAgent(event.agentId, () => ({ status: 'active', key: event.key }));
        return;
      case 'agent-key-rotated':
        changeAgent(event.agentId, (state) => withKey(state, event.key, event.timeMs));
        return;
      case 'agent-status-set':
        changeAgent(event.agentId, (state) => withStatus(state, event.status));
        return;
      case 'token-revoked': {
        const { tokenId, expiresMs, timeMs } = event;
        for (const [id, token] of revoked) {
          if (token.expiresMs > timeMs && revoked.size < REVOKED_MAX) break;
          revoked.delete(id);
        }
        revoked.set(tokenId, { tokenId, expiresMs });
        return;
      }
      default:
        never(event);
    }
  }

  return {
    person: (id) => people.get(id),
    agent: (id) => agents.get(id),
    people: () => sortedById(people),
    agents: () => sortedById(agents),
    peopleWithRole: (role) =>
      sortedById(people).filter((person) => person.status === 'active' && person.roles.includes(role)),
    isRevoked: (tokenId) => revoked.has(tokenId),
    apply(event) {
      if (isChange(event)) applyChange(event);
    },
    state: () => ({ people: sortedById(people), agents: sortedById(agents), revoked: [...revoked.values()] }),
    reset(state) {
      people.clear();
      agents.clear();
      revoked.clear();
      merge(state);
    },
    merge,
  };
}

/** Whether the directory is another after this event: what other nodes must hear of. */
export function isChange(event: IdentityEvent): event is DirectoryChange {
  switch (event.kind) {
    case 'person-added':
    case 'person-roles-set':
    case 'person-status-set':
    case 'person-bound':
    case 'person-unbound':
    case 'person-provisioned':
    case 'person-regrouped':
    case 'agent-invited':
    case 'agent-enrolled':
    case 'agent-key-rotated':
    case 'agent-status-set':
    case 'token-revoked':
      return true;
    case 'signed-in':
    case 'signed-out':
    case 'authentication-refused':
    case 'locked-out':
    case 'password-set':
    case 'person-invited':
    case 'passkey-added':
    case 'passkey-removed':
    case 'token-issued':
    case 'signing-key-rotated':
      return false;
    default:
      return never(event);
  }
}

function withKey(state: AgentState, key: AgentKey, timeMs: number): AgentState {
  if (!('key' in state)) return state;
  return { ...state, key, previous: { key: state.key, untilMs: timeMs + AGENT_KEY_OVERLAP_MS } };
}

function withStatus(state: AgentState, status: 'active' | 'suspended' | 'retired' | 'compromised'): AgentState {
  if (status === 'retired' || status === 'compromised') return { status };
  return 'key' in state ? { ...state, status } : state;
}

function sortedById<T extends { readonly id: string }>(items: ReadonlyMap<string, T>): readonly T[] {
  return [...items.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
