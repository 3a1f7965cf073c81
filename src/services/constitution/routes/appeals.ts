import { Type } from '@fastify/type-provider-typebox';
import type { AppealId } from '#domain/amendment/ids.ts';
import type { Appeal } from '#domain/amendment/proceedings.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { Result } from '#domain/result.ts';
import { AnswerBody, AppealBody, AppealReply, IdParams, LotBody } from '#services/constitution/amendment-schemas.ts';
import {
  type AppealDeps,
  answerAppeal,
  contestAnswer,
  drawAppealPanel,
  fileAppeal,
} from '#services/constitution/appeal.ts';
import { type Person, personOf } from '#services/constitution/person.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

const act = { permission: 'constitution.amend' } as const;
const changed = { 200: AppealReply };

/** Appeals of enacted policies and denied decisions: filed, a panel drawn by lot, answered, contested. */
export function registerAppealRoutes(app: EdgeServer, deps: AppealDeps): void {
  app.get(
    '/v1/appeals',
    {
      config: { permission: 'constitution.read' },
      schema: {
        summary: 'Every appeal, the newest first',
        response: { 200: Type.Object({ appeals: list(AppealReply) }) },
      },
    },
    async () => ({ appeals: [...deps.keeper.current().appeals.values()].reverse() }),
  );

  app.post(
    '/v1/appeals',
    {
      config: act,
      schema: {
        summary: "Appeal; the answer holds the commitment to the node's half of the lot",
        body: AppealBody,
        response: changed,
      },
    },
    async (request, reply) =>
      byPerson(request, reply, (by) => {
        const { against, grounds } = request.body;
        // Branded at the edge; an unknown one is refused.
        const subject =
          against.kind === 'decision'
            ? ({ kind: 'decision', decision: against.decision as DecisionId } as const)
            : ({ kind: 'policy', policy: against.policy as PolicyId } as const); // as above
        return fileAppeal(deps, by, subject, grounds);
      }),
  );

  app.post(
    '/v1/appeals/:id/lot',
    {
      config: act,
      schema: {
        summary: "Draw the panel with the appellant's half of the lot",
        params: IdParams,
        body: LotBody,
        response: changed,
      },
    },
    async (request, reply) =>
      byPerson(request, reply, (by) => drawAppealPanel(deps, by, idOf(request.params), request.body.nonce)),
  );

  app.post(
    '/v1/appeals/:id/answers',
    {
      config: act,
      schema: { summary: 'Answer as a member of the panel', params: IdParams, body: AnswerBody, response: changed },
    },
    async (request, reply) =>
      byPerson(request, reply, (by) => answerAppeal(deps, by, idOf(request.params), request.body)),
  );

  app.post(
    '/v1/appeals/:id/contest',
    { config: act, schema: { summary: 'Put the answer to the vote', params: IdParams, response: changed } },
    async (request, reply) => byPerson(request, reply, (by) => contestAnswer(deps, by, idOf(request.params))),
  );
}

async function byPerson(
  request: Parameters<typeof callerOf>[0],
  reply: Parameters<typeof sendProblem>[0],
  act: (by: Person) => Promise<Result<Appeal>>,
) {
  const person = personOf(callerOf(request));
  if (!person.ok) return sendProblem(reply, person.refusal);
  const done = await act(person.value);
  return done.ok ? done.value : sendProblem(reply, done.refusal);
}

function idOf({ id }: { readonly id: string }): AppealId {
  return id as AppealId; // of the form that the schema has checked; an unknown one is refused
}
