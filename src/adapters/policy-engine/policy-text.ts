import { policySetTextToParts, policyToJson, schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { JsonLike } from '#domain/policy/engine/policy-form.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

export type PolicyTextRefusalCode = 'policy-syntax' | 'policy-template' | 'schema-syntax';

/**
 * Policies of a text in Cedar's JSON form, exact to the last digit, by the ids that Cedar itself gives them: `policy0`, … in
 * the order of the text.
 */
export function readPolicyText(text: string): Result<Readonly<Record<string, JsonLike>>, PolicyTextRefusalCode> {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') return refuse('policy-syntax', told(parts.errors));
  if (parts.policy_templates.length > 0)
    return refuse('policy-template', 'Templates need links: give them in a policy set of Cedar’s JSON form.');
  // The parts come in the order of their ids as strings: policy10 before policy2.
  const ids = parts.policies.map((_, index) => `policy${index}`).sort();
  const policies = new Map<string, JsonLike>();
  for (const [index, part] of parts.policies.entries()) {
    const policy = readPolicy(part);
    if (!policy.ok) return policy;
    policies.set(ids[index] ?? '', policy.value);
  }
  const inOrder = parts.policies.map((_, index) => [`policy${index}`, policies.get(`policy${index}`) ?? null] as const);
  return ok(Object.fromEntries(inOrder));
}

/** A schema's text in Cedar's JSON form. */
export function readSchemaText(text: string): Result<JsonLike, PolicyTextRefusalCode> {
  const schema = schemaToJson(text);
  if (schema.type === 'failure') return refuse('schema-syntax', told(schema.errors));
  // JSON by definition; the WASM package has an interface of its own for it.
  return ok(schema.json as unknown as JsonLike);
}

/** Strings, comments and names are matched only so that the digits in them are not taken for numbers. */
const TOKEN = /"(?:\\.|[^"\\])*"|\/\/[^\n]*|[A-Za-z_]\w*|\d+/g;

/**
 * The WASM package hands the JSON form over as JavaScript numbers, which lose digits beyond 2^53. So each greater integer
 * goes in as a small one that the policy does not have, and comes back as a bigint.
 */
function readPolicy(text: string): Result<JsonLike, PolicyTextRefusalCode> {
  // The policy as it is: only Cedar knows whether its integers fit.
  const original = policyToJson(text);
  if (original.type === 'failure') return refuse('policy-syntax', told(original.errors));
  const stands = new Map<number, bigint>();
  let next = Number.MAX_SAFE_INTEGER;
  const replaced = text.replace(TOKEN, (token) => {
    if (!/^\d/.test(token) || Number(token) <= Number.MAX_SAFE_INTEGER) return token;
    while (text.includes(String(next))) next -= 1;
    stands.set(next, BigInt(token));
    next -= 1;
    return String(next + 1);
  });
  // JSON by definition, as above.
  if (stands.size === 0) return ok(original.json as unknown as JsonLike);
  const standing = policyToJson(replaced);
  if (standing.type === 'failure') return refuse('policy-syntax', told(standing.errors));
  return ok(restore(standing.json as unknown as JsonLike, stands)); // as above
}

function restore(json: JsonLike, stands: ReadonlyMap<number, bigint>): JsonLike {
  if (typeof json === 'number') {
    const integer = stands.get(Math.abs(json));
    return integer === undefined ? json : json < 0 ? -integer : integer;
  }
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((element) => restore(element, stands));
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, restore(value, stands)]));
}

function told(errors: readonly { readonly message: string }[]): string {
  return errors.map(({ message }) => message).join('; ');
}
