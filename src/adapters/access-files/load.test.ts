import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadAccess } from '#adapters/access-files/load.ts';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { PERMISSIONS } from '#domain/access/permission.ts';

const folder = mkdtempSync(join(tmpdir(), 'acgs-access-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ours = fileURLToPath(new URL('../../../access', import.meta.url));

const SCHEMA =
  'entity Person; entity Installation; action "a.b" appliesTo { principal: Person, resource: Installation };';
async function load(roles: string, schema = SCHEMA) {
  writeFileSync(join(folder, 'schema.cedarschema'), schema);
  writeFileSync(join(folder, 'roles.cedar'), roles);
  const loaded = await loadAccess(folder, cedarLanguage);
  return loaded.ok ? 'ok' : loaded.refusal.code;
}
const named = '@id("a") @reason("why")';

describe('access policies', () => {
  it.each([
    ['a policy without an id', '@reason("why") permit(principal, action, resource);', 'policy-invalid'],
    ['a policy without a reason', '@id("a") permit(principal, action, resource);', 'policy-invalid'],
    ['two of one id', `${named} permit(principal, action, resource);`.repeat(2), 'policy-invalid'],
    [
      'a permission that there is not',
      `${named} permit(principal, action == Action::"a.c", resource);`,
      'policy-invalid',
    ],
    ['what is not Cedar', 'allow everybody', 'policy-syntax'],
  ])('are refused with %s', async (_name, roles, code) => {
    expect(await load(roles)).toBe(code);
  });

  it('are refused with a schema that cannot be read, and taken when they are right', async () => {
    const right = `${named} permit(principal, action == Action::"a.b", resource);`;
    expect(await load(right, 'entity')).toBe('schema-invalid');
    expect(await load(right)).toBe('ok');
  });

  it('of this product name exactly the permissions that endpoints may name', async () => {
    const loaded = await loadAccess(ours, cedarLanguage);
    if (!loaded.ok) throw new Error(loaded.refusal.message);
    const namespaces = Object.values(loaded.value.schema) as { actions: Record<string, unknown> }[];
    expect(namespaces.flatMap(({ actions }) => Object.keys(actions)).sort()).toEqual([...PERMISSIONS].sort());
  });
});
