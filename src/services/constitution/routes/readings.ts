import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { createReading, type ReadingDeps } from '#services/constitution/reading.ts';
import {
  DifferenceQuery,
  DifferenceReply,
  PolicyTextsReply,
  ReadingReply,
} from '#services/constitution/reading-schemas.ts';
import { DigestParameters } from '#services/constitution/schemas.ts';
import type { EdgeServer } from '#services/edge.ts';
import { sendProblem } from '#services/problem.ts';

const config = { permission: 'constitution.read' } as const;

/** Constitutions for people: in words, their policies as Cedar's text, and what one says otherwise than another. */
export function registerReadingRoutes(app: EdgeServer, deps: ReadingDeps): void {
  const reading = createReading(deps);

  app.get(
    '/v1/constitutions/:digest/reading',
    {
      config,
      schema: {
        summary: 'A constitution as people read it; also one that is only proposed',
        params: DigestParameters,
        response: { 200: ReadingReply },
      },
    },
    async (request, reply) => {
      const found = await reading.find(digestOf(request.params));
      return found.ok ? readingReply(found.value) : sendProblem(reply, found.refusal);
    },
  );

  app.get(
    '/v1/constitutions/:digest/policies',
    {
      config,
      schema: {
        summary: 'The policies of a constitution as Cedar text',
        params: DigestParameters,
        response: { 200: PolicyTextsReply },
      },
    },
    async (request, reply) => {
      const digest = digestOf(request.params);
      const written = await reading.policyTexts(digest);
      return written.ok ? { digest, policies: written.value } : sendProblem(reply, written.refusal);
    },
  );

  app.get(
    '/v1/constitutions/:digest/difference',
    {
      config,
      schema: {
        summary: 'What a constitution says otherwise than another, by article; layout and comments do not show',
        params: DigestParameters,
        querystring: DifferenceQuery,
        response: { 200: DifferenceReply },
      },
    },
    async (request, reply) => {
      const compared = await reading.difference(request.query.from as ConstitutionDigest, digestOf(request.params)); // of the form that the schema has checked
      return compared.ok ? compared.value : sendProblem(reply, compared.refusal);
    },
  );
}

function digestOf({ digest }: { readonly digest: string }): ConstitutionDigest {
  return digest as ConstitutionDigest; // of the form that the schema has checked; of an unknown one nothing is found
}

function readingReply(constitution: Constitution) {
  const { policies, annotations, schema: _, ...said } = constitution;
  return {
    ...said,
    policies: [...annotations].map(([id, { article, reason, advice }]) => ({
      id,
      effect: effectOf(policies[id]?.['effect']),
      article: article ?? '',
      reason,
      ...(advice === undefined ? {} : { advice }),
    })),
  };
}

/** Cedar has two, and a bundle that says anything else does not parse. */
function effectOf(effect: unknown): 'permit' | 'forbid' {
  return effect === 'permit' ? 'permit' : 'forbid';
}
