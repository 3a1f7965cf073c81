import {
  type Context,
  type EntityJson,
  type PolicyJson,
  preparsePolicySet,
  preparseSchema,
  type SchemaJson,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { Entity } from '#domain/policy/authorization.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import type { Application } from './application.ts';

type Request = Application['requests'][number];

/** One way to decide. `decide` gives the verdict, so that all can be checked against each other. */
export interface Contender {
  readonly name: string;
  readonly decide: (request: Request) => 'allow' | 'deny';
}

export function contendersFor(application: Application): readonly Contender[] {
  const generated = createCompiledAuthorizer({ ...application, mode: 'generated' });
  const closures = createCompiledAuthorizer({ ...application, mode: 'closures' });
  const warm = generated.prepareEntities(application.entities);
  const official = cedarWasm(application);
  const warmClosures = closures.prepareEntities(application.entities);
  return [
    { name: 'acgs, verdict, warm entities', decide: (request) => generated.decideWith(request, warm) },
    { name: 'acgs, full answer, warm entities', decide: (request) => generated.authorizeWith(request, warm).decision },
    {
      name: 'acgs closures, full answer, warm entities',
      decide: (request) => closures.authorizeWith(request, warmClosures).decision,
    },
    {
      name: 'acgs, full answer, entities with each request',
      decide: (request) => generated.authorize({ ...request, entities: application.entities }).decision,
    },
    { name: 'cedar-wasm, preparsed', decide: (request) => official(request, application.entities) },
  ];
}

/** The official evaluator, its policies and schema parsed beforehand; entities cross the border with each request. */
export function cedarWasm({
  policies,
  schema,
}: Pick<Application, 'policies' | 'schema'>): (request: Request, entities: readonly Entity[]) => 'allow' | 'deny' {
  // One name for all: the module cannot forget a set, only replace it.
  // JSON by definition; the WASM package has interfaces of its own for it.
  const read = preparsePolicySet('bench', { staticPolicies: policies as unknown as Record<string, PolicyJson> });
  // As above.
  const schemaRead = preparseSchema('bench', schema as unknown as SchemaJson<string>);
  if (read.type === 'failure' || schemaRead.type === 'failure') throw new Error('cedar-wasm refuses the policies');
  return ({ principal, action, resource, context }, entities) => {
    const answer = statefulIsAuthorized({
      principal: { ...principal },
      action: { ...action },
      resource: { ...resource },
      // As above; the benchmark has no bigints.
      context: context as Context,
      entities: entities as unknown as EntityJson[],
      preparsedPolicySetId: 'bench',
      preparsedSchemaName: 'bench',
      validateRequest: true,
    });
    if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
    return answer.response.decision;
  };
}
