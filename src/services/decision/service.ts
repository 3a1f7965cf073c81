import type { IncomingMessage, ServerResponse } from 'node:http';
import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifySchema,
  LogController,
  type RawServerDefault,
} from 'fastify';
import type { AgentAdapter } from '#agents/agent.ts';
import type { Action } from '#domain/action/action.ts';
import type { Effect } from '#domain/action/effect.ts';
import { constitutionHeader, type Governance } from '#domain/constitution/governance.ts';
import type { DecisionIndex } from '#domain/decision/decision-index.ts';
import type { DecisionMetrics } from '#domain/decision/decision-metrics.ts';
import type { Journal } from '#domain/journal/journal.ts';
import { createAnswerApproval } from '#services/decision/answer-approval.ts';
import { createDecide } from '#services/decision/decide.ts';
import type { Memory } from '#services/decision/memory.ts';
import { refusalOfError, sendProblem } from '#services/decision/problem.ts';
import { createRecordOutcome } from '#services/decision/record-outcome.ts';
import { registerAuthzenRoutes } from '#services/decision/routes/authzen.ts';
import { registerDecisionRoutes } from '#services/decision/routes/decisions.ts';
import { type GuardDeps, installGuard } from '#services/decision/routes/guard.ts';
import { registerHealthRoutes } from '#services/decision/routes/health.ts';
import { registerHookRoutes } from '#services/decision/routes/hooks.ts';
import { registerSessionRoutes } from '#services/decision/routes/sessions.ts';
import { registerToolhiveRoutes } from '#services/decision/routes/toolhive.ts';
import { ProblemReply } from '#services/decision/schemas.ts';

export type DecisionServer = FastifyInstance<
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

export interface DecisionServiceDeps {
  readonly governance: Governance;
  readonly effectsOf: (action: Action) => readonly Effect[];
  readonly journal: Journal;
  readonly memory: Memory;
  readonly index: DecisionIndex;
  readonly indexLagRecords: () => number;
  readonly agents: ReadonlyMap<string, AgentAdapter>;
  readonly tokens: GuardDeps['tokens'];
  readonly metrics: DecisionMetrics;
  readonly telemetry: { readonly contentType: string; readonly expose: () => Promise<string> };
  readonly nowMs: () => number;
  readonly elapsedMs: () => number;
  readonly newId: () => string;
  readonly inFlightMax: number;
  readonly publicUrl: string;
  readonly toolhiveSecret: string | undefined;
  readonly version: string;
  /** `false` for tests. */
  readonly logger: { readonly level: string } | false;
}

/** The decision service: hooks, native API, AuthZEN and webhooks over one `decide`. */
export async function createDecisionService(deps: DecisionServiceDeps) {
  const app: DecisionServer = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CONNECTIONS_CHECK_MS },
    logger: deps.logger,
    // Events are logged where they mean something; the record of a request is the journal's.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: deps.newId,
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(TypeBoxValidatorCompiler);

  app.addHook('onRequest', async (_request, reply) => {
    reply.header('acgs-constitution', constitutionHeader(deps.governance.active().ref));
  });
  app.setErrorHandler((error: Error & { code?: string; statusCode?: number }, request, reply) => {
    const refusal =
      error.name === 'JournalUnavailable'
        ? {
            code: 'journal-unavailable',
            message: 'The journal cannot be written: nothing is recorded, so nothing is answered.',
          }
        : error.name === 'IndexUnavailable'
          ? { code: 'index-unavailable', message: 'The search index cannot be reached; decisions go on without it.' }
          : refusalOfError(error);
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
        title: 'ACGS decision service',
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
  const decide = createDecide(deps);
  const recordOutcome = createRecordOutcome(deps);
  registerDecisionRoutes(app, { ...deps, decide, recordOutcome, answerApproval: createAnswerApproval(deps) });
  registerHookRoutes(app, { ...deps, decide, recordOutcome });
  registerAuthzenRoutes(app, { decide, publicUrl: deps.publicUrl });
  registerToolhiveRoutes(app, { decide, secret: deps.toolhiveSecret, nowMs: deps.nowMs });
  registerSessionRoutes(app, deps);
  registerHealthRoutes(app, deps);
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.ready();
  return { app, inFlight: guard.inFlight };
}

function responsesOf(schema: FastifySchema | undefined): object {
  const { response } = schema ?? {};
  return typeof response === 'object' && response !== null ? response : {};
}
