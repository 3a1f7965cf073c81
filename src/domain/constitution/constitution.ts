import type { JsonObject } from '#domain/json.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';

export type ConstitutionDigest = string & { readonly __brand: 'ConstitutionDigest' };

export interface Article {
  /** As policies cite it in `@article`: `"2"`. */
  readonly number: string;
  readonly title: string;
  readonly text: string;
}

export interface PolicyAnnotations {
  readonly article?: string;
  readonly reason: string;
  readonly advice?: string;
}

/** The document that governs, loaded and checked. Its digest covers everything that can change a decision. */
export interface Constitution {
  readonly number: number;
  readonly title: string;
  /** Digest of the constitution that this one amends; the genesis digest for number 1. */
  readonly parent: string;
  readonly articles: readonly Article[];
  /** Most easily asked first: an `ask` names the first of them whose approval would allow the action. */
  readonly approverRoles: readonly string[];
  /** Cedar's JSON form (EST), by id. */
  readonly policies: Readonly<Record<string, JsonObject>>;
  readonly annotations: ReadonlyMap<PolicyId, PolicyAnnotations>;
  /** Cedar schema in its JSON form. */
  readonly schema: JsonObject;
  readonly digest: ConstitutionDigest;
}
