import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-token-'));
afterAll(() => rmSync(root, { recursive: true }));

async function acgs(...argv: string[]) {
  const io = createRecordedIo({ cwd: root });
  const code = await run(['token', ...argv], io);
  return { code, ...io.written() };
}

describe('acgs token', () => {
  it.each(['0', '3651', '1.5', 'soon'])('refuses %s days', async (days) => {
    expect(await acgs('issue', 'codex', '--days', days)).toMatchObject({ code: 2, out: '' });
  });

  it('issues, lists and revokes', async () => {
    const issued = await acgs('issue', 'laptop', '--agent', 'codex', '--days', '2');
    expect(issued.out).toMatch(/^acgs_[\w-]{43}\n$/);
    expect(JSON.parse((await acgs('issue', 'cursor', '--json')).out)).toMatchObject({ principal: 'cursor' });
    const listed = JSON.parse((await acgs('list', '--json')).out);
    expect(listed).toMatchObject([
      { principal: 'laptop', kind: 'codex' },
      { principal: 'cursor', kind: 'cursor' },
    ]);
    expect((await acgs('list')).out).not.toContain(issued.out.trim());
    expect((await acgs('revoke', 'laptop')).out).toBe('1 token of laptop revoked\n');
    expect((await acgs('revoke', 'laptop')).out).toBe('0 tokens of laptop revoked\n');
  });

  it.each([
    [['ada', '--role', 'maintainer'], 'roles are for people'],
    [['ada', '--person', '--agent', 'codex'], 'a person is no agent'],
    [['Ada Lovelace', '--person'], 'id of a person'],
    [['ada', '--person', '--role', 'Root!'], 'is not the name of a role'],
  ])('refuses %j', async (argv, told) => {
    expect(await acgs('issue', ...argv)).toMatchObject({ code: 2, err: expect.stringContaining(told) });
  });

  it('issues to people, with the roles that they have, each once', async () => {
    await acgs('issue', 'ada', '--person', '--role', 'security', 'maintainer', '--role', 'security');
    const held = await createTokenFile(join(root, '.acgs', 'tokens.json')).load();
    expect([...held.values()].map(({ principal }) => principal)).toContainEqual({
      kind: 'person',
      id: 'ada',
      roles: ['maintainer', 'security'],
    });
  });

  it("saves the operator's where acgs finds it, and only the operator may read it", async () => {
    const saved = await acgs('issue', 'operator', '--save');
    const path = join(root, '.acgs', 'operator.token');
    expect(saved.out).toBe(`saved to ${path}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^acgs_/);
    expect(JSON.parse((await acgs('issue', 'operator', '--save', '--json')).out)).toEqual({
      principal: 'operator',
      path,
    });
  });
});
