import Type from 'typebox';
import type { ApprovalId } from '#domain/approval/approval.ts';
import { escalationOf } from '#domain/approval/escalation.ts';
import { grant } from '#domain/approval/grant.ts';
import { type ApprovalRequest, personsNeeded, rolesThatMayAnswer, stateOf } from '#domain/approval/request.ts';
import type { Governance, Governing } from '#domain/constitution/governance.ts';
import type { Decision, DecisionId } from '#domain/decision/decision.ts';
import type { DecisionSearch } from '#domain/decision/decision-index.ts';
import { drawnEffect, explain } from '#domain/decision/explanation.ts';
import type { RoleHolders } from '#domain/identity/directory.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { SESSION_LABELS } from '#domain/session/session.ts';
import type { AnswerApproval } from '#services/decision/answer-approval.ts';
import type { ApprovalBook } from '#services/decision/approval-book.ts';
import type { Memory } from '#services/decision/memory.ts';
import { DrawnEffectReply, ExplanationReply } from '#services/decision/reading-schemas.ts';
import {
  ApprovalBody,
  ApprovalsQuery,
  DecisionParams,
  DecisionReply,
  REQUESTS_LISTED_MAX,
  RequestReply,
} from '#services/decision/schemas.ts';
import type { EdgeServer } from '#services/edge.ts';
import { goneSignal } from '#services/gone-signal.ts';
import { callerOf, leaveFlight } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

/** Decisions of the same session that an approver is shown with a request. */
const SESSION_DECISIONS_SHOWN = 20;

/** What people are asked: the list, one request with everything that it takes to judge it, and the answer. */
export function registerApprovalRoutes(
  app: EdgeServer,
  deps: {
    readonly approvals: ApprovalBook;
    readonly answerApproval: AnswerApproval;
    readonly governance: Governance;
    readonly roleHolders: RoleHolders;
    readonly index: DecisionSearch;
    readonly memory: Pick<Memory, 'decision' | 'session'>;
    readonly nowMs: () => number;
  },
): void {
  const { approvals } = deps;

  app.get(
    '/v1/approvals',
    {
      config: { permission: 'approvals.read' },
      schema: {
        summary: 'What people are asked, oldest first; with `after` and `wait` it answers when something has changed',
        querystring: ApprovalsQuery,
        response: { 200: Type.Object({ version: Type.String(), count: Type.Integer(), requests: list(RequestReply) }) },
      },
    },
    async (request, reply) => {
      const { state = 'waiting', after, wait = 0, limit = REQUESTS_LISTED_MAX } = request.query;
      if (after === approvals.version() && wait > 0) {
        leaveFlight(request);
        await approvals.changed(wait * 1000, goneSignal(reply));
      }
      const version = approvals.version();
      const caller = callerOf(request);
      const requests = approvals.requests().map((one) => view(one, caller));
      const wanted = requests.filter((one) => state === 'all' || one.state.kind === state);
      return { version, count: wanted.length, requests: wanted.slice(0, limit) };
    },
  );

  app.get(
    '/v1/approvals/:id',
    {
      config: { permission: 'approvals.read' },
      schema: {
        summary: 'One request: the whole action, why it is asked, what a yes would allow, and the session so far',
        params: DecisionParams,
        response: {
          200: Type.Object({
            request: RequestReply,
            effects: list(DrawnEffectReply),
            explanation: Type.Optional(ExplanationReply),
            session: Type.Optional(list(DecisionReply)),
            labels: list(Type.Enum([...SESSION_LABELS], { description: 'What the run has seen by now' })),
          }),
        },
      },
    },
    async (request, reply) => {
      const asked = approvals.request(request.params.id as DecisionId); // checked by the schema
      if (asked === undefined) return sendProblem(reply, UNKNOWN);
      const { decision } = asked;
      const session = await sessionSoFar(decision);
      // The words of another constitution than the one that asks would explain nothing.
      const governing = deps.governance.inForce(decision.constitution.digest);
      return {
        request: view(asked, callerOf(request)),
        effects: decision.effects.map(drawnEffect),
        ...(governing === undefined ? {} : { explanation: explain(decision.reasons, governing.constitution) }),
        ...(session === undefined ? {} : { session }),
        labels:
          decision.sessionId === undefined
            ? []
            : (deps.memory.session(decision.principal.id, decision.sessionId)?.labels ?? []),
      };
    },
  );

  app.post(
    '/v1/decisions/:id/approval',
    {
      config: { permission: 'approvals.answer' },
      schema: { summary: 'Answer an approval request', params: DecisionParams, body: ApprovalBody },
    },
    async (request, reply) => {
      const decision = await find(request.params.id as DecisionId); // checked by the schema
      if (decision === undefined) return sendProblem(reply, UNKNOWN);
      const answered = await deps.answerApproval({ decision, ...request.body, by: callerOf(request) });
      return answered.ok ? answered.value : sendProblem(reply, answered.refusal);
    },
  );

  async function find(id: DecisionId): Promise<Decision | undefined> {
    const known = approvals.request(id)?.decision ?? deps.memory.decision(id);
    return known ?? (await deps.index.find(id))?.decision;
  }

  function view(request: ApprovalRequest, caller: Principal) {
    const { decision, answers } = request;
    const { constitution, ref } = governingOf(decision);
    const nowMs = deps.nowMs();
    const isHeld = (one: string) => deps.roleHolders.peopleWithRole(one).length > 0;
    // The question itself, without giving an answer: what would be said to a yes now.
    const yours = grant({
      id: '' as ApprovalId,
      request,
      answer: 'granted',
      by: caller,
      constitution,
      ref,
      isHeld,
      nowMs,
    });
    const role = decision.verdict.kind === 'ask' ? decision.verdict.role : '';
    return {
      decision,
      state: stateOf(request, constitution.approvals, nowMs),
      needed: personsNeeded(decision, constitution.approvals),
      mayAnswer: rolesThatMayAnswer(role, constitution.approverRoles),
      answers: answers.map(({ answer, by, timeMs, reason }) => ({
        answer,
        by: by.id,
        timeMs,
        ...(reason === undefined ? {} : { reason }),
      })),
      escalation: escalationOf(request, constitution.approvals, constitution.approverRoles),
      you: yours.ok ? { may: true as const } : { may: false as const, ...yours.refusal },
      allows: `Exactly this action, once, by ${decision.principal.id}, within ${constitution.limits.approvalMinutes} minutes of the answer.`,
    };
  }

  function governingOf({ constitution }: Decision): Governing {
    return deps.governance.inForce(constitution.digest) ?? deps.governance.active();
  }

  /** Newest first, without the request itself; absent while the index is down: a person can answer without it. */
  async function sessionSoFar({ sessionId, principal, timeMs }: Decision): Promise<readonly Decision[] | undefined> {
    if (sessionId === undefined) return [];
    const filter = { sessionId, principalId: principal.id, toMs: timeMs };
    const found = await deps.index.list(filter, { limit: SESSION_DECISIONS_SHOWN }).catch(() => undefined);
    return found?.decisions;
  }
}

const UNKNOWN = { code: 'decision-unknown', message: 'No decision with this id is known here.' } as const;
