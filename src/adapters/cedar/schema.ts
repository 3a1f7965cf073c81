import { schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { told } from '#adapters/cedar/policies.ts';
import type { JsonObject } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** A schema in Cedar's own syntax to its JSON form, types resolved by name only. */
export function parseSchema(text: string): Result<JsonObject, 'schema-invalid'> {
  const answer = schemaToJson(text);
  if (answer.type === 'failure') return refuse('schema-invalid', told(answer.errors, text));
  if (answer.warnings.length > 0) return refuse('schema-invalid', told(answer.warnings, text));
  // Cedar's JSON schema is JSON by definition.
  return ok(answer.json as unknown as JsonObject);
}
