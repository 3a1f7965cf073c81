import { Type } from '@fastify/type-provider-typebox';
import type { SuspensionId } from '#domain/amendment/ids.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import {
  AgentParams,
  IdParams,
  ReasonBody,
  SuspensionBody,
  SuspensionReply,
  SuspensionsReply,
} from '#services/constitution/amendment-schemas.ts';
import { personOf } from '#services/constitution/person.ts';
import { liftSuspension, reinstateAgent, type SuspendDeps, suspendPolicy } from '#services/constitution/suspend.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';

const act = { permission: 'constitution.amend' } as const;

/** What is suspended in an emergency: policies, at once and stricter only; and agents, by the graduated response. */
export function registerSuspensionRoutes(app: EdgeServer, deps: SuspendDeps): void {
  const { keeper } = deps;

  app.get(
    '/v1/suspensions',
    {
      config: { permission: 'constitution.read' },
      schema: { summary: 'Policies and agents that are or were suspended', response: { 200: SuspensionsReply } },
    },
    async () => ({
      suspensions: [...keeper.current().suspensions.values()].reverse(),
      agents: [...keeper.current().suspendedAgents].map(([agent, { sinceMs, why }]) => ({ agent, sinceMs, why })),
    }),
  );

  app.post(
    '/v1/suspensions',
    {
      config: act,
      schema: {
        summary: 'Suspend what a policy lets through, at once',
        body: SuspensionBody,
        response: { 200: SuspensionReply },
      },
    },
    async (request, reply) => {
      const person = personOf(callerOf(request));
      if (!person.ok) return sendProblem(reply, person.refusal);
      const { policy, reason } = request.body;
      const suspended = await suspendPolicy(deps, person.value, policy as PolicyId, reason); // an unknown one is refused
      return suspended.ok ? suspended.value : sendProblem(reply, suspended.refusal);
    },
  );

  app.post(
    '/v1/suspensions/:id/lift',
    {
      config: act,
      schema: { summary: 'End a suspension', params: IdParams, response: { 200: SuspensionReply } },
    },
    async (request, reply) => {
      const person = personOf(callerOf(request));
      if (!person.ok) return sendProblem(reply, person.refusal);
      const lifted = await liftSuspension(deps, person.value, request.params.id as SuspensionId); // as above
      return lifted.ok ? lifted.value : sendProblem(reply, lifted.refusal);
    },
  );

  app.post(
    '/v1/suspended-agents/:id/reinstatement',
    {
      config: act,
      schema: {
        summary: 'Let an agent go on that the graduated response has suspended',
        params: AgentParams,
        body: ReasonBody,
        response: { 200: Type.Object({ agent: Type.String() }) },
      },
    },
    async (request, reply) => {
      const person = personOf(callerOf(request));
      if (!person.ok) return sendProblem(reply, person.refusal);
      const agent = request.params.id as AgentId; // as above
      const reinstated = await reinstateAgent(deps, person.value, agent, request.body.reason);
      return reinstated.ok ? { agent } : sendProblem(reply, reinstated.refusal);
    },
  );
}
