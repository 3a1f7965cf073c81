import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadAdmission } from '#adapters/openid/admission-file.ts';

const DOCUMENT = fileURLToPath(new URL('../../../docs/reference/identity.md', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'acgs-admission-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string) {
  const path = join(folder, 'people.yaml');
  writeFileSync(path, text);
  return loadAdmission(path);
}

describe('how people are known', () => {
  it.each([
    ['no YAML', '{'],
    ['nothing', ''],
    ['a setting that nobody knows', 'byMail: true\n'],
    ['something like yes', 'byEmail: "yes"\n'],
    ['groups without a claim', 'groups: {roles: {a: [operator]}}\n'],
    ['groups without roles', 'groups: {claim: groups}\n'],
    ['groups that give nothing', 'groups: {claim: groups, roles: {}}\n'],
    ['a group that gives nothing', 'groups: {claim: groups, roles: {a: []}}\n'],
    ['a group twice', 'groups: {claim: groups, roles: {a: [operator], a: [auditor]}}\n'],
    ['a scope that is two', 'groups: {claim: groups, scope: "a b", roles: {a: [operator]}}\n'],
    ['a role in place of a list', 'groups: {claim: groups, roles: {a: operator}}\n'],
  ])('is not said by %s', async (_name, text) => {
    expect(await load(text)).toMatchObject({ ok: false, refusal: { code: 'openid-people-malformed' } });
  });

  it('is by account only where nothing is said', async () => {
    const closed = { byEmail: false, rolesByGroup: new Map(), claim: undefined, scopes: [] };
    expect(await loadAdmission(undefined)).toEqual({ ok: true, value: closed });
    expect(await load('{}')).toEqual({ ok: true, value: closed });
    await expect(loadAdmission(join(folder, 'missing'))).rejects.toThrow('ENOENT');
  });

  it('is what the document says', async () => {
    const [, example = ''] = /```yaml\n(byEmail:[\s\S]*?)```/.exec(readFileSync(DOCUMENT, 'utf8')) ?? [];
    expect(await load(example)).toEqual({
      ok: true,
      value: {
        byEmail: true,
        rolesByGroup: new Map([
          ['acgs-maintainers', ['maintainer']],
          ['acgs-operators', ['operator', 'auditor']],
        ]),
        claim: 'groups',
        scopes: ['groups'],
      },
    });
  });
});
