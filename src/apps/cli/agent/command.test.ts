import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { IDENTITY_TOKENS, IDENTITY_URL, startIdentityService } from '../../../../tests/support/identity-service.ts';

type Service = Awaited<ReturnType<typeof startIdentityService>>;
const root = mkdtempSync(join(tmpdir(), 'acgs-agent-'));
afterAll(() => rmSync(root, { recursive: true }));
let service: Service;
let url: string;
beforeEach(async () => {
  service = await startIdentityService();
  // The command line has the real clock; whole seconds, as tokens count them.
  service.clock.nowMs = Math.floor(Date.now() / 1000) * 1000;
  url = await service.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => service.close());

async function acgs(token: string, ...argv: string[]) {
  const io = createRecordedIo({ cwd: root, env: { ACGS_URL: url, ACGS_TOKEN: token } });
  const code = await run(argv, io);
  return { code, ...io.written() };
}
const me = async (token: string) => (await service.call('GET', '/v1/me', { token })).json();
const tokenIn = (folder: string) => readFileSync(join(root, folder, 'token'), 'utf8').split('\n', 1)[0] ?? '';

describe('acgs agent', () => {
  it('refuses what the server refuses, with its reason', async () => {
    expect(await acgs(IDENTITY_TOKENS.nobody, 'agent', 'invite', 'a', '--agent', 'codex')).toMatchObject({
      code: 1,
      err: expect.stringContaining('not-entitled'),
    });
    expect(await acgs('', 'agent', 'enrol', 'wrong-code', '--folder', 'wrong')).toMatchObject({
      code: 1,
      err: expect.stringContaining('code-unknown'),
    });
    expect(await acgs('', 'agent', 'refresh', '--folder', 'nowhere')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no agent is enrolled'),
    });
  });

  it('does not use a key that others can read', async () => {
    await acgs('', 'agent', 'enrol', 'wrong-code', '--folder', 'open');
    chmodSync(join(root, 'open', 'key.pem'), 0o644);
    expect(await acgs('', 'agent', 'refresh', '--folder', 'open')).toMatchObject({
      code: 2,
      err: expect.stringContaining('read by others'),
    });
  });

  it('says that the server cannot be reached, and leaves the old token where it is', async () => {
    const folder = join(root, 'stale');
    const { code } = JSON.parse(
      (await acgs(IDENTITY_TOKENS.developer, 'agent', 'invite', 'stale', '--agent', 'codex', '--json')).out,
    );
    await acgs('', 'agent', 'enrol', code, '--folder', folder);
    const before = tokenIn('stale');
    await service.app.close();
    expect(await acgs('', 'agent', 'refresh', '--folder', folder)).toMatchObject({ code: 4 });
    expect(tokenIn('stale')).toBe(before);
  });

  it('enrols with a key that stays here, and fetches tokens with it until the agent is stopped', async () => {
    const invited = await acgs(IDENTITY_TOKENS.developer, 'agent', 'invite', 'laptop', '--agent', 'codex');
    const code = invited.out.split('\n', 1)[0] ?? '';
    expect(await acgs('', 'agent', 'enrol', code, '--folder', 'laptop')).toMatchObject({
      code: 0,
      out: expect.stringContaining(`laptop (codex) is enrolled at ${IDENTITY_URL}`),
    });
    for (const file of ['key.pem', 'token', 'agent.json']) {
      expect([file, statSync(join(root, 'laptop', file)).mode & 0o777]).toEqual([file, 0o600]);
    }
    const first = tokenIn('laptop');
    expect(await me(first)).toMatchObject({ kind: 'agent', id: 'laptop' });
    expect((await acgs('', 'agent', 'refresh', '--folder', 'laptop')).out).toContain('is good for 300 s');
    expect(tokenIn('laptop')).not.toBe(first);
    expect((await acgs(IDENTITY_TOKENS.operator, 'agent', 'list')).out).toMatch(
      /^laptop +codex +active +of dev +key of 2/,
    );
    expect((await acgs(IDENTITY_TOKENS.developer, 'agent', 'compromised', 'laptop', '--why', 'lost')).out).toBe(
      'laptop is compromised\n',
    );
    expect((await me(tokenIn('laptop'))).code).toBe('agent-compromised');
    expect((await acgs('', 'agent', 'refresh', '--folder', 'laptop')).code).toBe(1);
  });

  it('changes its key, and knows it for its own when the answer was lost', async () => {
    const invited = await acgs(IDENTITY_TOKENS.developer, 'agent', 'invite', 'turning', '--agent', 'codex', '--json');
    await acgs('', 'agent', 'enrol', JSON.parse(invited.out).code, '--folder', 'turning');
    const file = (name: string) => join(root, 'turning', name);
    const [first, described] = ['key.pem', 'agent.json'].map((name) => readFileSync(file(name), 'utf8'));
    expect(await acgs('', 'agent', 'rotate', '--folder', 'turning')).toMatchObject({ code: 0 });
    const second = readFileSync(file('key.pem'), 'utf8');
    expect(second).not.toBe(first);
    expect(existsSync(file('key.next.pem'))).toBe(false);
    // As it is when the machine is cut off after the server has changed the key, and before it could say so.
    const lose = () => {
      for (const [name, text] of [
        ['key.pem', first],
        ['agent.json', described],
        ['key.next.pem', second],
      ] as const) {
        writeFileSync(file(name), text ?? '', { mode: 0o600 });
      }
    };
    lose();
    expect(await acgs('', 'agent', 'rotate', '--folder', 'turning')).toMatchObject({ code: 0 });
    expect(readFileSync(file('key.pem'), 'utf8')).toBe(second);
    // Later the server does not know the old one any more.
    lose();
    const state = service.directory.state();
    service.directory.reset({
      ...state,
      agents: state.agents.map((agent) =>
        agent.state.status === 'active' ? { ...agent, state: { status: 'active', key: agent.state.key } } : agent,
      ),
    });
    expect(await acgs('', 'agent', 'refresh', '--folder', 'turning')).toMatchObject({ code: 0 });
    expect(readFileSync(file('key.pem'), 'utf8')).toBe(second);
  });

  it('leaves both keys where they are when the server cannot be reached', async () => {
    const invited = await acgs(IDENTITY_TOKENS.developer, 'agent', 'invite', 'alone', '--agent', 'codex', '--json');
    await acgs('', 'agent', 'enrol', JSON.parse(invited.out).code, '--folder', 'alone');
    const before = readFileSync(join(root, 'alone', 'key.pem'), 'utf8');
    await service.app.close();
    expect(await acgs('', 'agent', 'rotate', '--folder', 'alone')).toMatchObject({ code: 4 });
    expect(readFileSync(join(root, 'alone', 'key.pem'), 'utf8')).toBe(before);
    expect(existsSync(join(root, 'alone', 'key.next.pem'))).toBe(true);
  });

  it('does not trust a folder whose description was changed into something else', async () => {
    await acgs('', 'agent', 'enrol', 'wrong-code', '--folder', 'odd');
    writeFileSync(join(root, 'odd', 'agent.json'), '{"agentId":7}');
    expect((await acgs('', 'agent', 'refresh', '--folder', 'odd')).code).toBe(2);
  });
});

describe('acgs person', () => {
  it('adds, lists, changes and suspends people, and says what is refused', async () => {
    const { operator, developer } = IDENTITY_TOKENS;
    expect((await acgs(developer, 'person', 'add', 'ada')).err).toContain('not-entitled');
    expect((await acgs(operator, 'person', 'add', 'ada', 'root')).err).toContain('role-unknown');
    expect((await acgs(operator, 'person', 'add', 'ada', 'maintainer', '--name', 'Ada L.')).out).toBe(
      'ada (Ada L.) is active, with maintainer\n',
    );
    expect((await acgs(operator, 'person', 'role', 'ada')).out).toContain('with no role');
    expect(JSON.parse((await acgs(operator, 'person', 'suspend', 'ada', '--json')).out)).toMatchObject({
      status: 'suspended',
    });
    expect((await acgs(operator, 'person', 'reinstate', 'ada')).out).toContain('is active');
    expect((await acgs(operator, 'person', 'list')).out).toMatch(/^ada +Ada L\. +active/);
  });
});
