import type { Principal } from '#domain/identity/principal.ts';
import { NODE_AGENT } from '#domain/rollout/node-agent.ts';
import type { NodeReport } from '#domain/rollout/order.ts';
import type { KnownNode, Nodes } from '#services/constitution/nodes.ts';
import {
  FollowQuery,
  NodeParameters,
  NodeReportBody,
  NodesReply,
  OrderedReply,
} from '#services/constitution/roll-out-schemas.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf, leaveFlight } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';

export interface NodeRouteDeps {
  readonly nodes: Nodes;
  /** `bundle.ageHoursMax` of what is in force. */
  readonly ageHoursMax: () => number;
  readonly nowMs: () => number;
}

/** How decision nodes get what they decide by, and what is seen of them. */
export function registerNodeRoutes(app: EdgeServer, deps: NodeRouteDeps): void {
  app.post(
    '/v1/nodes/:node/orders',
    {
      config: { permission: 'nodes.follow' },
      schema: {
        summary: 'A decision node tells how it stands and gets its order, held until it changes',
        params: NodeParameters,
        querystring: FollowQuery,
        body: NodeReportBody,
        response: { 200: OrderedReply },
      },
    },
    async (request, reply) => {
      const { node } = request.params;
      if (!isOwn(callerOf(request), node)) {
        return sendProblem(reply, { code: 'not-entitled', message: 'A node speaks for itself only.' });
      }
      // It waits for people, and must not take the place of those who wait for a decision.
      leaveFlight(request);
      // Branded at the edge, after the schema.
      const report = request.body as NodeReport;
      const followed = await deps.nodes.follow(node, report, request.query.holdMs ?? 0);
      return followed.ok ? followed.value : sendProblem(reply, followed.refusal);
    },
  );

  app.get(
    '/v1/nodes',
    {
      config: { permission: 'constitution.read' },
      schema: {
        summary: 'Every decision node: what it decides by, and how old that is',
        response: { 200: NodesReply },
      },
    },
    async () => {
      const { digest } = deps.nodes.ordered();
      return { order: digest, nodes: deps.nodes.list().map((node) => nodeReply(node, digest)) };
    },
  );

  function nodeReply({ id, report, seenMs }: KnownNode, order: string) {
    const { inForce, refusal, verifiedMs, candidate } = report;
    return {
      id,
      ...inForce,
      follows: report.order === order,
      verified: refusal === undefined,
      ...(refusal === undefined ? {} : { refusal }),
      verifiedSecondsAgo: secondsSince(verifiedMs),
      seenSecondsAgo: secondsSince(seenMs),
      staleAfterHours: deps.ageHoursMax(),
      isStale: report.isStale,
      ...(candidate === undefined ? {} : { candidate: { ...candidate.mark, stage: candidate.stage } }),
    };
  }

  function secondsSince(timeMs: number): number {
    return Math.max(0, deps.nowMs() - timeMs) / 1000;
  }
}

/** The token's name is the node's id. */
function isOwn(caller: Principal, node: string): boolean {
  return caller.kind === 'agent' && caller.agent === NODE_AGENT && caller.id === node;
}
