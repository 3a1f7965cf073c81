import Type from 'typebox';
import type { Journal } from '#domain/journal/journal.ts';
import type { DecisionServer } from '#services/decision/service.ts';

/** Liveness, readiness and metrics. Ready means: a decision asked for now would be made and recorded. */
export function registerHealthRoutes(
  app: DecisionServer,
  deps: {
    readonly journal: Journal;
    readonly indexLagRecords: () => number;
    readonly telemetry: { readonly contentType: string; readonly expose: () => Promise<string> };
  },
): void {
  const Health = Type.Object({ status: Type.String() }, { additionalProperties: true });

  app.get(
    '/livez',
    { config: { access: 'open' }, schema: { summary: 'The process answers', response: { 200: Health } } },
    async () => ({ status: 'alive' }),
  );

  app.get(
    '/readyz',
    {
      config: { access: 'open' },
      schema: { summary: 'Decisions can be made and recorded', response: { 200: Health, 503: Health } },
    },
    async (_request, reply) => {
      const journal = deps.journal.writable ? 'writable' : 'failed';
      if (!deps.journal.writable) reply.code(503);
      return {
        status: deps.journal.writable ? 'ready' : 'not-ready',
        journal,
        journalSequence: deps.journal.head().sequence,
        // A node decides without its index, so a lag is told and does not take it out of service.
        indexLagRecords: deps.indexLagRecords(),
      };
    },
  );

  app.get(
    '/metrics',
    { config: { access: 'person' }, schema: { summary: 'Prometheus metrics' } },
    async (_request, reply) => reply.type(deps.telemetry.contentType).send(await deps.telemetry.expose()),
  );
}
