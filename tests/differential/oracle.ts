import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { World } from './worlds.ts';

/** What an evaluator says to one request of a world. Reasons and errors are sets, so they are sorted. */
export type Answer =
  | { readonly kind: 'refused'; readonly why: string }
  | {
      readonly kind: 'answered';
      readonly decision: 'allow' | 'deny';
      readonly reasons: readonly string[];
      readonly errors: readonly string[];
    };

const POLICY_SET = 'differential';
const SCHEMA = 'differential';

/** The official evaluator's answers. A set or schema that it cannot read is refused for every request. */
export function askCedar(world: World): readonly Answer[] {
  const raw = exact(world) as Wire;
  const read = cedar.preparsePolicySet(POLICY_SET, {
    staticPolicies: raw.policies,
    templates: raw.templates,
    templateLinks: raw.templateLinks,
  });
  const schemaRead = raw.schema === undefined ? undefined : cedar.preparseSchema(SCHEMA, raw.schema);
  return raw.requests.map((request): Answer => {
    if (read.type === 'failure') return { kind: 'refused', why: told(read.errors) };
    if (schemaRead?.type === 'failure') return { kind: 'refused', why: told(schemaRead.errors) };
    const answer = cedar.statefulIsAuthorized({
      ...request,
      entities: raw.entities,
      preparsedPolicySetId: POLICY_SET,
      ...(raw.schema === undefined ? {} : { preparsedSchemaName: SCHEMA, validateRequest: true }),
    });
    if (answer.type === 'failure') return { kind: 'refused', why: told(answer.errors) };
    const { decision, diagnostics } = answer.response;
    return {
      kind: 'answered',
      decision,
      reasons: diagnostics.reason.toSorted(),
      errors: diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`).toSorted(),
    };
  });
}

function told(errors: readonly { readonly message: string }[]): string {
  return errors.map(({ message }) => message).join('; ');
}

/** The world in the types of the WASM package, which takes any JSON. */
interface Wire {
  readonly policies: Record<string, cedar.PolicyJson>;
  readonly templates: Record<string, cedar.PolicyJson>;
  readonly templateLinks: cedar.TemplateLink[];
  readonly schema?: cedar.SchemaJson<string>;
  readonly entities: cedar.EntityJson[];
  readonly requests: readonly {
    readonly principal: cedar.EntityUid;
    readonly action: cedar.EntityUid;
    readonly resource: cedar.EntityUid;
    readonly context: cedar.Context;
  }[];
}

/** The WASM package hands everything through `JSON.stringify`, where only raw JSON can carry a 64-bit integer. */
function exact(value: unknown): unknown {
  if (typeof value === 'bigint') return rawJson(value.toString());
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(exact);
  const copy = {};
  for (const [name, member] of Object.entries(value))
    Object.defineProperty(copy, name, { value: exact(member), enumerable: true });
  return copy;
}

/** In V8 since Node 21, not yet among TypeScript's declarations. */
const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };
