import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessPolicies } from '#domain/access/access.ts';
import type { JsonObject } from '#domain/json.ts';
import type { LanguageRefusalCode, PolicyLanguage } from '#domain/policy/language.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/**
 * The access policies in a folder: `schema.cedarschema` and `roles.cedar`, each policy with `@id` and `@reason`, strictly validated.
 * @throws when a file cannot be read: they are part of the product.
 */
export async function loadAccess(
  folder: string,
  language: PolicyLanguage,
): Promise<Result<AccessPolicies, LanguageRefusalCode>> {
  const [schemaText, policyText] = await Promise.all(
    ['schema.cedarschema', 'roles.cedar'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  const schema = language.parseSchema(schemaText ?? '');
  if (!schema.ok) return schema;
  const parsed = language.parsePolicies(policyText ?? '');
  if (!parsed.ok) return parsed;
  const policies: Record<string, JsonObject> = {};
  for (const { annotations, json } of parsed.value) {
    const { id, reason } = annotations;
    if (id === undefined || reason === undefined || Object.hasOwn(policies, id)) {
      return refuse(
        'policy-invalid',
        `roles.cedar: every policy has an @id of its own and a @reason (${id ?? 'none'})`,
      );
    }
    policies[id] = json;
  }
  const valid = language.validate(policies, schema.value);
  return valid.ok ? ok({ policies, schema: schema.value }) : valid;
}
