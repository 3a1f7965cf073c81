import type { LogIdentity } from '#domain/ledger/log-identity.ts';
import { verifierKeyText } from '#domain/ledger/verifier-key.ts';
import type { EdgeServer } from '#services/edge.ts';
import { sendProblem } from '#services/problem.ts';
import type { Nodes } from '../nodes.ts';
import type { Prover } from '../prove.ts';
import { ConsistencyQuery, ConsistencyReply, LedgerReply, ProofQuery, ProofReply } from '../schemas.ts';
import type { Sequencer } from '../sequencer.ts';

/** How the ledger is, and proofs from it. */
export function registerLedgerRoutes(
  app: EdgeServer,
  deps: {
    readonly identity: Pick<LogIdentity, 'origin' | 'verifier'>;
    readonly sequencer: Pick<Sequencer, 'status'>;
    readonly nodes: Nodes;
    readonly prover: Prover;
    readonly nowMs: () => number;
  },
): void {
  const { identity, sequencer, nodes, prover, nowMs } = deps;
  app.get(
    '/v1/ledger',
    {
      config: { permission: 'ledger.read' },
      schema: {
        summary: 'Size, checkpoint, and every node with what the ledger has of it',
        response: { 200: LedgerReply },
      },
    },
    async () => {
      const { isLeading, size, publishedSize, pendingSinceMs, positions } = sequencer.status();
      return {
        origin: identity.origin,
        verifierKey: verifierKeyText(identity.verifier),
        isLeading,
        size,
        publishedSize,
        checkpointAgeMs: pendingSinceMs === undefined ? 0 : Math.max(0, nowMs() - pendingSinceMs),
        nodes: nodes.report(positions),
      };
    },
  );

  app.get(
    '/v1/ledger/proof',
    {
      config: { permission: 'ledger.read' },
      schema: {
        summary: "That a node's record is in the ledger (C2SP tlog-proof)",
        querystring: ProofQuery,
        response: { 200: ProofReply },
      },
    },
    async (request, reply) => {
      const { node, sequence } = request.query;
      const proved = await prover.inclusion({ node, sequence });
      if (proved.ok) return proved.value;
      // Accepted, and under no checkpoint for another moment: to be asked again.
      const isPending = (sequencer.status().positions.get(node)?.sequence ?? 0) >= sequence;
      if (!isPending) return sendProblem(reply, proved.refusal);
      reply.header('retry-after', 1);
      return sendProblem(reply, {
        code: 'ledger-entry-pending',
        message: `Record ${sequence} of ${node} is accepted, and under no published checkpoint yet.`,
      });
    },
  );

  app.get(
    '/v1/ledger/consistency',
    {
      config: { permission: 'ledger.read' },
      schema: {
        summary: 'That an older tree is the beginning of a newer one (RFC 6962, section 2.1.2)',
        querystring: ConsistencyQuery,
        response: { 200: ConsistencyReply },
      },
    },
    async (request, reply) => {
      const proved = await prover.consistency(request.query.from, request.query.to);
      if (!proved.ok) return sendProblem(reply, proved.refusal);
      const { from, to, hashes } = proved.value;
      return { from, to, hashes: hashes.map((hash) => hash.toString('base64')) };
    },
  );
}
