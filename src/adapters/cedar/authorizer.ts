import {
  type CedarValueJson,
  type Context,
  type EntityJson,
  type PolicyJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { told } from '#adapters/cedar/policies.ts';
import { canonicalJson, type JsonObject, sha256Hex } from '#domain/json.ts';
import type { Authorizer, CedarRecord, CedarValue, Entity, PolicyId } from '#domain/policy/authorization.ts';

/**
 * Cedar's official evaluator behind the port. The policy set is parsed once and kept by the WASM module under its own digest
 * (it has no call to forget one, so loading the same set twice must not grow it).
 *
 * @param validateRequests Also check each request against the schema; for tests and for the check of a schema at load, as it costs time.
 * @throws {Error} from `authorize` when Cedar cannot read the request: an outage, never an answer.
 */
export function createCedarWasmAuthorizer(given: {
  readonly policies: Readonly<Record<string, JsonObject>>;
  readonly schema: JsonObject;
  readonly validateRequests?: boolean;
}): Authorizer {
  const policySet = sha256Hex(canonicalJson(given.policies));
  const schema = sha256Hex(canonicalJson(given.schema));
  const policiesRead = preparsePolicySet(policySet, {
    // The JSON form came from Cedar's own parser, and so did the schema's below.
    staticPolicies: given.policies as unknown as Record<string, PolicyJson>,
  });
  if (policiesRead.type === 'failure') throw new Error(`cedar refused its own policies: ${told(policiesRead.errors)}`);
  // As above.
  const schemaRead = preparseSchema(schema, given.schema as never);
  if (schemaRead.type === 'failure') throw new Error(`cedar refused its own schema: ${told(schemaRead.errors)}`);

  return {
    authorize(request) {
      const answer = statefulIsAuthorized({
        principal: request.principal,
        action: request.action,
        resource: request.resource,
        context: contextJson(request.context),
        entities: request.entities.map(entityJson),
        preparsedPolicySetId: policySet,
        preparsedSchemaName: schema,
        validateRequest: given.validateRequests ?? false,
      });
      if (answer.type === 'failure') throw new Error(`cedar cannot read the request: ${told(answer.errors)}`);
      const { decision, diagnostics } = answer.response;
      return {
        decision,
        reasons: diagnostics.reason as PolicyId[], // our own ids, given back
        errors: diagnostics.errors.map(({ policyId, error }) => ({
          policy: policyId as PolicyId, // one of ours
          message: error.message,
        })),
      };
    },
  };
}

function entityJson(entity: Entity): EntityJson {
  return {
    uid: { ...entity.uid },
    attrs: contextJson(entity.attrs),
    parents: entity.parents.map((parent) => ({ ...parent })),
    ...(entity.tags === undefined ? {} : { tags: contextJson(entity.tags) }),
  };
}

function contextJson(record: CedarRecord): Context {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, valueJson(value)]));
}

/** The WASM module traps on a bigint, and JSON would round a large number: both are stopped here with a message. */
function valueJson(value: CedarValue): CedarValueJson {
  if (typeof value === 'bigint' || typeof value === 'number') {
    if (!Number.isSafeInteger(Number(value)))
      throw new RangeError(`a Cedar Long beyond 2^53 cannot be passed: ${value}`);
    return Number(value);
  }
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(valueJson);
  // `Array.isArray` does not narrow readonly arrays away.
  return contextJson(value as CedarRecord);
}
