import Type from 'typebox';
import type { ConstitutionDemand } from '#domain/constitution/demand.ts';
import type { Decision } from '#domain/decision/decision.ts';
import { messageForAgent } from '#domain/decision/message.ts';
import type { AgentId, Principal } from '#domain/identity/principal.ts';
import type { SessionId } from '#domain/session/session.ts';
import { ACCESS_REQUEST_CAPABILITY, type AccessRequests } from '#services/decision/access-requests.ts';
import { type Evaluation, EvaluationBody, EvaluationsBody, toAction } from '#services/decision/authzen.ts';
import type { Answered, Decide, DecideAll, DecideRequest } from '#services/decision/decide.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';

interface EvaluationReply {
  readonly decision: boolean;
  readonly context: Readonly<Record<string, unknown>>;
}

/** OpenID AuthZEN Authorization API 1.0: a policy decision point for gateways and applications. */
export function registerAuthzenRoutes(
  app: EdgeServer,
  deps: {
    readonly decide: Decide;
    readonly decideAll: DecideAll;
    readonly accessRequests: AccessRequests;
    readonly publicUrl: string;
  },
): void {
  const Reply = Type.Object({
    decision: Type.Boolean(),
    context: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  });

  // Section 9: the metadata document. Section 10.1.3: the caller's X-Request-ID comes back.
  app.get(
    '/.well-known/authzen-configuration',
    { config: { access: 'open' }, schema: { summary: 'AuthZEN metadata' } },
    async () => ({
      policy_decision_point: deps.publicUrl,
      access_evaluation_endpoint: `${deps.publicUrl}/access/v1/evaluation`,
      access_evaluations_endpoint: `${deps.publicUrl}/access/v1/evaluations`,
      ...(deps.accessRequests.endpoint === undefined
        ? {}
        : { access_request_endpoint: deps.accessRequests.endpoint, capabilities: [ACCESS_REQUEST_CAPABILITY] }),
    }),
  );

  app.post(
    '/access/v1/evaluation',
    {
      config: { permission: 'evaluations.ask' },
      schema: { summary: 'AuthZEN access evaluation', body: EvaluationBody, response: { 200: Reply } },
    },
    async (request, reply) => {
      echoRequestId(request.headers['x-request-id'], (id) => reply.header('x-request-id', id));
      return evaluate(understand(request.body, { caller: callerOf(request), demand: request.demand }));
    },
  );

  app.post(
    '/access/v1/evaluations',
    {
      config: { permission: 'evaluations.ask' },
      // What `reply` and `refused` below make is what the schema says; a union of schemas would be tried for each batch.
      serializerCompiler: () => JSON.stringify,
      schema: {
        summary: 'AuthZEN access evaluations (batch)',
        body: EvaluationsBody,
        response: { 200: Type.Union([Type.Object({ evaluations: Type.Array(Reply) }), Reply]) },
      },
    },
    async (request, reply) => {
      echoRequestId(request.headers['x-request-id'], (id) => reply.header('x-request-id', id));
      const { evaluations, options, ...defaults } = request.body;
      const asking: Asking = { caller: callerOf(request), demand: request.demand };
      // Section 7.1: without items, the body is itself one evaluation.
      if (evaluations === undefined || evaluations.length === 0) return evaluate(toQuestion(defaults, asking));
      const semantic = options?.evaluations_semantic ?? 'execute_all';
      if (semantic === 'execute_all') {
        return {
          evaluations: await evaluateAll(evaluations.map((item) => toQuestion({ ...defaults, ...item }, asking))),
        };
      }
      const answers: EvaluationReply[] = [];
      for (const item of evaluations) {
        const answered = await evaluate(toQuestion({ ...defaults, ...item }, asking));
        answers.push(answered);
        if (answered.decision === (semantic === 'permit_on_first_permit')) break;
      }
      return { evaluations: answers };
    },
  );

  async function evaluate(question: Question): Promise<EvaluationReply> {
    if (question.kind === 'refused') return question.reply;
    return answer(question, await deps.decide(question.request));
  }

  async function evaluateAll(questions: readonly Question[]): Promise<EvaluationReply[]> {
    const asked = questions.filter((question) => question.kind === 'asked');
    const answered = (await deps.decideAll(asked.map(({ request }) => request))).values();
    return questions.map((question) => {
      if (question.kind === 'refused') return question.reply;
      const next = answered.next();
      if (next.done === true) throw new Error('each question has its answer');
      return answer(question, next.value);
    });
  }

  function answer({ evaluation }: Asked, { decision, recorded }: Answered): EvaluationReply {
    const { accessRequests } = deps;
    // What was not recorded was not asked of anybody.
    const more = !recorded
      ? {}
      : decision.verdict.kind === 'allow'
        ? accessRequests.allowContext(decision)
        : accessRequests.denialContext(decision, evaluation);
    return reply(decision, recorded, more);
  }
}

