import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { Nodes } from '#services/constitution/nodes.ts';
import { BeginRollOutBody, RollBackBody, RollOutStatusReply } from '#services/constitution/roll-out-schemas.ts';
import type { RollOuts } from '#services/constitution/roll-outs.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';

export interface RollOutRouteDeps {
  readonly rollOuts: RollOuts;
  readonly nodes: Nodes;
}

/** How a constitution that was enacted comes into force, and goes back. */
export function registerRollOutRoutes(app: EdgeServer, { rollOuts, nodes }: RollOutRouteDeps): void {
  app.get(
    '/v1/roll-out',
    {
      config: { permission: 'constitution.read' },
      schema: {
        summary: 'The roll-out under way, or the last one, with what was measured',
        response: { 200: RollOutStatusReply },
      },
    },
    async () => status(),
  );

  app.post(
    '/v1/roll-out',
    {
      config: { permission: 'roll-outs.move' },
      schema: {
        summary: 'Begin to roll out a constitution that is kept here and signed',
        body: BeginRollOutBody,
        response: { 200: RollOutStatusReply },
      },
    },
    async (request, reply) => {
      const candidate = request.body.candidate as ConstitutionDigest; // the schema has checked its form
      const begun = await rollOuts.begin(candidate, callerOf(request).id);
      return begun.ok ? status() : sendProblem(reply, begun.refusal);
    },
  );

  app.post(
    '/v1/roll-out/advance',
    {
      config: { permission: 'roll-outs.move' },
      schema: { summary: 'Go on to the next stage before its time', response: { 200: RollOutStatusReply } },
    },
    async (request, reply) => {
      const advanced = await rollOuts.advance(callerOf(request).id);
      return advanced.ok ? status() : sendProblem(reply, advanced.refusal);
    },
  );

  app.post(
    '/v1/roll-out/rollback',
    {
      config: { permission: 'roll-outs.move' },
      schema: { summary: 'Take the candidate back', body: RollBackBody, response: { 200: RollOutStatusReply } },
    },
    async (request, reply) => {
      const rolledBack = await rollOuts.rollBack(callerOf(request).id, request.body.why);
      return rolledBack.ok ? status() : sendProblem(reply, rolledBack.refusal);
    },
  );

  function status() {
    const rollOut = rollOuts.latest();
    return {
      ...(rollOut === undefined ? {} : { rollOut }),
      nodesFollowing: nodes.following().length,
      counts: nodes.counts(),
      measurements: rollOuts.measurements(),
      flips: nodes.flips(),
    };
  }
}
