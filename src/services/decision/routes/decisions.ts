import { Type } from '@fastify/type-provider-typebox';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { DecisionSearch } from '#domain/decision/decision-index.ts';
import type { SessionRef } from '#domain/session/session.ts';
import type { Decided } from '#services/decision/decide.ts';
import type { DecideWithPeople } from '#services/decision/decide-with-people.ts';
import { decisionFilter } from '#services/decision/decision-filter.ts';
import type { Memory } from '#services/decision/memory.ts';
import { pageOf } from '#services/decision/page.ts';
import { patienceOfCaller } from '#services/decision/patience.ts';
import type { RecordOutcome } from '#services/decision/record-outcome.ts';
import {
  DecideBody,
  DecidedReply,
  DecisionReply,
  DecisionsQuery,
  OutcomeBody,
  OutcomeReply,
} from '#services/decision/schemas.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

/** The native API: ask, report, read back, answer. */
export function registerDecisionRoutes(
  app: EdgeServer,
  deps: {
    readonly decideWithPeople: DecideWithPeople;
    readonly recordOutcome: RecordOutcome;
    readonly index: DecisionSearch;
    readonly memory: Memory;
  },
): void {
  app.post(
    '/v1/decisions',
    {
      config: { permission: 'decisions.ask' },
      schema: {
        summary: 'Decide an action; `Prefer: wait=30` waits for a person who is asked',
        body: DecideBody,
        response: { 200: DecidedReply },
      },
      serializerCompiler: ({ httpStatus }) => (httpStatus === '200' ? decidedText : JSON.stringify),
    },
    async (request, reply) => {
      const { action, session, toolUseId } = request.body;
      return deps.decideWithPeople(
        {
          principal: callerOf(request),
          action,
          demand: request.demand,
          ...(session === undefined ? {} : { session: toSessionRef(session) }),
          ...(toolUseId === undefined ? {} : { toolUseId }),
        },
        patienceOfCaller(request, reply),
      );
    },
  );

  app.get(
    '/v1/decisions',
    {
      config: { permission: 'decisions.read' },
      schema: {
        summary: 'Decisions, newest first',
        querystring: DecisionsQuery,
        response: { 200: Type.Object({ decisions: list(DecisionReply), next: Type.Optional(Type.String()) }) },
      },
    },
    async (request, reply) => {
      const page = pageOf(request.query);
      if (!page.ok) return sendProblem(reply, page.refusal);
      return deps.index.list(decisionFilter(request.query, callerOf(request)), page.value);
    },
  );

  app.post(
    '/v1/outcomes',
    {
      config: { permission: 'outcomes.report' },
      schema: { summary: 'Report what became of an action', body: OutcomeBody, response: { 200: OutcomeReply } },
    },
    async (request, reply) => {
      const { decisionId, status, durationMs } = request.body;
      const caller = callerOf(request);
      const found = await find(decisionId as DecisionId); // the schema has checked its form; an unknown one is simply not found
      if (found === undefined || found.principal.id !== caller.id) return sendProblem(reply, unknown);
      return deps.recordOutcome({
        principal: caller,
        decisionId: found.id,
        status,
        ...(durationMs === undefined ? {} : { durationMs }),
      });
    },
  );

  /** The index follows the journal with a delay: what was decided a moment ago is still in memory. */
  async function find(id: DecisionId): Promise<Decision | undefined> {
    return deps.memory.decision(id) ?? (await deps.index.find(id))?.decision;
  }
}

const unknown = { code: 'decision-unknown', message: 'There is no such decision.' };

/** With the decision's text as it was recorded: it is serialised once, for the journal and for the answer. */
function decidedText({ json, recorded }: Decided): string {
  return `{"decision":${json},"recorded":${recorded}}`;
}

function toSessionRef(body: {
  readonly id: string;
  readonly agentVersion?: string;
  readonly model?: string;
  readonly mode?: string;
}): SessionRef {
  const { id, ...rest } = body;
  return { ...rest, id: id as SessionRef['id'] }; // branded at the edge, after the schema
}
