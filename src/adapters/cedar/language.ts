import { createCedarWasmAuthorizer } from '#adapters/cedar/authorizer.ts';
import { formatPolicyText, parsePolicies, validatePolicies } from '#adapters/cedar/policies.ts';
import { parseSchema } from '#adapters/cedar/schema.ts';
import type { PolicyLanguage } from '#domain/policy/language.ts';

/** Cedar by its official implementation. */
export const cedarLanguage: PolicyLanguage = {
  parsePolicies,
  parseSchema,
  validate: validatePolicies,
  format: formatPolicyText,
  createAuthorizer: createCedarWasmAuthorizer,
};
