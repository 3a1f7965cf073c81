import Type from 'typebox';
import type { AgentAdapter, HookEvent } from '#agents/agent.ts';
import type { Approval } from '#domain/approval/approval.ts';
import type { ConstitutionDemand } from '#domain/constitution/demand.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { DecisionMetrics } from '#domain/decision/decision-metrics.ts';
import { messageForAgent } from '#domain/decision/message.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { JsonValue } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Reason } from '#domain/policy/verdict.ts';
import { never } from '#domain/result.ts';
import type { DecideRequest } from '#services/decision/decide.ts';
import type { DecideWithPeople, Patience } from '#services/decision/decide-with-people.ts';
import { patienceOfHook } from '#services/decision/patience.ts';
import type { RecordOutcome } from '#services/decision/record-outcome.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';

/**
 * Agents' hooks. The answer is the exact text for the agent's standard output; the headers let the hook client check,
 * without reading JSON, that it holds a whole answer and not somebody else's page. Anything else it turns into a block.
 */
export function registerHookRoutes(
  app: EdgeServer,
  deps: {
    /** By the name in the path. */
    readonly agents: ReadonlyMap<string, AgentAdapter>;
    readonly decideWithPeople: DecideWithPeople;
    readonly recordOutcome: RecordOutcome;
    readonly metrics: DecisionMetrics;
    readonly governance: Governance;
  },
): void {
  app.post(
    '/v1/hooks/:agent',
    {
      config: { permission: 'hooks.ask' },
      schema: {
        summary: "An agent's hook: its own JSON in, what it honours out",
        params: Type.Object({ agent: Type.String() }),
        querystring: Type.Object({ event: Type.Optional(Type.String({ maxLength: 64 })) }),
        body: Type.Object({}, { additionalProperties: true }),
      },
    },
    async (request, reply) => {
      const { agent } = request.params;
      const adapter = deps.agents.get(agent);
      if (adapter === undefined)
        return sendProblem(reply, { code: 'agent-unknown', message: `No agent is called "${agent}".` });
      const caller = callerOf(request);
      if (caller.kind !== 'agent' || caller.agent !== adapter.kind) {
        return sendProblem(reply, { code: 'agent-mismatch', message: `The token is not one of ${adapter.kind}.` });
      }
      const { event } = request.query;
      const payload = request.body as JsonValue; // parsed JSON is a JsonValue; the adapter checks its shape
      const parsed = adapter.parse({ payload, ...(event === undefined ? {} : { event }) });
      if (!parsed.ok) {
        deps.metrics.refused(parsed.refusal.code);
        return sendProblem(reply, parsed.refusal);
      }
      const { verdict, text, decisionId } = await answer(
        adapter,
        parsed.value,
        { caller, demand: request.demand },
        patienceOfHook(request, reply),
      );
      // Also the id of its receipt.
      if (decisionId !== undefined) reply.header('acgs-decision', decisionId);
      return reply
        .header('acgs-verdict', verdict)
        .header('acgs-body-bytes', Buffer.byteLength(text))
        .type('text/plain; charset=utf-8')
        .send(text);
    },
  );

  async function answer(
    adapter: AgentAdapter,
    event: HookEvent,
    { caller, demand }: { readonly caller: Principal; readonly demand: ConstitutionDemand | undefined },
    patience: Patience | undefined,
  ): Promise<{ readonly verdict: string; readonly text: string; readonly decisionId?: string }> {
    switch (event.kind) {
      case 'action': {
        const request: DecideRequest = {
          principal: caller,
          action: event.action,
          demand,
          session: event.session,
          ...(event.toolUseId === undefined ? {} : { toolUseId: event.toolUseId }),
          ...(event.coalesceKey === undefined
            ? {}
            : { coalesce: { key: event.coalesceKey, eventName: event.eventName } }),
        };
        // Where the agent asks the person in front of it, it does the waiting.
        const asksItself = (asked: Decision) => event.honoursAsk && isFirstRole(asked);
        const { decision, refused } = await deps.decideWithPeople(
          request,
          patience === undefined ? undefined : { ...patience, isFor: (asked) => !asksItself(asked) },
        );
        const { verdict, reasons, id } = told(decision, refused);
        const honoursAsk = verdict.kind === 'ask' && asksItself(decision);
        const message = messageForAgent(verdict, reasons, id);
        return {
          verdict: verdict.kind,
          decisionId: decision.id,
          text: adapter.encode({ ...event, honoursAsk }, { verdict, reasons, decisionId: id, message }),
        };
      }
      case 'outcome': {
        const { kind: _, eventName: __, ...report } = event;
        await deps.recordOutcome({ principal: caller, ...report });
        return { verdict: 'none', text: adapter.encode(event, undefined) };
      }
      case 'notice':
        return { verdict: 'none', text: adapter.encode(event, undefined) };
      default:
        return never(event);
    }
  }

  /**
   * Whoever sits at the agent answers its native question. That settles only what the first of the approver roles may settle;
   * for any other role, and once another constitution is in force, it is a block with a ticket, whatever the agent could ask.
   */
  function isFirstRole({ verdict, constitution }: Decision): boolean {
    const first = deps.governance.inForce(constitution.digest)?.constitution.approverRoles[0];
    return verdict.kind === 'ask' && verdict.role === first;
  }
}

/** An `ask` that a person has refused while the agent waited is a no, in that person's name. */
function told(decision: Decision, refused: Approval | undefined): Pick<Decision, 'verdict' | 'reasons' | 'id'> {
  if (refused === undefined) return decision;
  const reason: Reason = {
    policy: 'approval-refused' as PolicyId, // not a policy: a person's answer, named like one so that it is explained like one
    reason: `${refused.by.id} was asked as ${refused.role}, and said no.`,
    advice: 'Do not try it again; find another way, or ask the person who gave you the task.',
    effect: 'all of the action',
  };
  return { id: decision.id, verdict: { kind: 'deny' }, reasons: [reason, ...decision.reasons] };
}
