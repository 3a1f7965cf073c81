import { type ContentDigest, contentDigestOfForm } from '#domain/amendment/content.ts';
import type { AmendmentRules } from '#domain/amendment/event.ts';
import type { ConstitutionDigest } from '#domain/constitution/constitution.ts';
import { refOf } from '#domain/constitution/governance.ts';
import type { SignerRule, Signers } from '#domain/constitution/sections.ts';
import type { ConstitutionRef } from '#domain/decision/decision.ts';
import { type JsonObject, type JsonValue, sha256Hex } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** What proceedings need to know of a constitution, read from its bundle. */
export interface BundleContent {
  readonly constitution: ConstitutionRef;
  readonly parent: string;
  readonly contentDigest: ContentDigest;
  readonly policies: readonly PolicyId[];
  readonly rules: AmendmentRules;
}

const SECTIONS = ['roles', 'votes', 'appeals', 'suspension', 'limits', 'policies', 'schema'] as const;

/**
 * Reads a bundle that was validated strictly before it came into an event (`ParseBundle`, at the edge); from there on its digest
 * stands for it, which is computed here and not believed.
 * @param inherited who sign the next constitution where the bundle says `founders`
 */
export function readBundle(bundle: string, inherited: Signers): Result<BundleContent, 'bundle-malformed'> {
  const form = parsed(bundle);
  const missing = form === undefined ? 'it is no object' : SECTIONS.find((section) => !isObject(form[section]));
  if (form === undefined || missing !== undefined || !Array.isArray(form['enforcement'])) {
    return refuse('bundle-malformed', `This is not the bundle of a constitution (${missing ?? 'enforcement'}).`);
  }
  // The shape that `ParseBundle` has checked.
  const document = form as unknown as {
    readonly number: number;
    readonly parent: string;
    readonly signers: SignerRule;
    readonly policies: Readonly<Record<string, JsonObject>>;
  } & Omit<AmendmentRules, 'signers'>;
  const { number, parent, roles, votes, appeals, suspension, enforcement, signers } = document;
  return ok({
    constitution: refOf({ number, digest: sha256Hex(bundle) as ConstitutionDigest }), // over the bundle's own bytes
    parent,
    contentDigest: contentDigestOfForm(form),
    policies: Object.keys(document.policies) as PolicyId[], // named by a constitution that was checked
    rules: { roles, votes, appeals, suspension, enforcement, signers: signers === 'founders' ? inherited : signers },
  });
}

function parsed(bundle: string): JsonObject | undefined {
  try {
    const value = JSON.parse(bundle) as JsonValue; // what JSON.parse gives
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
