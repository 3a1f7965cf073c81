import type { AccessPolicies } from '#domain/access/access.ts';
import type { Constitution } from '#domain/constitution/constitution.ts';
import type { ConstitutionTexts, ReadConstitutionTexts } from '#domain/constitution/constitution-texts.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Result } from '#domain/result.ts';

/** What the official Cedar is needed for by a server: reading texts, and validating them. */
export type CedarTask =
  | { readonly kind: 'constitution'; readonly folder: string }
  /** A constitution that is proposed, by its files' texts. */
  | { readonly kind: 'texts'; readonly texts: ConstitutionTexts }
  | { readonly kind: 'access'; readonly folder: string }
  /** One policy, strictly by a schema. */
  | { readonly kind: 'policy'; readonly text: string; readonly schema: JsonObject }
  /** Policies of a bundle, in Cedar's JSON form by id, as people read them. */
  | { readonly kind: 'policy-texts'; readonly policies: Readonly<Record<string, JsonObject>> };

export interface CedarResults {
  readonly constitution: Result<Constitution>;
  readonly texts: Awaited<ReturnType<ReadConstitutionTexts>>;
  readonly access: Result<AccessPolicies>;
  readonly policy: Result<JsonObject>;
  readonly 'policy-texts': Readonly<Record<string, string>>;
}

export type CedarAnswer =
  | { readonly kind: 'done'; readonly result: CedarResults[CedarTask['kind']] }
  | { readonly kind: 'failed'; readonly error: unknown };
