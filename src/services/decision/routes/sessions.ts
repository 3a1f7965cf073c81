import { Type } from '@fastify/type-provider-typebox';
import type { DecisionSearch } from '#domain/decision/decision-index.ts';
import { pageOf } from '#services/decision/page.ts';
import { SessionReply, SessionsQuery, SpanQuery, StatsReply } from '#services/decision/schemas.ts';
import type { EdgeServer } from '#services/edge.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

/** What the operator sees of all agents: their runs, and how much was decided and how. */
export function registerSessionRoutes(app: EdgeServer, deps: { readonly index: DecisionSearch }): void {
  app.get(
    '/v1/sessions',
    {
      config: { permission: 'sessions.read' },
      schema: {
        summary: 'Runs of agents, newest first',
        querystring: SessionsQuery,
        response: { 200: Type.Object({ sessions: list(SessionReply), next: Type.Optional(Type.String()) }) },
      },
    },
    async (request, reply) => {
      const page = pageOf(request.query);
      return page.ok ? deps.index.sessions(page.value) : sendProblem(reply, page.refusal);
    },
  );

  app.get(
    '/v1/stats',
    {
      config: { permission: 'sessions.read' },
      schema: { summary: 'Counts over a span of time', querystring: SpanQuery, response: { 200: StatsReply } },
    },
    async (request) => {
      const { from, to } = request.query;
      return deps.index.stats({
        ...(from === undefined ? {} : { fromMs: from }),
        ...(to === undefined ? {} : { toMs: to }),
      });
    },
  );
}
