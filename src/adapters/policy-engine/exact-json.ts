import type { JsonLike } from '#domain/policy/engine/policy-form.ts';

/** Sixteen digits: below that, every integer is exact as a number. */
const LONG_DIGITS = /\d{16}/;

/**
 * JSON in which integers beyond 2^53 become bigints.
 * @throws {SyntaxError}
 */
export function parseExactJson(text: string): JsonLike {
  // Reading with a function is several times slower, and hardly any text needs it.
  if (!LONG_DIGITS.test(text)) return JSON.parse(text);
  return JSON.parse(text, exactInteger);
}

// The third argument (the number as it was written) is in V8 since Node 21, not yet among TypeScript's declarations.
function exactInteger(this: unknown, _name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(context?.source ?? '') ? BigInt(context?.source ?? '') : value;
}
