import { canonicalJson, type JsonObject, sha256Hex } from '#domain/json.ts';

/** SHA-256, hex, over a constitution without its place in the lineage: the same for one that is brought back under a new number. */
export type ContentDigest = string & { readonly __brand: 'ContentDigest' };

/** @param form as in a bundle */
export function contentDigestOfForm(form: JsonObject): ContentDigest {
  const { number: _number, parent: _parent, ...content } = form;
  return sha256Hex(canonicalJson(content)) as ContentDigest; // minted here, and nowhere else
}
