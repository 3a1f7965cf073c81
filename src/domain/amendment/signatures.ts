import { contentDigestOfForm } from '#domain/amendment/content.ts';
import type { AmendmentRules } from '#domain/amendment/event.ts';
import type { Amendment } from '#domain/amendment/proceedings.ts';
import type { Signers } from '#domain/constitution/sections.ts';
import { signedBy } from '#domain/constitution/signed-by.ts';
import { canonicalJson, type JsonObject, type JsonValue, sha256Hex } from '#domain/json.ts';
import { ok, type Result, refuse } from '#domain/result.ts';
import { type Envelope, envelopePayload } from '#domain/signature/dsse.ts';

/** The sections by which people will have to go once it is in force, as the draft told them. */
const TOLD = ['roles', 'votes', 'appeals', 'suspension', 'enforcement'] as const satisfies (keyof AmendmentRules)[];

/**
 * Whether an envelope signs exactly what was voted on: the bundle in it has the amendment's digest, says what the draft said it says,
 * and carries the signatures that the constitution in force asks for. From the envelope alone.
 */
export function checkedSignatures(
  envelope: Envelope,
  amendment: Amendment,
  signers: Signers | undefined,
): Result<undefined, 'signatures-refused'> {
  if (signers === undefined) return refuse('signatures-refused', 'The constitution in force names nobody who signs.');
  const bytes = envelopePayload(envelope);
  if (sha256Hex(bytes) !== amendment.constitution.digest) {
    return refuse('signatures-refused', 'What was signed is another constitution than the one that was voted on.');
  }
  const signed = signedBy(bytes, envelope, signers);
  if (!signed.ok) return refuse('signatures-refused', signed.refusal.message);
  // Canonical JSON, because its digest is that of a bundle that was parsed when it was drafted.
  const form: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (!isForm(form)) return refuse('signatures-refused', 'What was signed is not a constitution.');
  if (contentDigestOfForm(form) !== amendment.content || form['parent'] !== amendment.parent) {
    return refuse('signatures-refused', 'What was signed has another place or content than the draft told.');
  }
  for (const section of TOLD) {
    if (canonicalJson(form[section] ?? null) !== canonicalJson(plain(amendment.rules[section]))) {
      return refuse('signatures-refused', `What was signed has other rules (${section}) than the draft told.`);
    }
  }
  return ok(undefined);
}

function isForm(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The rules hold only what JSON holds, under types of their own. */
function plain(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue; // what was just written as JSON
}
