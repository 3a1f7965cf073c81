import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTokenFile, TokenFileDamaged } from '#adapters/token-file/token-file.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import { tokenHash } from '#domain/identity/token.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-tokens-'));
afterAll(() => rmSync(root, { recursive: true }));
let files = 0;
const newPath = () => join(root, String(++files), 'tokens.json');

const agent: Principal = { kind: 'agent', id: 'laptop' as AgentId, agent: 'codex', teams: ['web'] };
const operator: Principal = { kind: 'person', id: 'op' as PersonId, roles: ['operator'] };

describe('the token file', () => {
  it.each([
    ['no JSON', '{'],
    ['another version', '{"version":2,"tokens":[]}'],
    [
      'a plain token in it',
      '{"version":1,"tokens":[{"kind":"person","id":"op","teams":[],"roles":[],"token":"acgs_x","createdMs":0,"expiresMs":1}]}',
    ],
    [
      'a hash that is none',
      '{"version":1,"tokens":[{"kind":"person","id":"op","teams":[],"roles":[],"sha256":"x","createdMs":0,"expiresMs":1}]}',
    ],
    [
      'an agent without a kind',
      `{"version":1,"tokens":[{"kind":"agent","id":"a","teams":[],"roles":[],"sha256":"${'0'.repeat(64)}","createdMs":0,"expiresMs":1}]}`,
    ],
  ])('is not trusted with %s', async (_name, text) => {
    const path = newPath();
    mkdirSync(join(path, '..'));
    writeFileSync(path, text);
    await expect(createTokenFile(path).load()).rejects.toThrow(TokenFileDamaged);
  });

  it('keeps hashes only, readable by its owner only', async () => {
    const path = newPath();
    const file = createTokenFile(path);
    expect((await file.load()).size).toBe(0);
    const token = await file.issue(agent, 1000, 500);
    expect(readFileSync(path, 'utf8')).not.toContain(token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(file.current().get(tokenHash(token))).toEqual({
      principal: agent,
      sha256: tokenHash(token),
      createdMs: 1000,
      expiresMs: 1500,
    });
  });

  it('is read again by another process when it has changed', async () => {
    const path = newPath();
    const [server, cli] = [createTokenFile(path), createTokenFile(path)];
    await server.load();
    const token = await cli.issue(operator, 0, 10);
    expect(server.current().size).toBe(0);
    expect((await server.load()).get(tokenHash(token))?.principal).toEqual(operator);
  });

  it('loses no token when several are issued at once, and drops the expired', async () => {
    const path = newPath();
    const issued = await Promise.all(
      Array.from({ length: 8 }, (_, n) => createTokenFile(path).issue({ ...agent, id: `a${n}` as AgentId }, 0, 100)),
    );
    expect((await createTokenFile(path).load()).size).toBe(8);
    expect(new Set(issued).size).toBe(8);
    const late = await createTokenFile(path).issue(operator, 100, 1);
    expect([...(await createTokenFile(path).load()).keys()]).toEqual([tokenHash(late)]);
  });

  it('revokes every token of a principal and no other', async () => {
    const file = createTokenFile(newPath());
    await file.issue(agent, 0, 10);
    await file.issue(agent, 0, 10);
    const kept = await file.issue(operator, 0, 10);
    expect(await file.revoke('laptop')).toBe(2);
    expect([...file.current().keys()]).toEqual([tokenHash(kept)]);
    expect(await file.revoke('laptop')).toBe(0);
  });

  it('takes over the lock of a process that died, and waits for one that lives', async () => {
    const path = newPath();
    mkdirSync(`${path}.lock`, { recursive: true });
    utimesSync(`${path}.lock`, 1, 1);
    await createTokenFile(path).issue(operator, 0, 10);
    mkdirSync(`${path}.lock`);
    const waiting = createTokenFile(path).issue(agent, 0, 10);
    setTimeout(() => rmSync(`${path}.lock`, { recursive: true }), 50);
    await waiting;
    expect((await createTokenFile(path).load()).size).toBe(2);
  });
});
