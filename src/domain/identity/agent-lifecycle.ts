import {
  AGENTS_MAX,
  type Agent,
  type AgentKey,
  type AgentStatus,
  type KeyThumbprint,
  type SettableStatus,
} from '#domain/identity/agent.ts';
import type { Directory } from '#domain/identity/directory.ts';
import type { IdentityEvent, PrincipalRef } from '#domain/identity/identity-event.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import { sha256Hex } from '#domain/json.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';

/** How long a code of enrolment waits to be used, in milliseconds. */
export const ENROLMENT_TTL_MS = 15 * 60 * 1000;
/** Random bytes of a code: nothing to guess within its time, and short enough to be typed. */
export const ENROLMENT_CODE_BYTES = 15;

const AGENT_ID = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

export type AgentRefusalCode =
  | 'agent-id-malformed'
  | 'agent-exists'
  | 'agent-unregistered'
  | 'agent-transition'
  | 'agent-not-yours'
  | 'key-not-current'
  | 'code-unknown'
  | 'directory-full'
  | AgentStanding['code'];

/** Why an agent may not call. */
export interface AgentStanding {
  readonly code: 'agent-pending' | 'agent-suspended' | 'agent-retired' | 'agent-compromised';
}

/** The code's text: groups of four, without letters that look alike (Crockford's base 32). `random` has `ENROLMENT_CODE_BYTES`. */
export function enrolmentCode(random: Uint8Array): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  let bits = 0n;
  for (const byte of random) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let left = (random.length * 8) / 5; left >= 1; left -= 1) {
    text = (alphabet[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text.replaceAll(/(.{4})(?=.)/g, '$1-');
}

export function enrolmentCodeHash(code: string): string {
  return sha256Hex(code.toLowerCase().replaceAll('-', ''));
}

/** A place for a new agent, for whoever brings the code. A place that nobody has taken yet may be offered anew. */
export function inviteAgent(input: {
  readonly by: PrincipalRef;
  readonly id: string;
  readonly agent: string;
  readonly owner: PersonId;
  readonly teams: readonly string[];
  readonly code: string;
  readonly directory: Directory;
  readonly nowMs: number;
}): Result<IdentityEvent, AgentRefusalCode> {
  const { directory, nowMs } = input;
  if (!AGENT_ID.test(input.id)) {
    return refuse(
      'agent-id-malformed',
      'The id of an agent has 1 to 64 characters: letters, digits, and . _ @ - after the first.',
    );
  }
  const agentId = input.id as AgentId; // minted here, of the form that was just checked
  const known = directory.agent(agentId);
  if (known !== undefined && (known.state.status !== 'pending' || known.owner !== input.owner)) {
    return refuse('agent-exists', `There is an agent "${agentId}" already.`);
  }
  if (known === undefined && directory.agents().length >= AGENTS_MAX) {
    return refuse('directory-full', `At most ${AGENTS_MAX} agents are kept.`);
  }
  return ok({
    kind: 'agent-invited',
    timeMs: nowMs,
    by: input.by,
    agentId,
    agent: input.agent,
    owner: input.owner,
    teams: [...new Set(input.teams)].sort(),
    codeSha256: enrolmentCodeHash(input.code),
    expiresMs: nowMs + ENROLMENT_TTL_MS,
  });
}

/** The agent that this code was made for; a wrong code and one that is too old are told apart by nobody. */
export function enrolAgent(input: {
  readonly code: string;
  readonly key: AgentKey;
  readonly directory: Directory;
  readonly nowMs: number;
}): Result<IdentityEvent & { readonly kind: 'agent-enrolled' | 'agent-key-rotated' }, AgentRefusalCode> {
  const codeSha256 = enrolmentCodeHash(input.code);
  const agent = input.directory
    .agents()
    .find(
      ({ state }) => state.status === 'pending' && state.codeSha256 === codeSha256 && input.nowMs < state.expiresMs,
    );
  if (agent === undefined) return refuse('code-unknown', 'The code is wrong, used or too old: have a new one made.');
  return ok({ kind: 'agent-enrolled', timeMs: input.nowMs, agentId: agent.id, key: input.key });
}

/**
 * An agent in good standing changes its key. The old one is good for some minutes more, and so are its tokens; what must end at once
 * is suspended. `by`: the key that it has shown. Only the one in use changes it: whoever has found an old one takes no agent over.
 */
export function rotateAgentKey(input: {
  readonly agent: Agent | undefined;
  readonly by: KeyThumbprint;
  readonly key: AgentKey;
  readonly nowMs: number;
}): Result<IdentityEvent, AgentRefusalCode> {
  const { agent } = input;
  if (agent === undefined) return unregistered();
  const standing = agentStanding(agent);
  if (!standing.ok) return standing;
  if (standing.value.thumbprint !== input.by) {
    return refuse('key-not-current', `${agent.id} has another key by now: only that one is changed for a new one.`);
  }
  return ok({ kind: 'agent-key-rotated', timeMs: input.nowMs, agentId: agent.id, key: input.key });
}

/** Which status may follow which. Retired and compromised are for good; a retired one may yet turn out compromised. */
const NEXT: Readonly<Record<AgentStatus, readonly SettableStatus[]>> = {
  pending: ['retired'],
  active: ['suspended', 'retired', 'compromised'],
  suspended: ['active', 'retired', 'compromised'],
  retired: ['compromised'],
  compromised: [],
};

/** By its owner, or by somebody who may manage all agents. */
export function setAgentStatus(input: {
  readonly agent: Agent | undefined;
  readonly status: SettableStatus;
  readonly why: string;
  readonly by: PrincipalRef;
  readonly mayManageAll: boolean;
  readonly nowMs: number;
}): Result<IdentityEvent, AgentRefusalCode> {
  const { agent, status, by } = input;
  if (agent === undefined) return unregistered();
  if (!input.mayManageAll && !(by.kind === 'person' && by.id === agent.owner)) {
    return refuse('agent-not-yours', `${agent.id} belongs to ${agent.owner}.`);
  }
  if (!NEXT[agent.state.status].includes(status)) {
    return refuse('agent-transition', `${agent.id} is ${agent.state.status}: it cannot become ${status}.`);
  }
  return ok({ kind: 'agent-status-set', timeMs: input.nowMs, by, agentId: agent.id, status, why: input.why });
}

/** Whether an agent may call, and if not, why. */
export function agentStanding(agent: Agent): Result<AgentKey, AgentStanding['code']> {
  const { state } = agent;
  switch (state.status) {
    case 'active':
      return ok(state.key);
    case 'pending':
      return refuse('agent-pending', `${agent.id} has not enrolled yet.`);
    case 'suspended':
      return refuse('agent-suspended', `${agent.id} is suspended.`);
    case 'retired':
      return refuse('agent-retired', `${agent.id} is retired.`);
    case 'compromised':
      return refuse('agent-compromised', `${agent.id} is known to be compromised.`);
    default:
      return never(state);
  }
}

function unregistered() {
  return refuse('agent-unregistered', 'The directory holds no such agent.');
}
