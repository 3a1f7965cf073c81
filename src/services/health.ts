import Type from 'typebox';
import type { EdgeServer } from '#services/edge.ts';

export interface HealthDeps {
  /** Whether this process can do its work now, and what an operator wants to see of it. */
  readonly readiness: () => { readonly isReady: boolean; readonly facts: Readonly<Record<string, unknown>> };
  readonly telemetry: { readonly contentType: string; readonly expose: () => Promise<string> };
}

/** Liveness, readiness and metrics. */
export function registerHealthRoutes(app: EdgeServer, deps: HealthDeps): void {
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
      schema: { summary: 'What is asked now would be answered', response: { 200: Health, 503: Health } },
    },
    async (_request, reply) => {
      const { isReady, facts } = deps.readiness();
      if (!isReady) reply.code(503);
      return { status: isReady ? 'ready' : 'not-ready', ...facts };
    },
  );

  app.get(
    '/metrics',
    { config: { permission: 'metrics.read' }, schema: { summary: 'Prometheus metrics' } },
    async (_request, reply) => reply.type(deps.telemetry.contentType).send(await deps.telemetry.expose()),
  );
}
