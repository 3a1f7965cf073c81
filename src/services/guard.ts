import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Access } from '#domain/access/access.ts';
import type { Permission } from '#domain/access/permission.ts';
import type { DecisionMetrics } from '#domain/decision/decision-metrics.ts';
import type { Principal } from '#domain/identity/principal.ts';
import type { ShownSignIn } from '#domain/identity/sign-in.ts';
import type { Refusal } from '#domain/result.ts';
import { type CredentialDeps, createWhoCalls } from '#services/credentials.ts';
import { sendProblem } from '#services/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before any handler runs, except on routes marked `open`. */
    principal: Principal | undefined;
    /** The sign-in whose cookie has shown who calls; undefined where a token did. */
    signIn: ShownSignIn | undefined;
    /** Whether the caller may have by now what was asked for; undefined on routes marked `open`. */
    isStillLetIn: (() => boolean) | undefined;
    /** Its place among the requests in flight. */
    flight: Flight | undefined;
  }
  interface FastifyContextConfig {
    /** What the caller needs; who has it stands in access/roles.cedar. Every route names one, or says that it is open. */
    permission?: Permission;
    /** Health probes, published documents, and endpoints that authenticate by other means. */
    access?: 'open';
  }
}

/** One request's place in the bound on requests in flight. */
interface Flight {
  readonly leave: () => void;
}

export interface GuardDeps extends CredentialDeps {
  readonly access: Access;
  readonly metrics: Pick<DecisionMetrics, 'refused'>;
  readonly inFlightMax: number;
  /** Called with everyone who is let in. */
  readonly seen?: (caller: Principal) => void;
}

/** One endpoint and what it asks of its caller. */
export interface GuardedRoute {
  readonly method: string;
  /** As registered: `/v1/decisions/:id`. */
  readonly path: string;
  readonly permission: Permission | 'open';
}

/**
 * What every request passes before its handler: the bound on requests in flight, authentication, permission. A route that
 * does not say what it needs cannot be registered, so that none is open by oversight.
 */
export function installGuard(app: FastifyInstance, deps: GuardDeps) {
  let inFlight = 0;
  const whoCalls = createWhoCalls(deps);
  const routes: GuardedRoute[] = [];
  app.decorateRequest('principal', undefined);
  app.decorateRequest('signIn', undefined);
  app.decorateRequest('isStillLetIn', undefined);
  app.decorateRequest('flight', undefined);

  app.addHook('onRoute', (route) => {
    routes.push(...guardedRoutes(route));
  });

  app.addHook('onRequest', async (request, reply) => {
    // What is not found has no route and needs nothing; that it is not there is told to known callers only.
    const { access, permission } = request.routeOptions.config;
    // Probes are answered even at the limit: a full node is alive.
    if (access !== 'open' && inFlight >= deps.inFlightMax) {
      return refuseRequest(reply, { code: 'overloaded', message: 'Too many requests are being decided; try again.' });
    }
    request.flight = takeOff(reply);
    if (access === 'open') return;
    const found = await whoCalls(request);
    if (!found.ok) return refuseRequest(reply, found.refusal);
    const { principal, signIn, byNow } = found.value;
    const isEntitled = (caller: Principal) => permission === undefined || deps.access.may(caller, permission);
    if (!isEntitled(principal)) {
      return refuseRequest(reply, {
        code: 'not-entitled',
        message: `This endpoint needs the permission "${permission}".`,
      });
    }
    request.principal = principal;
    deps.seen?.(principal);
    request.signIn = signIn;
    request.isStillLetIn = () => {
      const now = byNow();
      return now.ok && isEntitled(now.value);
    };
  });

  return { inFlight: () => inFlight, routes: (): readonly GuardedRoute[] => routes };

  /** It lands once: early, by `leaveFlight`, or with `close`, whether the answer was sent or the caller went away. */
  function takeOff(reply: FastifyReply): Flight {
    inFlight += 1;
    let isInFlight = true;
    const leave = () => {
      if (isInFlight) inFlight -= 1;
      isInFlight = false;
    };
    reply.raw.once('close', leave);
    return { leave };
  }

  function refuseRequest(reply: FastifyReply, refusal: Refusal): FastifyReply {
    deps.metrics.refused(refusal.code);
    return sendProblem(reply, refusal);
  }
}

/** @throws for a route that names neither a permission nor that it is open, or both: a bug, found when the service starts. */
function guardedRoutes({ method, url, config }: RouteOptions): readonly GuardedRoute[] {
  const { permission, access } = config ?? {};
  if ((permission === undefined) === (access === undefined)) {
    throw new Error(
      `${String(method)} ${url} must name what its caller needs: config { permission: '…' } of src/domain/access/permission.ts, ` +
        "or { access: 'open' } where it authenticates by other means",
    );
  }
  return [method].flat().map((name) => ({ method: name, path: url, permission: permission ?? 'open' }));
}

/** Gives a request's place in flight free: it waits for something outside, with a bound of its own. */
export function leaveFlight(request: FastifyRequest): void {
  request.flight?.leave();
}

/**
 * Whether the caller may go on to have what was asked for: asked by answers that go on for long, as a sign-in may end, a token be
 * revoked, or a role be taken away meanwhile.
 */
export function isStillLetIn(request: FastifyRequest): boolean {
  if (request.isStillLetIn === undefined) throw new Error('the route is open: it lets everybody in');
  return request.isStillLetIn();
}

/** The authenticated caller. Absent only on a route marked `open`, where asking for it is a bug. */
export function callerOf(request: FastifyRequest): Principal {
  if (request.principal === undefined) throw new Error('the route is open: it has no caller');
  return request.principal;
}
