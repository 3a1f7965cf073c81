import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SIGN_IN_IDLE_MS_MAX, SIGN_IN_MS_MAX, signInHash } from '#domain/identity/sign-in.ts';
import { IDENTITY_TOKENS, IDENTITY_URL, startIdentityService } from '../../../tests/support/identity-service.ts';

type Service = Awaited<ReturnType<typeof startIdentityService>>;
const started: Service[] = [];
async function start(folder?: string): Promise<Service> {
  const service = await startIdentityService(folder);
  started.push(service);
  return service;
}
// The last one first: it may be in the folder of one before.
afterEach(async () => {
  for (const service of started.splice(0).reverse()) await service.close();
});

const { operator, developer, agent } = IDENTITY_TOKENS;
const page = { origin: IDENTITY_URL, 'sec-fetch-site': 'same-origin' };

/** Signs in with an opaque token, as the first user of `npm start` does. */
async function signIn(service: Service, token: string = developer, headers: Readonly<Record<string, string>> = {}) {
  const answer = await service.call('POST', '/v1/sign-in/token', { token, headers: { ...page, ...headers } });
  const [, cookie = ''] = /^(acgs-sign-in=[^;]*)/.exec(String(answer.headers['set-cookie'])) ?? [];
  return { answer, cookie, csrf: String(answer.json().csrf) };
}
const me = async (service: Service, cookie: string) =>
  (await service.call('GET', '/v1/me', { headers: { cookie } })).json();
const signOut = (service: Service, headers: Readonly<Record<string, string>>, body?: object) =>
  service.call('POST', '/v1/sign-out', { headers, ...(body === undefined ? {} : { body }) });
const suspend = (service: Service, status: string) =>
  service.call('POST', '/v1/people/dev/status', { token: operator, body: { status } });
const addDev = (service: Service) =>
  service.call('POST', '/v1/people', { token: operator, body: { id: 'dev', name: 'Dev', roles: ['maintainer'] } });

