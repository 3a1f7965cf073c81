import { Type } from '@fastify/type-provider-typebox';
import type { Governance } from '#domain/constitution/governance.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { DecisionHistory, DecisionSearch, TimelineStep } from '#domain/decision/decision-index.ts';
import { decisionRow } from '#domain/decision/decision-row.ts';
import { drawnEffect, explain } from '#domain/decision/explanation.ts';
import { labelsOf } from '#domain/session/fold.ts';
import { decisionFilter } from '#services/decision/decision-filter.ts';
import type { Memory } from '#services/decision/memory.ts';
import { PAGE_SIZE, pageOf } from '#services/decision/page.ts';
import { DecisionRowReply, HistoryReply, OutlineReply, TimelineReply } from '#services/decision/reading-schemas.ts';
import { DecisionParams, DecisionsQuery, OutlineQuery, TimelineQuery } from '#services/decision/schemas.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

/** What was decided, as people look through it: lines of a list, one decision with its history, and a run from its beginning. */
export function registerHistoryRoutes(
  app: EdgeServer,
  deps: { readonly index: DecisionSearch; readonly memory: Memory; readonly governance: Governance },
): void {
  const { index, memory } = deps;

  app.get(
    '/v1/decisions/rows',
    {
      config: { permission: 'decisions.read' },
      schema: {
        summary: 'Decisions as lines of a list, newest first',
        querystring: DecisionsQuery,
        response: { 200: Type.Object({ rows: list(DecisionRowReply), next: Type.Optional(Type.String()) }) },
      },
    },
    async (request, reply) => {
      const page = pageOf(request.query);
      if (!page.ok) return sendProblem(reply, page.refusal);
      const { decisions, next } = await index.list(decisionFilter(request.query, callerOf(request)), page.value);
      return { rows: decisions.map(decisionRow), ...(next === undefined ? {} : { next }) };
    },
  );

  app.get(
    '/v1/decisions/outline',
    {
      config: { permission: 'decisions.read' },
      schema: {
        summary: 'How many decisions there are, and where each page of `limit` begins',
        querystring: OutlineQuery,
        response: { 200: OutlineReply },
      },
    },
    async (request) => {
      const { limit = PAGE_SIZE } = request.query;
      return index.outline(decisionFilter(request.query, callerOf(request)), { limit });
    },
  );

  app.get(
    '/v1/decisions/:id',
    {
      config: { permission: 'decisions.read' },
      schema: {
        summary: 'One decision: its effects in words, why, what people answered, and what became of it',
        params: DecisionParams,
        response: { 200: HistoryReply },
      },
    },
    async (request, reply) => {
      const found = await find(request.params.id as DecisionId); // the schema has checked its form
      const caller = callerOf(request);
      // Another agent's decision is as unknown as none.
      if (found === undefined || (caller.kind === 'agent' && found.decision.principal.id !== caller.id)) {
        return sendProblem(reply, { code: 'decision-unknown', message: 'There is no such decision.' });
      }
      const { reasons, effects, constitution } = found.decision;
      // The words of another constitution than the one that decided would explain nothing.
      const governing = deps.governance.inForce(constitution.digest);
      return {
        ...found,
        effects: effects.map(drawnEffect),
        ...(governing === undefined ? {} : { explanation: explain(reasons, governing.constitution) }),
      };
    },
  );

  app.get(
    '/v1/sessions/timeline',
    {
      config: { permission: 'sessions.read' },
      schema: {
        summary: 'One run of an agent from its beginning: what it asked for, what was answered, what happened',
        querystring: TimelineQuery,
        response: { 200: TimelineReply },
      },
    },
    async (request, reply) => {
      const { principal, session } = request.query;
      const page = pageOf(request.query);
      if (!page.ok) return sendProblem(reply, page.refusal);
      const timeline = await index.timeline({ principalId: principal, sessionId: session }, page.value);
      if (timeline === undefined) {
        return sendProblem(reply, { code: 'session-unknown', message: 'There is no such run of this agent.' });
      }
      return { ...timeline, steps: timeline.steps.map(stepView) };
    },
  );

  /** The index follows the journal with a delay: what was decided or answered a moment ago is still in memory. */
  async function find(id: DecisionId): Promise<DecisionHistory | undefined> {
    const recent: Decision | undefined = memory.decision(id);
    if (recent === undefined) return index.find(id);
    const indexed = await index.find(id).catch(() => undefined);
    const answers = memory.approvals.request(id)?.answers ?? indexed?.answers ?? [];
    const approval = indexed?.approval;
    return {
      decision: recent,
      outcomes: indexed?.outcomes ?? [],
      answers,
      ...(approval === undefined ? {} : { approval }),
    };
  }
}

function stepView(step: TimelineStep) {
  if (step.kind === 'ungoverned') return step;
  const { decision } = step;
  // What was refused has not happened, and leaves no label.
  const labels = decision.verdict.kind === 'deny' ? [] : labelsOf(decision.effects);
  return { ...step, decision: decisionRow(decision), labels };
}
