import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Access } from '#domain/access/access.ts';
import type { Agent, ProvenAgent } from '#domain/identity/agent.ts';
import { agentKey } from '#domain/identity/agent-key.ts';
import { enrolAgent, inviteAgent, rotateAgentKey, setAgentStatus } from '#domain/identity/agent-lifecycle.ts';
import type { Directory } from '#domain/identity/directory.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import type { AttemptToProve } from '#services/identity/attempt.ts';
import type { IdentityRecord } from '#services/identity/record.ts';
import { refOf } from '#services/identity/routes/people.ts';
import {
  AgentBody,
  AgentKeyBody,
  AgentReply,
  AgentStatusBody,
  EnrolledReply,
  EnrolmentBody,
  IdParameters,
  InvitedReply,
} from '#services/identity/schemas.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

export interface AgentRouteDeps {
  readonly directory: Directory;
  readonly record: IdentityRecord;
  readonly attempt: AttemptToProve;
  readonly access: Access;
  readonly proveKey: ProveKey;
  readonly verifyAssertion: (assertion: string) => Promise<Result<ProvenAgent>>;
  readonly newCode: () => string;
  readonly issuer: string;
  readonly nowMs: () => number;
}

/** Verifies a proof (DPoP) and gives the key that it proves: its thumbprint, and the key itself where it is an Ed25519 key. */
export type ProveKey = (given: {
  readonly proof: string;
  readonly method: string;
  readonly path: string;
}) => Promise<Result<{ readonly thumbprint: string; readonly ed25519: string | undefined }>>;

/** Agents: invited by a person, enrolled by a code and a key of their own, and their status. */
export function registerAgentRoutes(app: EdgeServer, deps: AgentRouteDeps): void {
  const { directory, record, attempt } = deps;

  app.get(
    '/v1/agents',
    {
      config: { permission: 'agents.read' },
      schema: { summary: 'Every agent, by id', response: { 200: Type.Object({ agents: list(AgentReply) }) } },
    },
    async () => ({ agents: directory.agents().map(toReply) }),
  );

  app.post(
    '/v1/agents',
    {
      config: { permission: 'agents.invite' },
      schema: {
        summary: 'Make a place for an agent, and the code with which it enrols, once',
        body: AgentBody,
        response: { 201: InvitedReply },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id, agent, teams = [] } = request.body;
      // Policies give rights to teams: who may only invite for themselves gives none.
      if (teams.length > 0 && !deps.access.may(caller, 'agents.manage')) {
        return sendProblem(reply, { code: 'not-entitled', message: 'Teams are given by whoever manages all agents.' });
      }
      const code = deps.newCode();
      const invited = await record.change(() =>
        inviteAgent({
          by: refOf(caller),
          id,
          agent,
          owner: caller.id as PersonId, // the permission is for people only
          teams,
          code,
          directory,
          nowMs: deps.nowMs(),
        }),
      );
      if (!invited.ok) return sendProblem(reply, invited.refusal);
      const expiresMs = invited.value.kind === 'agent-invited' ? invited.value.expiresMs : 0;
      return reply.code(201).header('cache-control', 'no-store').send({ id, code, expiresMs });
    },
  );

  app.post(
    '/v1/agents/:id/status',
    {
      config: { permission: 'agents.invite' },
      schema: {
        summary: 'Suspend, reinstate or retire an agent, or say that it is compromised',
        params: IdParameters,
        body: AgentStatusBody,
        response: { 200: AgentReply },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const set = await record.change(() =>
        setAgentStatus({
          agent: find(request.params.id),
          ...request.body,
          by: refOf(caller),
          mayManageAll: deps.access.may(caller, 'agents.manage'),
          nowMs: deps.nowMs(),
        }),
      );
      if (!set.ok) return sendProblem(reply, set.refusal);
      return toReply(known(request.params.id));
    },
  );

  app.post(
    '/v1/enrolments',
    {
      // By the code, and by the key that the header DPoP proves.
      config: { access: 'open' },
      schema: { summary: "An agent's first key, for the code", body: EnrolmentBody, response: { 201: EnrolledReply } },
    },
    async (request, reply) => {
      const enrolled = await attempt({ method: 'code', address: request.ip }, async () => {
        const key = await newKey(request);
        if (!key.ok) return key;
        return record.change(() =>
          enrolAgent({ code: request.body.code, key: key.value, directory, nowMs: deps.nowMs() }),
        );
      });
      if (!enrolled.ok) return sendProblem(reply, enrolled.refusal);
      const { id, agent } = known(enrolled.value.agentId);
      return reply.code(201).send({ agentId: id, agent, issuer: deps.issuer });
    },
  );

  app.post(
    '/v1/agent-keys',
    {
      // By an assertion with the old key and a proof with the new one: a copied token is not enough to take an agent over.
      config: { access: 'open' },
      schema: { summary: "Put a new key in place of an agent's", body: AgentKeyBody, response: { 201: EnrolledReply } },
    },
    async (request, reply) => {
      const rotated = await attempt({ method: 'assertion', address: request.ip }, async () => {
        const proven = await deps.verifyAssertion(request.body.clientAssertion);
        if (!proven.ok) return proven;
        const { agent, key: by } = proven.value;
        const key = await newKey(request);
        if (!key.ok) return key;
        const changed = await record.change(() =>
          rotateAgentKey({ agent: directory.agent(agent.id), by, key: key.value, nowMs: deps.nowMs() }),
        );
        return changed.ok ? ok(agent) : changed;
      });
      if (!rotated.ok) return sendProblem(reply, rotated.refusal);
      const { id, agent } = rotated.value;
      return reply.code(201).send({ agentId: id, agent, issuer: deps.issuer });
    },
  );

  async function newKey(request: FastifyRequest) {
    const proof = request.headers['dpop'];
    if (typeof proof !== 'string') return refuse('proof-missing', 'Prove the key: send a proof in the header DPoP.');
    const proven = await deps.proveKey({ proof, method: request.method, path: request.url });
    if (!proven.ok) return proven;
    const { ed25519 } = proven.value;
    if (ed25519 === undefined) return refuse('proof-invalid', "An agent's own key is an Ed25519 key.");
    return ok(agentKey(ed25519, deps.nowMs()));
  }

  function find(id: string): Agent | undefined {
    return directory.agent(id as AgentId); // looked up, not trusted
  }

  function known(id: string): Agent {
    const agent = find(id);
    if (agent === undefined) throw new Error('an agent that was just changed is not in the directory');
    return agent;
  }
}

function toReply({ id, agent, owner, teams, state }: Agent) {
  const key = 'key' in state ? { keyThumbprint: state.key.thumbprint, keySinceMs: state.key.sinceMs } : {};
  return { id, agent, owner, teams, status: state.status, ...key };
}
