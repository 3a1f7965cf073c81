import { Type } from '@fastify/type-provider-typebox';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import { type DecisionFilter, type DecisionSearch, readPageCursor } from '#domain/decision/decision-index.ts';
import type { SessionRef } from '#domain/session/session.ts';
import type { Decided } from '#services/decision/decide.ts';
import type { DecideWithPeople } from '#services/decision/decide-with-people.ts';
import type { Memory } from '#services/decision/memory.ts';
import { patienceOfCaller } from '#services/decision/patience.ts';
import type { RecordOutcome } from '#services/decision/record-outcome.ts';
import {
  DecideBody,
  DecidedReply,
  DecisionParams,
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
      const { limit, after, session, kind, from, to, ...rest } = request.query;
      if (after !== undefined) {
        const cursor = readPageCursor(after);
        if (!cursor.ok) return sendProblem(reply, cursor.refusal);
      }
      const caller = callerOf(request);
      const filter: DecisionFilter = {
        ...rest,
        ...(session === undefined ? {} : { sessionId: session }),
        ...(kind === undefined ? {} : { actionKind: kind }),
        ...(from === undefined ? {} : { fromMs: from }),
        ...(to === undefined ? {} : { toMs: to }),
        // An agent reads back its own decisions only.
        ...(caller.kind === 'agent' ? { principalId: caller.id } : {}),
      };
      return deps.index.list(filter, { limit: limit ?? 50, ...(after === undefined ? {} : { after }) });
    },
  );

  app.get(
    '/v1/decisions/:id',
    {
      config: { permission: 'decisions.read' },
      schema: {
        summary: 'One decision and what became of it',
        params: DecisionParams,
        response: { 200: Type.Object({ decision: DecisionReply, outcomes: list(OutcomeReply) }) },
      },
    },
    async (request, reply) => {
      const found = await find(request.params.id);
      const caller = callerOf(request);
      // Another agent's decision is as unknown as none.
      if (found === undefined || (caller.kind === 'agent' && found.decision.principal.id !== caller.id)) {
        return sendProblem(reply, unknown);
      }
      return found;
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
      const found = await find(decisionId);
      if (found === undefined || found.decision.principal.id !== caller.id) return sendProblem(reply, unknown);
      return deps.recordOutcome({
        principal: caller,
        decisionId: found.decision.id,
        status,
        ...(durationMs === undefined ? {} : { durationMs }),
      });
    },
  );

  /** The index follows the journal with a delay: what was decided a moment ago is still in memory. */
  async function find(id: string): ReturnType<DecisionSearch['find']> {
    const decisionId = id as DecisionId; // the schema has checked its form; an unknown one is simply not found
    const recent: Decision | undefined = deps.memory.decision(decisionId);
    if (recent === undefined) return deps.index.find(decisionId);
    const indexed = await deps.index.find(decisionId).catch(() => undefined);
    return { decision: recent, outcomes: indexed?.outcomes ?? [] };
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
