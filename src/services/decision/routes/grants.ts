import Type, { type Static } from 'typebox';
import { subjectOf } from '#domain/action/subject.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import type { DecisionId } from '#domain/decision/decision.ts';
import type { Result } from '#domain/result.ts';
import { clauseText } from '#domain/standing-grant/clause.ts';
import { clausePolicyText } from '#domain/standing-grant/clause-policy.ts';
import {
  type StandingGrant,
  type StandingGrantFile,
  type StandingGrantId,
  standingGrantState,
} from '#domain/standing-grant/standing-grant.ts';
import { DecisionParams } from '#services/decision/schemas.ts';
import {
  PreviewReply,
  ProposalBody,
  StandingGrantReply,
  StandingGrantsQuery,
} from '#services/decision/standing-grant-schemas.ts';
import type { Proposal, StandingGrants } from '#services/decision/standing-grants.ts';
import type { EdgeServer } from '#services/edge.ts';
import { callerOf } from '#services/guard.ts';
import { sendProblem } from '#services/problem.ts';
import { list } from '#services/replies.ts';

/** Standing grants: what one would mean, proposing and agreeing to it, what there is, and its end. */
export function registerGrantRoutes(
  app: EdgeServer,
  deps: { readonly grants: StandingGrants; readonly governance: Governance; readonly nowMs: () => number },
): void {
  const { grants } = deps;

  app.get(
    '/v1/grants',
    {
      config: { permission: 'approvals.read' },
      schema: {
        summary:
          'Standing grants, oldest first; those that are proposed or in force, unless another state is asked for',
        querystring: StandingGrantsQuery,
        response: { 200: Type.Object({ grants: list(StandingGrantReply) }) },
      },
    },
    async ({ query: { state, agent } }) => {
      const all = grants.files().map(view);
      const isWanted = ({ state: { kind } }: (typeof all)[number]) =>
        state === undefined ? kind === 'proposed' || kind === 'in-force' : state === 'all' || kind === state;
      return { grants: all.filter((one) => isWanted(one) && (agent === undefined || one.principalId === agent)) };
    },
  );

  app.get(
    '/v1/grants/:id',
    {
      config: { permission: 'approvals.read' },
      schema: { summary: 'One standing grant', params: DecisionParams, response: { 200: StandingGrantReply } },
    },
    async (request, reply) => send(reply, grants.file(idOf(request))),
  );

  app.post(
    '/v1/grants/preview',
    {
      config: { permission: 'approvals.answer' },
      schema: {
        summary: 'What a standing grant from this request would let through; nothing is given',
        body: ProposalBody,
        response: { 200: PreviewReply },
      },
    },
    async (request, reply) => {
      const previewed = await grants.preview(proposalOf(request.body), callerOf(request));
      if (!previewed.ok) return sendProblem(reply, previewed.refusal);
      const { grant, persons, looked, letThrough } = previewed.value;
      return {
        ...shown(grant),
        persons,
        looked,
        letThrough: letThrough.map(({ id, timeMs, action }) => ({ id, timeMs, subject: subjectOf(action) })),
      };
    },
  );

  app.post(
    '/v1/grants',
    {
      config: { permission: 'approvals.answer' },
      schema: {
        summary: 'Propose a standing grant from a request, and agree to it',
        body: ProposalBody,
        response: { 200: StandingGrantReply },
      },
    },
    async (request, reply) => send(reply, await grants.propose(proposalOf(request.body), callerOf(request))),
  );

  app.post(
    '/v1/grants/:id/agreement',
    {
      config: { permission: 'approvals.answer' },
      schema: {
        summary: 'Agree to a standing grant, where more than one person must',
        params: DecisionParams,
        response: { 200: StandingGrantReply },
      },
    },
    async (request, reply) => send(reply, await grants.agree(idOf(request), callerOf(request))),
  );

  app.post(
    '/v1/grants/:id/revocation',
    {
      config: { permission: 'approvals.answer' },
      schema: {
        summary: 'End a standing grant, at once',
        params: DecisionParams,
        response: { 200: StandingGrantReply },
      },
    },
    async (request, reply) => send(reply, await grants.revoke(idOf(request), callerOf(request))),
  );

  function send(reply: Parameters<typeof sendProblem>[0], file: Result<StandingGrantFile>) {
    return file.ok ? view(file.value) : sendProblem(reply, file.refusal);
  }

  function view(file: StandingGrantFile) {
    const isInForce = ({ digest }: StandingGrant['constitution']) => deps.governance.inForce(digest) !== undefined;
    return {
      id: file.grant.id,
      ...shown(file.grant),
      state: standingGrantState(file, { timeMs: deps.nowMs(), isInForce }),
      proposedMs: file.proposedMs,
      agreed: file.agreed,
    };
  }
}

/** All that people judge a grant by: each clause in words, and the policy that decides. */
function shown(grant: StandingGrant) {
  const { decisionId, principalId, role, workspaceRoots, constitution, expiresMs, clauses } = grant;
  return {
    decisionId,
    principalId,
    role,
    workspaceRoots,
    constitution,
    expiresMs,
    covers: clauses.map(({ clause }) => clauseText(clause)),
    policies: clauses.map(({ clause }) => clausePolicyText(clause, { principalId, expiresMs })),
  };
}

function proposalOf({ decisionId, expiresMs, widen }: Static<typeof ProposalBody>): Proposal {
  return { decisionId: decisionId as DecisionId, expiresMs, widening: widen ?? {} }; // branded at the edge, after the schema
}

function idOf({ params }: { readonly params: { readonly id: string } }): StandingGrantId {
  return params.id as StandingGrantId; // branded at the edge; one that is not known is refused
}
