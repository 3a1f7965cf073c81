import { ACTION_VERSION } from '#domain/action/action.ts';
import { EFFECT_CATALOGUE_VERSION } from '#domain/action/effect.ts';
import type { Constitution, ConstitutionDigest } from '#domain/constitution/constitution.ts';
import type { SignerRule } from '#domain/constitution/sections.ts';
import { canonicalJson, type JsonObject, type JsonValue, sha256Hex } from '#domain/json.ts';

/** Enters the digest: raised when the form below changes. */
export const CONSTITUTION_FORMAT_VERSION = 2;

/** The parts of a constitution that its digest is taken over. */
export type ConstitutionContent = Omit<Constitution, 'digest' | 'annotations'>;

/**
 * Everything that can change a decision or what is said of it. Policies are in Cedar's JSON form, annotations included, so
 * that their layout and comments do not matter and the order of files does not either; a changed literal, reason, limit or
 * type does. The versions of the action model and of the effect catalogue are in it, because the same policies decide
 * otherwise when the facts that they are asked about are found otherwise.
 */
export function canonicalConstitution(content: ConstitutionContent): JsonObject {
  return {
    format: CONSTITUTION_FORMAT_VERSION,
    actionVersion: ACTION_VERSION,
    effectCatalogueVersion: EFFECT_CATALOGUE_VERSION,
    number: content.number,
    title: content.title,
    parent: content.parent,
    articles: content.articles.map(({ number, title, text }) => ({ number, title, text })),
    approverRoles: content.approverRoles,
    limits: { ...content.limits },
    signers: signersForm(content.signers),
    roles: { ...content.roles },
    approvals: {
      ...content.approvals,
      quorum: { ...content.approvals.quorum },
      escalation: content.approvals.escalation.map((step) => ({ ...step })),
    },
    votes: { ...content.votes },
    appeals: { ...content.appeals },
    suspension: { ...content.suspension },
    enforcement: content.enforcement.map((rule) => ({ ...rule })),
    rollOut: { ...content.rollOut, objectives: { ...content.rollOut.objectives } },
    bundle: { ...content.bundle },
    schema: content.schema,
    policies: content.policies,
    // Both would change decisions. A folder cannot give any (they are refused), and the digest says that there are none.
    templates: {},
    entities: [],
  };
}

function signersForm(signers: SignerRule): JsonValue {
  if (signers === 'founders') return signers;
  const { threshold, keys } = signers;
  return { threshold, keys: keys.map(({ name, publicKey }) => ({ name, publicKey })) };
}

/** SHA-256, in hex, over the RFC 8785 form. */
export function constitutionDigest(content: ConstitutionContent): ConstitutionDigest {
  return sha256Hex(canonicalJson(canonicalConstitution(content))) as ConstitutionDigest;
}
