import type { ChainPosition } from '#domain/journal/chain.ts';
import { parseShipment } from '#domain/ledger/shipment.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { PROBLEM_TYPE, sendProblem } from '#services/problem.ts';
import type { Nodes } from '../nodes.ts';
import {
  ActivityQuery,
  ActivityReply,
  NodeParams,
  RecordsQuery,
  RecordsRefusedReply,
  RecordsReply,
} from '../schemas.ts';
import type { Sequencer } from '../sequencer.ts';

/** Bytes of one request: a batch of a shipper, or one record of the largest size and its frame. */
export const SHIPMENT_BYTES_MAX = 17 * 1024 * 1024;
const FRAMES = 'application/octet-stream';

/** Where decision nodes ship their journals. Idempotent: a record that the ledger has is taken for granted, if it is the same. */
export function registerRecordRoutes(
  app: EdgeServer,
  deps: { readonly sequencer: Pick<Sequencer, 'append' | 'status'>; readonly nodes: Nodes },
): void {
  const { sequencer, nodes } = deps;
  app.addContentTypeParser(FRAMES, { parseAs: 'buffer', bodyLimit: SHIPMENT_BYTES_MAX }, (_request, body, done) =>
    done(null, body),
  );

  app.post(
    '/v1/ledger/nodes/:node/records',
    {
      bodyLimit: SHIPMENT_BYTES_MAX,
      config: { permission: 'ledger.ship' },
      schema: {
        summary: "Frames of a node's journal, in order; none to say only that the node is there",
        consumes: [FRAMES],
        params: NodeParams,
        querystring: RecordsQuery,
        response: { 200: RecordsReply, 409: RecordsRefusedReply },
      },
    },
    async (request, reply) => {
      const { node } = request.params;
      if (callerOf(request).id !== node) {
        return sendProblem(reply, { code: 'not-entitled', message: 'A token ships for the node whose id it names.' });
      }
      const { body } = request;
      if (!Buffer.isBuffer(body)) {
        return sendProblem(reply, { code: 'media-type-unsupported', message: `Send ${FRAMES}.` });
      }
      const shipment = parseShipment(body);
      if (!shipment.ok) return sendProblem(reply, shipment.refusal);
      const answer = await sequencer.append(node, shipment.value);
      const { head, leaving = false } = request.query;
      nodes.heard(node, { headSequence: head, hasLeft: leaving }, answer.position);
      const position = positionReply(answer.position);
      if (answer.kind === 'accepted') return { position, fresh: answer.fresh };
      const { code, sequence, what } = answer.refused;
      return reply
        .code(409)
        .type(PROBLEM_TYPE)
        .send({
          type: `urn:acgs:problem:${code}`,
          title: `Record ${sequence} of ${node}: ${what}. Expected is what follows record ${position.sequence}.`,
          status: 409,
          code,
          sequence,
          position,
        });
    },
  );

  app.post(
    '/v1/ledger/nodes/:node/activity',
    {
      config: { permission: 'outcomes.report' },
      schema: {
        summary:
          "Say that agents of a node were seen to act: a node that is silent then is an incident, with the caller's name",
        params: NodeParams,
        querystring: ActivityQuery,
        response: { 200: ActivityReply },
      },
    },
    async (request, reply) => {
      const { node } = request.params;
      const { sequence } = request.query;
      const positionSequence = sequencer.status().positions.get(node)?.sequence ?? 0;
      const word = { by: callerOf(request).id, positionSequence };
      // A record is better than a time: it is either in the ledger soon, or missing.
      const taken = sequence === undefined ? nodes.active(node, word) : nodes.told(node, { ...word, sequence });
      return taken.ok ? { sequence: positionSequence } : sendProblem(reply, taken.refusal);
    },
  );
}

function positionReply({ sequence, hash }: ChainPosition) {
  return { sequence, hash: hash.toString('hex') };
}
