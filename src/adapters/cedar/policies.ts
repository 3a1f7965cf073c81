import {
  type DetailedError,
  formatPolicies,
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { JsonObject } from '#domain/json.ts';
import type { LanguageRefusalCode, ParsedPolicy } from '#domain/policy/language.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

const FORMAT = { lineWidth: 100, indentWidth: 2 } as const;

/** Parses the text of a policy file; policies come back in the order of the text. */
export function parsePolicies(text: string): Result<readonly ParsedPolicy[], LanguageRefusalCode> {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') return refuse('policy-syntax', told(parts.errors, text));
  if (parts.policy_templates.length > 0) {
    return refuse('policy-template', 'Policy templates (?principal, ?resource) are not supported.');
  }
  const parsed: ParsedPolicy[] = [];
  for (const policy of inOrder(parts.policies)) {
    const answer = policyToJson(policy);
    if (answer.type === 'failure') return refuse('policy-syntax', told(answer.errors, policy));
    if (hasUnsafeNumber(answer.json)) {
      return refuse('policy-number', 'A number beyond 2^53 cannot be kept exactly: use a smaller one.');
    }
    // The EST is JSON by definition; the WASM package types it as its own interface.
    const json = answer.json as unknown as JsonObject;
    parsed.push({ effect: answer.json.effect, annotations: answer.json.annotations ?? {}, json, text: policy });
  }
  return ok(parsed);
}

/** Cedar names the policies of a text `policy0`, `policy1`, … and gives them back sorted by these names: `policy10` before `policy2`. */
function inOrder(policies: readonly string[]): readonly string[] {
  const names = policies.map((_, index) => `policy${index}`).sort();
  const byName = new Map(names.map((name, index) => [name, policies[index] ?? '']));
  return policies.map((_, index) => byName.get(`policy${index}`) ?? '');
}

/**
 * Strict validation. Warnings refuse as well: a policy that can never apply, or a look-alike letter in a literal, is a mistake
 * that leaves something ungoverned.
 */
export function validatePolicies(
  policies: Readonly<Record<string, JsonObject>>,
  schema: JsonObject,
): Result<undefined, LanguageRefusalCode> {
  const answer = validation(policies, schema);
  if (answer === undefined) {
    return refuse(
      'policy-invalid',
      'A policy is nested too deeply to be read: group long chains of || and && by brackets.',
    );
  }
  if (answer.type === 'failure') return refuse('policy-invalid', told(answer.errors));
  const found = [...answer.validationErrors, ...answer.validationWarnings].map((each) => each.error);
  const all = [...found, ...answer.otherWarnings];
  return all.length === 0 ? ok(undefined) : refuse('policy-invalid', told(all));
}

/** Undefined when Cedar gives up: past some 128 levels of its JSON form it throws instead of answering. */
function validation(policies: Readonly<Record<string, JsonObject>>, schema: JsonObject) {
  try {
    return validate({
      validationSettings: { mode: 'strict' },
      // Both came from Cedar's own parser.
      schema: schema as never,
      policies: { staticPolicies: policies as unknown as Record<string, PolicyJson> },
    });
  } catch (error) {
    if (error instanceof Error && error.message.includes('recursion limit')) return undefined;
    throw error;
  }
}

/** The same policies in Cedar's standard layout, comments kept. Refused when the layout would change a policy. */
export function formatPolicyText(text: string): Result<string, LanguageRefusalCode> {
  const before = parsePolicies(text);
  if (!before.ok) return before;
  const answer = formatPolicies({ policyText: text, ...FORMAT });
  if (answer.type === 'failure') return refuse('policy-format', told(answer.errors, text));
  const after = parsePolicies(answer.formatted_policy);
  if (!after.ok || JSON.stringify(meaning(after.value)) !== JSON.stringify(meaning(before.value))) {
    return refuse('policy-format', 'The formatter would change the meaning of a policy: the file is left as it is.');
  }
  return ok(answer.formatted_policy);
}

function meaning(policies: readonly ParsedPolicy[]): readonly JsonObject[] {
  return policies.map((policy) => policy.json);
}

/** Cedar's messages in one text, with the line where one is known. */
export function told(errors: readonly DetailedError[], text?: string): string {
  return errors
    .map((error) => {
      const at = error.sourceLocations?.[0];
      const line = at === undefined || text === undefined ? '' : `line ${lineOf(text, at.start)}: `;
      const label = at?.label ? ` (${at.label})` : '';
      return `${line}${error.message}${label}${error.help ? `; ${error.help}` : ''}`;
    })
    .join('\n');
}

/** Cedar counts bytes of UTF-8. */
function lineOf(text: string, byteOffset: number): number {
  return Buffer.from(text).subarray(0, byteOffset).toString().split('\n').length;
}

/** The EST reaches us as JavaScript numbers: one that was rounded would make two policies look alike. */
function hasUnsafeNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasUnsafeNumber);
}
