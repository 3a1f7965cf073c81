import { canonicalJson, type JsonObject, sha256Hex } from '#domain/json.ts';

/**
 * SHA-256, hex, over a constitution without its place in the lineage and without its signers: the same for one that is brought back
 * under a new number. Who signs is not brought back: keys are rotated because they are lost or known, and founders who have handed
 * over cannot stand in again.
 */
export type ContentDigest = string & { readonly __brand: 'ContentDigest' };

/** @param form as in a bundle */
export function contentDigestOfForm(form: JsonObject): ContentDigest {
  const { number: _number, parent: _parent, signers: _signers, ...content } = form;
  return sha256Hex(canonicalJson(content)) as ContentDigest; // minted here, and nowhere else
}
