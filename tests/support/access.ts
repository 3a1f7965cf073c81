import { fileURLToPath } from 'node:url';
import { loadAccess } from '#adapters/access-files/load.ts';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import type { AccessPolicies } from '#domain/access/access.ts';

const FOLDER = fileURLToPath(new URL('../../access', import.meta.url));

/** The access policies of the product: tests of services run under the real ones. */
export async function readAccessPolicies(): Promise<AccessPolicies> {
  const loaded = await loadAccess(FOLDER, cedarLanguage);
  if (!loaded.ok) throw new Error(loaded.refusal.message);
  return loaded.value;
}