describe('a sign-in', () => {
  it.each([
    ['a token that nobody has', { token: 'acgs_x' }, 'token-unknown'],
    ["an agent's token", { token: agent }, 'sign-in-token'],
    ['no token', {}, 'token-missing'],
    ['a page of another site', { token: developer, headers: { origin: 'https://evil.example' } }, 'csrf-refused'],
    [
      'a page of another site that hides it',
      { token: developer, headers: { 'sec-fetch-site': 'cross-site' } },
      'csrf-refused',
    ],
  ])('is not begun by %s', async (_name, given, code) => {
    const service = await start();
    const answer = await service.call('POST', '/v1/sign-in/token', given);
    expect([answer.json().code, answer.headers['set-cookie']]).toEqual([code, undefined]);
    expect(service.journal.head().sequence).toBe(0);
  });

  it('is not begun where others between could read along, in any way', async () => {
    const service = await startIdentityService(undefined, { publicUrl: 'http://acgs.example' });
    started.push(service);
    expect((await service.call('GET', '/v1/sign-in')).json()).toEqual({ ways: [] });
    const bodies = {
      token: {},
      password: { person: 'ada', password: 'x' },
      invitation: { code: 'x', password: 'x' },
      'passkey/options': {},
    };
    for (const [way, body] of Object.entries(bodies)) {
      const answer = await service.call('POST', `/v1/sign-in/${way}`, { token: developer, body });
      expect([way, answer.status, answer.json().code]).toEqual([way, 403, 'sign-in-insecure']);
    }
    const login = await service.call('POST', '/v1/logins', { body: bodies.password });
    expect(login.json().code).toBe('sign-in-insecure');
    expect(service.journal.head().sequence).toBe(0);
  });

  it('is not begun when it cannot be written down', async () => {
    const service = await start();
    service.journal.setWritable(false);
    const { answer } = await signIn(service);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([503, undefined]);
  });

  it.each([
    ['no token of the sign-in', page, 'csrf-refused'],
    ['another one', { ...page, 'acgs-csrf': 'x'.repeat(43) }, 'csrf-refused'],
    ['no word of where it comes from', { 'acgs-csrf': 'own' }, 'csrf-refused'],
    ['a page of another site', { ...page, origin: 'https://evil.example', 'acgs-csrf': 'own' }, 'csrf-refused'],
    ['another port of this host', { origin: 'http://127.0.0.1:9999', 'acgs-csrf': 'own' }, 'csrf-refused'],
    ['a page of no origin', { ...page, origin: 'null', 'acgs-csrf': 'own' }, 'csrf-refused'],
    ['a page beside ours', { ...page, 'sec-fetch-site': 'same-site', 'acgs-csrf': 'own' }, 'csrf-refused'],
  ])('changes nothing with %s', async (_name, headers, code) => {
    const service = await start();
    const { cookie, csrf } = await signIn(service);
    const own = 'acgs-csrf' in headers && headers['acgs-csrf'] === 'own' ? { 'acgs-csrf': csrf } : {};
    const refused = await signOut(service, { cookie, ...headers, ...own });
    expect([refused.status, refused.json().code]).toEqual([403, code]);
    expect((await me(service, cookie)).id).toBe('dev');
  });

  it('is one cookie for everything that its person may do, out of reach of scripts', async () => {
    const service = await start();
    const { answer, cookie, csrf } = await signIn(service);
    expect(answer.json()).toEqual({ person: 'dev', csrf });
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^acgs-sign-in=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/,
    );
    expect(await me(service, cookie)).toMatchObject({
      kind: 'person',
      id: 'dev',
      signIn: { csrf, way: 'token', expiresMs: service.clock.nowMs + SIGN_IN_IDLE_MS_MAX },
    });
    const invite = (headers: Readonly<Record<string, string>>) =>
      service.call('POST', '/v1/agents', { headers, body: { id: 'a', agent: 'codex' } });
    expect((await invite({ cookie, ...page })).json().code).toBe('csrf-refused');
    expect((await invite({ cookie, ...page, 'acgs-csrf': csrf })).status).toBe(201);
    expect(
      (await service.call('GET', '/v1/me', { token: 'acgs_x', headers: { cookie } })).json().code,
      'a token that is shown goes before the cookie',
    ).toBe('token-unknown');
  });

  it.each([
    ['two cookies of the name', (cookie: string) => `${cookie}; ${cookie}`, 'token-missing'],
    ['one that is none', () => 'acgs-sign-in=short', 'token-missing'],
    ['one of the right form that nobody has', () => `acgs-sign-in=${'A'.repeat(43)}`, 'sign-in-over'],
    ['more than is read', (cookie: string) => `x=${'y'.repeat(9000)}; ${cookie}`, 'token-missing'],
  ])('is not recognised in %s', async (_name, spoil, code) => {
    const service = await start();
    const { cookie } = await signIn(service);
    expect((await me(service, spoil(cookie))).code).toBe(code);
  });

  it('ends by signing out: for this browser, or for all', async () => {
    const service = await start();
    const [one, two] = [await signIn(service), await signIn(service)];
    const gone = await signOut(service, { cookie: one.cookie, ...page, 'acgs-csrf': one.csrf });
    expect([gone.status, gone.text, gone.headers['set-cookie']]).toEqual([
      204,
      '',
      'acgs-sign-in=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    ]);
    expect((await me(service, one.cookie)).code).toBe('sign-in-over');
    expect((await me(service, two.cookie)).id).toBe('dev');
    await service.call('POST', '/v1/sign-out', { token: developer, body: { everywhere: true } });
    expect((await me(service, two.cookie)).code).toBe('sign-in-over');
    expect((await service.written()).match(/"kind":"signed-(in|out)"/g)).toHaveLength(4);
  });

  it('replaces the one that the browser had: a secret that somebody else put there is worth nothing', async () => {
    const service = await start();
    const planted = await signIn(service, operator);
    const own = await signIn(service, developer, { cookie: planted.cookie });
    expect((await me(service, planted.cookie)).code).toBe('sign-in-over');
    expect((await me(service, own.cookie)).id).toBe('dev');
  });

  it('is over after an hour without use, and after half a day in any case', async () => {
    const service = await start();
    const { cookie } = await signIn(service);
    const idle = await signIn(service);
    for (let hours = 0.9; hours < 12; hours += 0.9) {
      service.clock.nowMs += 0.9 * 3_600_000;
      expect((await me(service, cookie)).id).toBe('dev');
    }
    expect((await me(service, idle.cookie)).code).toBe('sign-in-over');
    service.clock.nowMs += SIGN_IN_MS_MAX - 13 * 0.9 * 3_600_000;
    expect((await me(service, cookie)).code).toBe('sign-in-over');
  });

  it('is dead at once when its person is suspended, and stays so', async () => {
    const service = await start();
    await addDev(service);
    const { cookie } = await signIn(service);
    expect((await me(service, cookie)).id).toBe('dev');
    await suspend(service, 'suspended');
    expect((await me(service, cookie)).code).toBe('sign-in-over');
    expect((await signIn(service)).answer.json().code).toBe('person-suspended');
    await suspend(service, 'active');
    expect((await me(service, cookie)).code).toBe('sign-in-over');
  });

  it('is dead at once when the roles of its person change', async () => {
    const service = await start();
    await addDev(service);
    const { cookie } = await signIn(service);
    await service.call('POST', '/v1/people/dev/roles', { token: operator, body: { roles: [] } });
    expect((await me(service, cookie)).code).toBe('sign-in-over');
    expect(await me(service, (await signIn(service)).cookie)).toMatchObject({ roles: [] });
  });

  it('is worth what the token is worth with which it was made', async () => {
    const service = await start();
    const { cookie } = await signIn(service);
    service.revokeToken(developer);
    expect((await me(service, cookie)).code).toBe('sign-in-over');
  });

  it('is one of ten at most for a person: the one that was used longest ago goes', async () => {
    const service = await start();
    const all = [];
    for (let n = 0; n < 11; n += 1) {
      service.clock.nowMs += 1000;
      all.push(await signIn(service));
      // The first is in use.
      if (n > 0) expect((await me(service, all[0]?.cookie ?? '')).id).toBe('dev');
    }
    const codes = await Promise.all(all.map(async ({ cookie }) => (await me(service, cookie)).code));
    expect(codes.flatMap((code, n) => (code === undefined ? [] : [n]))).toEqual([1]);
  });
});

describe('sign-ins', () => {
  it('are kept as hashes that nobody can sign in with, for their owner only, and survive a restart', async () => {
    const service = await start();
    const { cookie, csrf } = await signIn(service);
    const path = join(service.folder, 'credentials', 'sign-ins.json');
    const kept = readFileSync(path, 'utf8');
    const secret = cookie.split('=')[1] ?? '';
    expect(kept).toContain(signInHash(secret));
    for (const text of [kept, await service.written()]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(csrf);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await service.stop();
    const again = await start(service.folder);
    expect((await me(again, cookie)).signIn.csrf).toBe(csrf);
  });

  it('are not guessed at when their file is damaged: the service does not start', async () => {
    const service = await start();
    await signIn(service);
    await service.stop();
    writeFileSync(join(service.folder, 'credentials', 'sign-ins.json'), '{"version":1,"signIns":[{}]}');
    await expect(startIdentityService(service.folder)).rejects.toThrow(/not of the form/);
  });
});
