import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import type { Refusal } from '#domain/result.ts';
import { type AccessRequestProblem, type AccessRequests, SubmissionBody } from '#services/decision/access-requests.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { PROBLEM_TYPE } from '#services/problem.ts';

const STATUS: Readonly<Record<AccessRequestProblem, number>> = {
  not_requestable: 400,
  expired_denial: 410,
  invalid_denial_binding: 400,
  duplicate_request: 409,
  unknown_task: 404,
  unauthorized_requester: 403,
};

/** Seconds between two looks at a task: a person is not faster. */
const POLL_S = 5;

const TaskParams = Type.Object({ id: Type.String({ maxLength: 64 }) }, { additionalProperties: false });

/** AuthZEN Access Request and Approval Profile: where a gateway asks for what was denied and could be approved. */
export function registerAccessRequestRoutes(app: EdgeServer, deps: { readonly accessRequests: AccessRequests }): void {
  const { accessRequests } = deps;

  app.post(
    '/access/v1/requests',
    {
      config: { permission: 'evaluations.ask' },
      schema: {
        summary: 'AuthZEN access request: ask for what was denied and could be approved',
        body: SubmissionBody,
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const submitted = accessRequests.submit(
        request.body,
        callerOf(request),
        typeof key === 'string' ? key : undefined,
      );
      if (!submitted.ok) return problem(reply, submitted.refusal);
      // "Access Request Response": 201 for what is settled already.
      const { task } = submitted.value;
      reply.header('location', task.status_endpoint);
      return reply.status(task.status === 'pending' ? 202 : 201).send(submitted.value);
    },
  );

  app.get(
    '/access/v1/requests/:id',
    {
      config: { permission: 'evaluations.ask' },
      schema: { summary: 'AuthZEN access request: where it stands', params: TaskParams },
    },
    async (request, reply) => {
      const found = accessRequests.status(request.params.id, callerOf(request));
      if (!found.ok) return problem(reply, found.refusal);
      if (found.value.task.status === 'pending') reply.header('retry-after', String(POLL_S));
      return found.value;
    },
  );
}

/** "Error Responses": the draft's own problem types. */
function problem(reply: FastifyReply, { code, message }: Refusal<AccessRequestProblem>) {
  const status = STATUS[code];
  const type = `urn:openid:authzen:access-request:error:${code}`;
  return reply.status(status).type(PROBLEM_TYPE).send({ type, title: message, status, code });
}
