import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifySchema,
  LogController,
  type RawServerDefault,
} from 'fastify';
import { constitutionFields } from '#domain/constitution/governance.ts';
import {
  type ConstitutionHeaderDeps,
  installConstitutionDemand,
  installConstitutionHeader,
} from '#services/constitution-headers.ts';
import { installGoneSignal } from '#services/gone-signal.ts';
import { type GuardDeps, installGuard } from '#services/guard.ts';
import { type HealthDeps, registerHealthRoutes } from '#services/health.ts';
import { refusalOfError, sendProblem } from '#services/problem.ts';
import { ProblemReply } from '#services/replies.ts';

export type EdgeServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Bytes of a request body: the largest payload of an agent's hook that is read. */
const BODY_BYTES_MAX = 1_048_576;
/** Milliseconds for a whole request to arrive, and for an idle connection to be kept: slow clients are cut off. */
const REQUEST_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** How often Node looks for connections past these bounds; its own default is 30 s. */
const CONNECTIONS_CHECK_MS = 1_000;

/** Where log lines go; standard output unless a test wants to read them. */
export interface LogStream {
  write(line: string): void;
}

export interface EdgeDeps extends GuardDeps, HealthDeps, ConstitutionHeaderDeps {
  readonly newId: () => string;
  readonly version: string;
  /** Absent: plain text. */
  readonly tls?: ServerOptions | undefined;
  /** Addresses and ranges whose word is taken for where a request comes from (X-Forwarded-For); by default nobody's. */
  readonly trustedProxies?: readonly string[];
  /** `false` for tests. */
  readonly logger: { readonly level: string; readonly stream?: LogStream } | false;
}

/**
 * What every service has around its routes, alone or together behind the gateway: limits, the guard, problem details, the
 * constitution in force on every answer, probes, metrics and OpenAPI. Services register their routes on it; then `ready` it.
 */
export async function createEdge(deps: EdgeDeps) {
  const timeouts = { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CONNECTIONS_CHECK_MS };
  const app: EdgeServer = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    trustProxy:
      deps.trustedProxies === undefined || deps.trustedProxies.length === 0 ? false : [...deps.trustedProxies],
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: timeouts,
    // Fastify makes another server of it, whose type would be a parameter of everything that is registered; all that is used is in both.
    ...(deps.tls === undefined ? {} : { https: { ...deps.tls, ...timeouts } as unknown as null }),
    logger: deps.logger && {
      ...deps.logger,
      // Each line says what was in force when it was written.
      mixin: () => constitutionFields(deps.governance.active().ref),
    },
    // Events are logged where they mean something; the record of a request is the journal's.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: deps.newId,
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(TypeBoxValidatorCompiler);

  installGoneSignal(app);
  installConstitutionHeader(app, deps);
  app.setErrorHandler((error: Error & { code?: string; statusCode?: number }, request, reply) => {
    const refusal = refusalOfError(error);
    if (refusal.code === 'internal-error') request.log.error({ err: error }, 'bug: the request ended in a block');
    else if (refusal.code.endsWith('-unavailable'))
      request.log.warn({ code: refusal.code, cause: error.message }, refusal.message);
    deps.metrics.refused(refusal.code);
    return sendProblem(reply, refusal);
  });
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, { code: 'not-found', message: 'There is no such endpoint.' }),
  );

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'ACGS',
        version: deps.version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
  });
  // Every endpoint may refuse, and says so in its description.
  app.addHook('onRoute', (route) => {
    const problems = { '4xx': ProblemReply, '5xx': ProblemReply };
    route.schema = { ...route.schema, response: { ...problems, ...responsesOf(route.schema) } };
  });
  const guard = installGuard(app, deps);
  installConstitutionDemand(app, deps);
  registerHealthRoutes(app, deps);
  app.get('/openapi.json', { config: { permission: 'api.read' }, schema: { hide: true } }, async () => app.swagger());
  return { app, inFlight: guard.inFlight, routes: guard.routes };
}

function responsesOf(schema: FastifySchema | undefined): object {
  const { response } = schema ?? {};
  return typeof response === 'object' && response !== null ? response : {};
}
