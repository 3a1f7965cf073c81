import type { JsonObject } from '#domain/json.ts';

/** Whether a value that came out of `JSON.parse` is an object: what is in it is then JSON too. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
