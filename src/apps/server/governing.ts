import { loadAuthorizer } from '#adapters/policy-engine/load.ts';
import type { ServerConfig } from '#apps/server/config.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import { type Governing, refOf } from '#domain/constitution/governance.ts';
import type { Authorizer } from '#domain/policy/authorization.ts';
import { createCachedEvaluate } from '#domain/policy/cached-evaluate.ts';
import { createEvaluate } from '#domain/policy/evaluate.ts';

/** Makes a verified constitution ready to decide by, while decisions go on under another one. */
export async function createGoverning(
  constitution: Constitution,
  deps: { readonly engine: ServerConfig['engine']; readonly onEvaluation: (isCacheHit: boolean) => void },
): Promise<Governing> {
  const authorizer = await createAuthorizer(deps.engine, constitution);
  const evaluate = createCachedEvaluate(
    { constitution, evaluate: createEvaluate({ constitution, authorizer }) },
    deps.onEvaluation,
  );
  return { constitution, ref: refOf(constitution), evaluate };
}

async function createAuthorizer(
  engine: ServerConfig['engine'],
  { policies, schema }: Constitution,
): Promise<Authorizer> {
  if (engine === 'compiled') return loadAuthorizer({ policies, schema, mode: 'generated' });
  const { createCedarWasmAuthorizer } = await import('#adapters/cedar/authorizer.ts');
  return createCedarWasmAuthorizer({ policies, schema });
}