/** One evaluation as `decide` is asked about it, or why it is not. */
type Question = Asked | { readonly kind: 'refused'; readonly reply: EvaluationReply };

interface Asked {
  readonly kind: 'asked';
  readonly evaluation: Evaluation;
  readonly request: DecideRequest;
}

/** One of a batch, whose parts may all be missing. */
function toQuestion({ subject, action, resource, context }: Partial<Evaluation>, asking: Asking): Question {
  if (subject === undefined || action === undefined || resource === undefined) {
    return refused(400, 'subject, action and resource are required');
  }
  return understand({ subject, action, resource, ...(context === undefined ? {} : { context }) }, asking);
}

function understand(evaluation: Evaluation, { caller, demand }: Asking): Question {
  const principal = subjectOf(evaluation, caller);
  if (principal === undefined) return refused(403, 'an agent asks about itself only');
  const action = toAction(evaluation);
  if (!action.ok) return refused(400, action.refusal.message);
  const session = sessionOf(evaluation);
  const request = {
    principal,
    action: action.value,
    demand,
    ...(session === undefined ? {} : { session: { id: session } }),
  };
  return { kind: 'asked', evaluation, request };
}

/** Who asks, and under which constitution they insist on the answer. */
interface Asking {
  readonly caller: Principal;
  readonly demand: ConstitutionDemand | undefined;
}

/** Agents ask about themselves; a person with the permission (the operator, whose token a gateway holds) about any agent. */
function subjectOf(evaluation: Evaluation, caller: Principal): Principal | undefined {
  const { subject } = evaluation;
  if (caller.kind === 'agent') return subject.id === caller.id ? caller : undefined;
  return { kind: 'agent', id: subject.id as AgentId, agent: subject.type, teams: [] }; // branded at the edge
}

function sessionOf(evaluation: Evaluation): SessionId | undefined {
  const session = evaluation.context?.session;
  // Branded at the edge, after the check.
  return typeof session === 'string' && session.length > 0 && session.length <= 512
    ? (session as SessionId)
    : undefined;
}

function reply(decision: Decision, recorded: boolean, more: EvaluationReply['context']): EvaluationReply {
  const allowed = decision.verdict.kind === 'allow';
  return {
    decision: allowed,
    context: {
      id: decision.id,
      verdict: decision.verdict,
      recorded,
      ...(recorded ? { receipt: decision.id } : {}),
      constitution: decision.constitution,
      ...more,
      ...(allowed
        ? {}
        : {
            reason_user: { en: messageForAgent(decision.verdict, decision.reasons, decision.id) },
            reason_admin: { en: decision.reasons.map(({ policy, effect }) => `${policy}: ${effect}`).join('; ') },
          }),
    },
  };
}

function refused(status: number, message: string): Question {
  return { kind: 'refused', reply: { decision: false, context: { error: { status, message } } } };
}

function echoRequestId(header: string | readonly string[] | undefined, set: (id: string) => void): void {
  if (typeof header === 'string' && /^[\x21-\x7e]{1,128}$/.test(header)) set(header);
}
