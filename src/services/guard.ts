import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DecisionMetrics } from '#domain/decision/decision-metrics.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { authenticate, type TokenIndex } from '#domain/identity/token.ts';
import type { Refusal } from '#domain/result.ts';
import { sendProblem } from '#services/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler runs, except on routes marked `open`. */
    principal: Principal | undefined;
  }
  interface FastifyContextConfig {
    /** `open`: health probes and endpoints that authenticate by other means; `person`: people only. Default: any token. */
    access?: 'open' | 'person';
  }
}

export interface GuardDeps {
  readonly tokens: {
    readonly current: () => TokenIndex;
    /** Reads the tokens again if they have changed. */
    readonly load: () => Promise<TokenIndex>;
  };
  readonly metrics: Pick<DecisionMetrics, 'refused'>;
  readonly nowMs: () => number;
  readonly inFlightMax: number;
}

/** How often unknown tokens may make the node look at the token file again, in milliseconds. */
const RELOAD_INTERVAL_MS = 1_000;

/**
 * What every request passes before its handler: the bound on requests in flight, then authentication. Every route is
 * guarded unless it says otherwise, so that a new route cannot be open by oversight.
 */
export function installGuard(app: FastifyInstance, deps: GuardDeps) {
  let inFlight = 0;
  let reloadedMs = 0;
  app.decorateRequest('principal', undefined);

  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access;
    // Probes are answered even at the limit: a full node is alive.
    if (access !== 'open' && inFlight >= deps.inFlightMax) {
      return refuseRequest(reply, { code: 'overloaded', message: 'Too many requests are being decided; try again.' });
    }
    inFlight += 1;
    countDown(reply);
    if (access === 'open') return;
    const found = await whoCalls(request);
    if (!found.ok) return refuseRequest(reply, found.refusal);
    if (access === 'person' && found.value.kind !== 'person') {
      return refuseRequest(reply, { code: 'not-entitled', message: 'This endpoint is for people.' });
    }
    request.principal = found.value;
  });

  return { inFlight: () => inFlight };

  /** `close` comes once, whether the answer was sent or the caller went away. */
  function countDown(reply: FastifyReply): void {
    reply.raw.once('close', () => {
      inFlight -= 1;
    });
  }

  async function whoCalls(request: FastifyRequest) {
    const header = request.headers.authorization;
    const nowMs = deps.nowMs();
    const found = authenticate(header, deps.tokens.current(), nowMs);
    if (found.ok || found.refusal.code !== 'token-unknown' || nowMs - reloadedMs < RELOAD_INTERVAL_MS) return found;
    // It may have been issued by another process a moment ago (`acgs hook install`).
    reloadedMs = nowMs;
    return authenticate(header, await deps.tokens.load(), nowMs);
  }

  function refuseRequest(reply: FastifyReply, refusal: Refusal): FastifyReply {
    deps.metrics.refused(refusal.code);
    return sendProblem(reply, refusal);
  }
}

/** The authenticated caller. Absent only on a route marked `open`, where asking for it is a bug. */
export function callerOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Error('the route is open: it has no caller');
  return request.principal;
}
