import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLoginCommand, createLogoutCommand } from '#apps/cli/login/command.ts';
import { loginFolder } from '#apps/cli/login/kept-login.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import { IDENTITY_TOKENS, IDENTITY_URL, startIdentityService } from '../../../../tests/support/identity-service.ts';

type Service = Awaited<ReturnType<typeof startIdentityService>>;
const { operator } = IDENTITY_TOKENS;
const PASSWORD = 'tiny yak otters sing';
const page = { origin: IDENTITY_URL, 'sec-fetch-site': 'same-origin' };
const root = mkdtempSync(join(tmpdir(), 'acgs-login-'));
afterAll(() => rmSync(root, { recursive: true }));
let homes = 0;
let home: string;
let service: Service;
let url: string;
beforeEach(async () => {
  home = join(root, String(++homes));
  service = await startIdentityService();
  // The command line has the real clock; whole seconds, as tokens count them.
  service.clock.nowMs = Math.floor(Date.now() / 1000) * 1000;
  url = await service.app.listen({ host: '127.0.0.1', port: 0 });
  const body = { id: 'ada', name: 'Ada', roles: ['maintainer'] };
  await service.call('POST', '/v1/people', { token: operator, body });
});
afterEach(() => service.close());

const ioHere = () => createRecordedIo({ cwd: root, env: { ACGS_URL: url, ACGS_HOME: home } });
const folder = () => loginFolder(ioHere(), url);
const kept = () => JSON.parse(readFileSync(join(folder(), 'login.json'), 'utf8'));
async function acgs(...argv: string[]) {
  const io = ioHere();
  const code = await run(argv, io);
  return { code, ...io.written() };
}

/** `acgs login` with what a person does meanwhile: types a password, or answers in a browser while the command pauses. */
async function login(
  argv: readonly string[],
  given: { readonly password?: string; readonly meanwhile?: (out: string) => Promise<unknown> } = {},
) {
  const io = ioHere();
  const command = createLoginCommand(io, {
    nowMs: () => service.clock.nowMs,
    // Time passes for the server as the command waits.
    pause: async (ms) => {
      service.clock.nowMs += ms;
      await given.meanwhile?.(io.written().out);
    },
    readSecret: async () => given.password ?? '',
  }).exitOverride();
  const error = await command.parseAsync(argv, { from: 'user' }).then(
    () => undefined,
    (thrown: Error) => thrown.message,
  );
  return { error, ...io.written() };
}
async function inviteAda(): Promise<string> {
  return (await service.call('POST', '/v1/people/ada/invitation', { token: operator })).json().code;
}
async function browserOfAda() {
  const body = { code: await inviteAda(), password: PASSWORD };
  const answer = await service.call('POST', '/v1/sign-in/invitation', { headers: page, body });
  const cookie = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
  return { ...page, cookie, 'acgs-csrf': String(answer.json().csrf) };
}
const codeIn = (out: string) => /([A-Z]{4}-[A-Z]{4})\n/.exec(out)?.[1] ?? 'none';

describe('acgs login', () => {
  it('refuses a wrong password, a wrong code, and to go on without saying who', async () => {
    expect((await login(['--password', '--person', 'ada'], { password: 'x' })).error).toContain('[sign-in-refused]');
    expect((await login(['--invitation', '0000'], { password: PASSWORD })).error).toContain('[code-unknown]');
    expect((await login(['--password'], { password: PASSWORD })).error).toContain('--person');
    expect(existsSync(join(folder(), 'login.json'))).toBe(false);
  });

  it('ends when it is refused in the browser, and when nobody answers', async () => {
    const browser = await browserOfAda();
    const refused = await login([], {
      meanwhile: (out) =>
        service.call('POST', `/v1/device-codes/${codeIn(out)}`, { headers: browser, body: { answer: 'refuse' } }),
    });
    expect(refused.error).toBe('It was refused.');
    expect((await login([])).error).toMatch(/nobody has let this machine in|too old/);
  });

  it('goes on when the server cannot write down just then that it was let in', async () => {
    const browser = await browserOfAda();
    let pauses = 0;
    const { out } = await login([], {
      meanwhile: async (text) => {
        pauses += 1;
        if (pauses === 1) {
          const code = `/v1/device-codes/${codeIn(text)}`;
          await service.call('POST', code, { headers: browser, body: { answer: 'approve' } });
        }
        service.journal.setWritable(pauses > 2);
      },
    });
    expect(out).toContain('ada is logged in');
    expect(pauses).toBe(3);
  });

  it('lets a machine in that its person confirms in a browser; every command then acts in their name', async () => {
    const browser = await browserOfAda();
    const { out } = await login([], {
      meanwhile: (text) =>
        service.call('POST', `/v1/device-codes/${codeIn(text)}`, { headers: browser, body: { answer: 'approve' } }),
    });
    expect(out).toContain(`open ${IDENTITY_URL}/device?code=`);
    expect(out).toContain(`ada is logged in at ${url}`);
    for (const file of ['key.pem', 'login.json'])
      expect([file, statSync(join(folder(), file)).mode & 0o777]).toEqual([file, 0o600]);
    // The clock has gone on while the command waited; the process's own has not.
    service.clock.nowMs = Date.now();
    const invited = await acgs('agent', 'invite', 'laptop', '--agent', 'codex', '--json');
    expect(JSON.parse(invited.out)).toMatchObject({ id: 'laptop' });
    expect(service.directory.agents()).toMatchObject([{ id: 'laptop', owner: 'ada' }]);
    expect((await acgs('person', 'add', 'bob')).err).toContain('not-entitled');
  });

  it('sets a password with an invitation, and logs in with it without a browser', async () => {
    const first = await login(['--invitation', await inviteAda()], { password: PASSWORD });
    expect(first.out).toBe(`ada is logged in at ${url}\n`);
    const again = await login(['--password', '--person', 'ada'], { password: PASSWORD });
    expect(again.out).toBe(`ada is logged in at ${url}\n`);
    expect(readFileSync(join(folder(), 'login.json'), 'utf8')).not.toContain(PASSWORD);
    expect((await acgs('person', 'list')).out).toMatch(/^ada/);
  });
});

