import type { JsonObject } from '#domain/json.ts';
import type { PolicyLanguage } from '#domain/policy/language.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Reads a text that is one policy, and holds it to a schema, strictly. */
export function readPolicy(
  text: string,
  schema: JsonObject,
  language: Pick<PolicyLanguage, 'parsePolicies' | 'validate'>,
): Result<JsonObject> {
  const parsed = language.parsePolicies(text);
  if (!parsed.ok) return parsed;
  const [policy, ...others] = parsed.value;
  if (policy === undefined || others.length > 0) return refuse('policy-syntax', 'This is not one policy.');
  const valid = language.validate({ policy: policy.json }, schema);
  return valid.ok ? ok(policy.json) : valid;
}
