import type { JsonObject } from '#domain/json.ts';
import type { Authorizer } from '#domain/policy/authorization.ts';
import type { Result } from '#domain/result.ts';

/** One policy as it was read: its JSON form (EST) carries the effect, the conditions and the annotations. */
export interface ParsedPolicy {
  readonly effect: 'permit' | 'forbid';
  readonly annotations: Readonly<Record<string, string>>;
  readonly json: JsonObject;
  /** As it was written. */
  readonly text: string;
}

export type LanguageRefusalCode =
  | 'policy-syntax'
  | 'policy-template'
  | 'policy-number'
  | 'policy-invalid'
  | 'policy-format'
  | 'schema-invalid';

/** What is needed of the policy language, Cedar, beyond deciding: implemented by `src/adapters/cedar`. */
export interface PolicyLanguage {
  /** In the order of the text. Templates are refused, and numbers that JSON would round. */
  parsePolicies(text: string): Result<readonly ParsedPolicy[], LanguageRefusalCode>;
  /** To the JSON form. */
  parseSchema(text: string): Result<JsonObject, LanguageRefusalCode>;
  /** Strict; warnings refuse as well. */
  validate(policies: Readonly<Record<string, JsonObject>>, schema: JsonObject): Result<undefined, LanguageRefusalCode>;
  /** The same policies in the standard layout, comments kept. Refused when that would change a policy. */
  format(text: string): Result<string, LanguageRefusalCode>;
  /**
   * The language's own evaluator.
   * @param validateRequests Also hold each request against the schema: one that does not fit throws.
   */
  createAuthorizer(given: {
    readonly policies: Readonly<Record<string, JsonObject>>;
    readonly schema: JsonObject;
    readonly validateRequests?: boolean;
  }): Authorizer;
}
