import type { JsonObject, JsonValue } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** Objects and arrays within each other. What is signed here needs three. */
const DEPTH_MAX = 8;

/**
 * One JSON object in which no key is given twice and nothing is nested deeply: two readers of such a text cannot understand
 * it differently (RFC 8259, section 4 leaves duplicate keys open; RFC 7515, section 4 forbids them).
 */
export function parseStrictObject(text: string): Result<JsonObject, 'json-malformed'> {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('json-malformed', 'It is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('json-malformed', 'It is not a JSON object.');
  }
  const wrong = ambiguity(text);
  // `Array.isArray` does not narrow readonly arrays away.
  return wrong === undefined ? ok(value as JsonObject) : refuse('json-malformed', wrong);
}

/** Goes over a text that is known to be JSON. `"` begins a string, and is never inside of one without a backslash. */
function ambiguity(text: string): string | undefined {
  /** Of each object that is open its keys; `undefined` for an array. */
  const open: (Set<string> | undefined)[] = [];
  let awaitsKey = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
      case '[':
        if (open.length === DEPTH_MAX) return `It is nested more than ${DEPTH_MAX} deep.`;
        open.push(text[at] === '{' ? new Set() : undefined);
        awaitsKey = text[at] === '{';
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        awaitsKey = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        const keys = open.at(-1);
        if (awaitsKey && keys !== undefined) {
          const key: string = JSON.parse(text.slice(at, end + 1)); // "\u0061" and "a" are one key
          if (keys.has(key)) return 'A key is given twice.';
          keys.add(key);
          awaitsKey = false;
        }
        at = end;
        break;
      }
      default:
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
