import { Type } from '@fastify/type-provider-typebox';
import type { AmendmentId, BallotId } from '#domain/amendment/ids.ts';
import type { Amendment } from '#domain/amendment/proceedings.ts';
import { timelineOf } from '#domain/amendment/timeline.ts';
import { ok, type Result } from '#domain/result.ts';
import { parseEnvelope } from '#domain/signature/dsse.ts';
import {
  type AmendDeps,
  draftAmendment,
  draftRollback,
  proposeAmendment,
  signAmendment,
  vetoAmendment,
  withdrawAmendment,
} from '#services/constitution/amend.ts';
import { amendmentReply, ballotReply } from '#services/constitution/amendment-replies.ts';
import {
  AmendmentReply,
  BallotParams,
  BallotReply,
  DraftBody,
  DraftBundleReply,
  IdParams,
  ProposalBody,
  ReasonBody,
  RollbackBody,
  SignaturesBody,
  TimelineReply,
  VoteBody,
} from '#services/constitution/amendment-schemas.ts';
import { actorOf, type Person, personOf } from '#services/constitution/person.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

const read = { permission: 'constitution.read' } as const;
const act = { permission: 'constitution.amend' } as const;
const changed = { 200: AmendmentReply };

/** How people change the constitution: draft, propose, vote, veto, sign. Who may is said by the constitution in force. */
export function registerAmendmentRoutes(app: EdgeServer, deps: AmendDeps): void {
  const { keeper } = deps;

  app.get(
    '/v1/amendments',
    {
      config: read,
      schema: {
        summary: 'Every amendment of this lineage, and where it stands; the newest first',
        response: { 200: Type.Object({ amendments: list(AmendmentReply) }) },
      },
    },
    async (request) => ({
      amendments: [...keeper.current().amendments.values()].reverse().map((amendment) => reply(amendment, request)),
    }),
  );

  app.get(
    '/v1/amendments/:id',
    { config: read, schema: { summary: 'One amendment', params: IdParams, response: changed } },
    async (request, response) => {
      const amendment = found(request.params.id);
      return amendment === undefined ? sendProblem(response, unknown) : reply(amendment, request);
    },
  );

  app.get(
    '/v1/amendments/:id/timeline',
    {
      config: read,
      schema: {
        summary: 'What became of an amendment, step by step, with the records that prove it',
        params: IdParams,
        response: { 200: TimelineReply },
      },
    },
    async (request, response) => {
      const amendment = found(request.params.id);
      if (amendment === undefined) return sendProblem(response, unknown);
      return { steps: timelineOf(amendment.id, keeper.history()) };
    },
  );

  app.get(
    '/v1/amendments/:id/bundle',
    {
      config: read,
      schema: { summary: 'What is to be signed', params: IdParams, response: { 200: DraftBundleReply } },
    },
    async (request, response) => {
      const amendment = found(request.params.id);
      if (amendment === undefined) return sendProblem(response, unknown);
      const { digest } = amendment.content.constitution;
      return { digest, bundle: Buffer.from(amendment.bundle, 'utf8').toString('base64') };
    },
  );

  app.post(
    '/v1/amendments',
    {
      config: act,
      schema: { summary: 'Draft an amendment and work out its impact', body: DraftBody, response: changed },
    },
    async (request, response) =>
      byPerson(request, response, (by) => {
        const { title, emergency, files } = request.body;
        return draftAmendment(deps, { by, title, emergency: emergency === true, texts: files });
      }),
  );

  app.post(
    '/v1/amendments/rollback',
    {
      config: act,
      schema: { summary: 'Draft the way back to what was in force before', body: RollbackBody, response: changed },
    },
    async (request, response) =>
      byPerson(request, response, (by) => draftRollback(deps, { by, title: request.body.title })),
  );

  app.post(
    '/v1/amendments/:id/proposal',
    {
      config: act,
      schema: { summary: 'Put a draft to the vote', params: IdParams, body: ProposalBody, response: changed },
    },
    async (request, response) =>
      byPerson(request, response, (by) => proposeAmendment(deps, idOf(request.params), by, request.body.impact)),
  );

  app.post(
    '/v1/amendments/:id/withdrawal',
    { config: act, schema: { summary: 'Withdraw before anyone votes', params: IdParams, response: changed } },
    async (request, response) => byPerson(request, response, (by) => withdrawAmendment(deps, idOf(request.params), by)),
  );

  app.post(
    '/v1/amendments/:id/veto',
    { config: act, schema: { summary: 'Veto an amendment', params: IdParams, body: ReasonBody, response: changed } },
    async (request, response) =>
      byPerson(request, response, (by) => vetoAmendment(deps, idOf(request.params), by, request.body.reason)),
  );

  app.post(
    '/v1/amendments/:id/signatures',
    {
      config: act,
      schema: {
        summary: 'Hand in the signatures of those whom the constitution in force names',
        params: IdParams,
        body: SignaturesBody,
        response: changed,
      },
    },
    async (request, response) =>
      byPerson(request, response, async () => {
        const envelope = parseEnvelope(request.body.envelope);
        return envelope.ok ? signAmendment(deps, idOf(request.params), envelope.value) : envelope;
      }),
  );

  app.get(
    '/v1/ballots',
    {
      config: read,
      schema: {
        summary: 'Every vote, the newest first',
        response: { 200: Type.Object({ ballots: list(BallotReply) }) },
      },
    },
    async (request) => ({
      ballots: [...keeper.current().ballots.values()].reverse().map((ballot) => ballotReply(ballot, callerOf(request))),
    }),
  );

  app.post(
    '/v1/ballots/:id/votes',
    {
      config: act,
      schema: {
        summary: 'Vote; a vote that was cast stands',
        params: BallotParams,
        body: VoteBody,
        response: { 200: BallotReply },
      },
    },
    async (request, response) => {
      const person = personOf(callerOf(request));
      if (!person.ok) return sendProblem(response, person.refusal);
      const ballot = request.params.id as BallotId; // of the form that the schema has checked
      const { choice } = request.body;
      const cast = await keeper.record((at) =>
        ok({ kind: 'vote-cast', at, ballot, by: actorOf(person.value), choice } as const),
      );
      if (!cast.ok) return sendProblem(response, cast.refusal);
      const after = cast.value.ballots.get(ballot);
      return after === undefined ? sendProblem(response, unknown) : ballotReply(after, person.value);
    },
  );

  function found(id: string): Amendment | undefined {
    return keeper.current().amendments.get(id as AmendmentId); // an unknown one is simply not found
  }

  async function byPerson(
    request: Parameters<typeof callerOf>[0],
    response: Parameters<typeof sendProblem>[0],
    act: (by: Person) => Promise<Result<Amendment>>,
  ) {
    const person = personOf(callerOf(request));
    if (!person.ok) return sendProblem(response, person.refusal);
    const done = await act(person.value);
    return done.ok ? reply(done.value, request) : sendProblem(response, done.refusal);
  }

  function reply(amendment: Amendment, request: Parameters<typeof callerOf>[0]) {
    return amendmentReply(amendment, keeper.current(), callerOf(request));
  }
}

const unknown = { code: 'amendment-unknown', message: 'There is no such amendment.' };

function idOf({ id }: { readonly id: string }): AmendmentId {
  return id as AmendmentId; // of the form that the schema has checked; an unknown one is refused
}
