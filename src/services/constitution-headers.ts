import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { ConstitutionMetrics } from '#domain/constitution/constitution-metrics.ts';
import { type ConstitutionDemand, meets, mismatch, parseDemand } from '#domain/constitution/demand.ts';
import { constitutionHeader, type Governance } from '#domain/constitution/governance.ts';
import type { Refusal } from '#domain/result.ts';
import { sendProblem } from '#services/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The constitution that the caller insists on; decided here for the caller, and in `decide` for the repository too. */
    demand: ConstitutionDemand | undefined;
  }
}

export interface ConstitutionHeaderDeps {
  readonly governance: Governance;
  readonly constitutionMetrics: Pick<ConstitutionMetrics, 'drifted'>;
  readonly metrics: { refused(code: string): void };
}

/** A drift is counted each time and logged once in a while, in milliseconds: a caller that lags behind does so with every call. */
const DRIFT_LOGGED_EVERY_MS = 60_000;
const DRIFTS_MAX = 1_000;

/** Every answer says what governs; also one that is given before it is known who asks. */
export function installConstitutionHeader(app: FastifyInstance, { governance }: ConstitutionHeaderDeps): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('acgs-constitution', constitutionHeader(governance.active().ref));
  });
}

/**
 * What a caller says of constitutions, once it is known who calls: `If-Constitution` is a demand, and another one is an answer of
 * 412; `ACGS-Constitution` is what the calling service decides by, and another one is drift.
 */
export function installConstitutionDemand(app: FastifyInstance, deps: ConstitutionHeaderDeps): void {
  const logged = new LRUCache<string, true>({ max: DRIFTS_MAX, ttl: DRIFT_LOGGED_EVERY_MS });
  app.decorateRequest('demand', undefined);

  app.addHook('onRequest', async (request, reply) => {
    const { ref } = deps.governance.governing({ principalId: request.principal?.id ?? '', workspaceRoots: [] });
    const header = constitutionHeader(ref);
    reply.header('acgs-constitution', header);
    noteDrift(request, header);
    const refusal = readDemand(request);
    if (refusal !== undefined) return refused(refusal);
    if (request.demand !== undefined && !meets(ref, request.demand)) return refused(mismatch(ref));
    return undefined;

    function refused(refusal: Refusal) {
      deps.metrics.refused(refusal.code);
      return sendProblem(reply, refusal);
    }
  });

  function readDemand(request: FastifyRequest): Refusal | undefined {
    const text = request.headers['if-constitution'];
    if (text === undefined) return undefined;
    // Node joins what is sent twice by a comma, which no demand has.
    const demand = parseDemand(String(text));
    if (!demand.ok) return demand.refusal;
    request.demand = demand.value;
    return undefined;
  }

  /** Only what an authenticated caller says counts. */
  function noteDrift(request: FastifyRequest, ours: string): void {
    const theirs = request.headers['acgs-constitution'];
    if (theirs === undefined || theirs === ours || request.principal === undefined) return;
    deps.constitutionMetrics.drifted();
    const key = `${request.principal.id} ${String(theirs)}`;
    if (logged.has(key)) return;
    logged.set(key, true);
    request.log.warn({ caller: request.principal.id, theirs }, 'drift: a caller decides under another constitution');
  }
}
