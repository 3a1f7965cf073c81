import { formatPolicies, type PolicyJson, policyToText } from '@cedar-policy/cedar-wasm/nodejs';
import { told } from '#adapters/cedar/policies.ts';
import type { JsonObject } from '#domain/json.ts';

/** Narrow enough for a phone held upright, so that a policy wraps where Cedar's own layout breaks it. */
const FORMAT = { lineWidth: 80, indentWidth: 2 } as const;

/**
 * Policies of a bundle as people read them: Cedar's own text of each JSON form, by id. The annotations are left out, because they are
 * shown beside it in words.
 * @throws for a form that is no policy: a bundle was validated before it came here, so that is a bug
 */
export function policyTexts(policies: Readonly<Record<string, JsonObject>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(policies).map(([id, policy]) => [id, textOf(id, policy)]));
}

function textOf(id: string, { annotations: _, ...policy }: JsonObject): string {
  // The EST is JSON by definition; the WASM package types it as its own interface.
  const written = policyToText(policy as unknown as PolicyJson);
  if (written.type === 'failure') throw new Error(`${id} has no text: ${told(written.errors)}`);
  const laidOut = formatPolicies({ policyText: written.text, ...FORMAT });
  if (laidOut.type === 'failure') throw new Error(`${id} has no layout: ${told(laidOut.errors)}`);
  return laidOut.formatted_policy.trimEnd();
}