describe('a login on a machine', () => {
  beforeEach(async () => {
    await login(['--invitation', await inviteAda()], { password: PASSWORD });
  });

  it('is refreshed by one of many commands at once, when its token is due', async () => {
    const before = kept();
    writeFileSync(join(folder(), 'login.json'), JSON.stringify({ ...before, expiresMs: 0 }), { mode: 0o600 });
    const all = await Promise.all(Array.from({ length: 6 }, () => acgs('person', 'list')));
    expect(all.map(({ code, err }) => [code, err])).toEqual(Array.from({ length: 6 }, () => [0, '']));
    expect(kept().refreshToken).not.toBe(before.refreshToken);
    const written = await service.written();
    expect(written).not.toContain('refresh-reused');
  });

  it('is worth nothing as a copy without its key, nor with a key that others can read', async () => {
    const copy = kept();
    await login(['--password', '--person', 'ada'], { password: PASSWORD });
    writeFileSync(join(folder(), 'login.json'), JSON.stringify(copy), { mode: 0o600 });
    expect((await acgs('person', 'list')).err).toContain('proof-invalid');
  });

  it('ends when its person is suspended: the command says what to do', async () => {
    await service.call('POST', '/v1/people/ada/status', { token: operator, body: { status: 'suspended' } });
    expect(await acgs('person', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('person-suspended') });
    writeFileSync(join(folder(), 'login.json'), JSON.stringify({ ...kept(), expiresMs: 0 }));
    expect((await acgs('person', 'list')).err).toContain('acgs login');
  });

  it('is not used at another server, and a token that is named goes before it', async () => {
    expect((await acgs('person', 'list', '--server', 'http://127.0.0.1:1')).code).toBe(4);
    const io = createRecordedIo({ cwd: root, env: { ACGS_URL: url, ACGS_HOME: home, ACGS_TOKEN: operator } });
    expect(await run(['person', 'add', 'bob'], io)).toBe(0);
  });

  it('is gone after acgs logout, here and there; also here alone when the server is away', async () => {
    const { refreshToken } = kept();
    const io = ioHere();
    await createLogoutCommand(io, { nowMs: Date.now }).parseAsync([], { from: 'user' });
    expect(io.written().out).toBe(`ada is logged out at ${url}\n`);
    expect(existsSync(folder())).toBe(false);
    expect(readFileSync(join(service.folder, 'credentials', 'logins.json'), 'utf8')).not.toContain(
      refreshToken.slice(13, 35),
    );
    expect((await acgs('logout')).out).toBe(`nobody is logged in at ${url}\n`);
    await login(['--password', '--person', 'ada'], { password: PASSWORD });
    await service.app.close();
    expect((await acgs('logout')).code).toBe(4);
    expect(existsSync(folder())).toBe(false);
  });

  it('is not guessed at when its file was changed into something else', async () => {
    writeFileSync(join(folder(), 'login.json'), '{"server":7}');
    expect(await acgs('person', 'list')).toMatchObject({ code: 2, err: expect.stringContaining('acgs login') });
  });
});
