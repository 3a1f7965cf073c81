import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signInAtProvider } from '../../../tests/support/browser.ts';
import { IDENTITY_TOKENS, IDENTITY_URL } from '../../../tests/support/identity-service.ts';
import {
  OPENID_CLIENT,
  type OpenidProviderProcess,
  startOpenidProvider,
} from '../../../tests/support/openid-provider.ts';
import {
  browserOf,
  isBack,
  me,
  OPENID_START,
  type OpenidService,
  refusedUrl,
  signIn,
  startOpenidService,
} from '../../../tests/support/openid-service.ts';

/** Signing in at a real OpenID provider, through HTTP. What others may send is in openid.attacks.test.ts. */
type Service = OpenidService;
const { operator } = IDENTITY_TOKENS;
const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.close();
});
async function start(
  issuer: string,
  known: Parameters<typeof startOpenidService>[1] = 'by-email-and-group',
): Promise<Service> {
  const service = await startOpenidService(issuer, known);
  started.push(service);
  return service;
}

describe('at a real provider', () => {
  let provider: OpenidProviderProcess;
  const ACCOUNTS = {
    ada: { name: 'Ada', email: 'Ada@Example.org', email_verified: true, groups: [] },
    mallory: { name: 'Ada', email: 'ada@example.org', email_verified: false, groups: ['admins'] },
    bob: { name: 'Bob', email: 'bob@example.org', email_verified: true, groups: ['devs', 'leads'] },
  };
  beforeAll(async () => {
    provider = await startOpenidProvider({ relyingParty: IDENTITY_URL, accounts: ACCOUNTS });
  });
  beforeEach(() => {
    provider.say(ACCOUNTS);
    provider.setUp(true);
  });
  afterAll(() => provider.close());

  const add = (service: Service, id: string, ...roles: string[]) =>
    service.call('POST', '/v1/people', { token: operator, body: { id, name: id, roles } });

  it('nobody is let in whom nobody here knows, and the journal says so', async () => {
    const service = await start(provider.issuer);
    await add(service, 'ada@example.org', 'operator');
    const browser = browserOf(service);
    expect((await signIn(browser, 'mallory')).url).toBe(refusedUrl('openid-person-unknown'));
    expect(browser.cookies().filter(({ name }) => name.startsWith('acgs'))).toEqual([]);
    expect((await me(browser)).status).toBe(401);
    const written = await service.written();
    expect(written).toContain('"kind":"authentication-refused"');
    expect(written).toContain('"code":"openid-person-unknown"');
  });

  it('a person of a verified address is let in, comes to where they wanted to go, and stays the account’s', async () => {
    const service = await start(provider.issuer);
    await add(service, 'ada@example.org', 'auditor');
    const browser = browserOf(service);
    expect((await signIn(browser, 'ada', '?return=%2Fapprovals%3Fid%3D7')).url).toBe(`${IDENTITY_URL}/approvals?id=7`);
    expect(await me(browser)).toMatchObject({
      id: 'ada@example.org',
      roles: ['auditor'],
      signIn: { way: 'openid' },
    });
    const written = await service.written();
    expect(written).toContain(`"kind":"signed-in"`);
    expect(written).toContain(`"issuer":"${provider.issuer}"`);
    // Another account that is given the address later is another person.
    provider.say({ ...ACCOUNTS, mallory: ACCOUNTS.ada });
    expect((await signIn(browserOf(service), 'mallory')).url).toBe(refusedUrl('openid-person-taken'));
    // No secret of it is in the journal.
    for (const { name, value } of browser.cookies()) {
      if (name.startsWith('acgs')) expect(written).not.toContain(value);
    }
    expect(written).not.toContain(OPENID_CLIENT.secret);
  });

  it('whoever comes by a group has its roles, and loses them with it', async () => {
    const service = await start(provider.issuer);
    const browser = browserOf(service);
    await signIn(browser, 'bob');
    expect(await me(browser)).toMatchObject({ id: 'bob@example.org', name: 'Bob', roles: ['auditor', 'maintainer'] });
    provider.say({ ...ACCOUNTS, bob: { ...ACCOUNTS.bob, groups: ['devs'] } });
    const other = browserOf(service);
    await signIn(other, 'bob');
    expect(await me(other)).toMatchObject({ id: 'bob@example.org', roles: ['auditor'] });
    // What was begun with more rights is over.
    expect((await me(browser)).status).toBe(401);
    provider.say({ ...ACCOUNTS, bob: { ...ACCOUNTS.bob, groups: [] } });
    expect((await signIn(browserOf(service), 'bob')).url).toBe(refusedUrl('openid-no-group'));
    expect((await me(other)).status).toBe(401);
  });

  it('an operator binds an account, unbinds it, and nobody else may', async () => {
    const service = await start(provider.issuer, 'by-account');
    await add(service, 'lovelace', 'auditor');
    const bind = (subject: string | null, token: string = operator) =>
      service.call('POST', '/v1/people/lovelace/openid', { token, body: { subject } });
    expect((await signIn(browserOf(service), 'ada')).url).toBe(refusedUrl('openid-person-unknown'));
    expect((await bind('ada', IDENTITY_TOKENS.developer)).json().code).toBe('not-entitled');
    expect((await bind('')).json().code).toBe('openid-subject-malformed');
    expect((await bind('ada')).json()).toMatchObject({ openid: { issuer: provider.issuer, subject: 'ada' } });
    const before = browserOf(service);
    await signIn(before, 'ada');
    expect(await me(before)).toMatchObject({ id: 'lovelace' });
    expect((await bind('bob')).status).toBe(200);
    expect((await me(before)).status, 'the account that was lovelace is nobody').toBe(401);
    const browser = browserOf(service);
    await signIn(browser, 'bob');
    expect(await me(browser)).toMatchObject({ id: 'lovelace' });
    expect((await bind(null)).json().openid).toBeUndefined();
    expect((await me(browser)).status).toBe(401);
    expect((await signIn(browserOf(service), 'ada')).url).toBe(refusedUrl('openid-person-unknown'));
  });

  it('a suspended person is not let in', async () => {
    const service = await start(provider.issuer);
    await add(service, 'ada@example.org');
    await service.call('POST', '/v1/people/ada@example.org/status', { token: operator, body: { status: 'suspended' } });
    expect((await signIn(browserOf(service), 'ada')).url).toBe(refusedUrl('person-suspended'));
  });

  it('a new key is noticed with the first token that it has signed', async () => {
    const service = await start(provider.issuer);
    await add(service, 'ada@example.org');
    await signIn(browserOf(service), 'ada');
    await provider.useNewKey();
    service.clock.nowMs += 10_000;
    const browser = browserOf(service);
    await signIn(browser, 'ada');
    expect(await me(browser)).toMatchObject({ id: 'ada@example.org' });
  });

  it('that is down nobody signs in, while other ways go on; when it is up again they do', async () => {
    provider.setUp(false);
    const service = await start(provider.issuer);
    await add(service, 'ada@example.org');
    const browser = browserOf(service);
    expect((await browser.open(OPENID_START, {}, isBack)).url).toBe(refusedUrl('openid-unavailable'));
    const asked = await service.call('GET', '/v1/sign-in/openid');
    expect(asked.status).toBe(503);
    expect(asked.json().code).toBe('openid-unavailable');
    const ways = await service.call('GET', '/v1/sign-in');
    expect(ways.json()).toMatchObject({
      ways: expect.arrayContaining(['openid', 'password']),
      openid: { name: 'Example' },
    });
    expect(ways.json().openid).toEqual({ name: 'Example' });
    const byToken = await service.call('POST', '/v1/sign-in/token', { token: operator });
    expect(byToken.status).toBe(200);
    provider.setUp(true);
    service.clock.nowMs += 61_000;
    await signIn(browser, 'ada');
    expect(await me(browser)).toMatchObject({ id: 'ada@example.org' });
  });

  it('signs out there, too, and may do so by itself', async () => {
    const service = await start(provider.issuer);
    await add(service, 'ada@example.org');
    const browser = browserOf(service);
    await signIn(browser, 'ada');
    const { signIn: shown } = await me(browser);
    const out = await browser.request(`${IDENTITY_URL}/v1/sign-out`, {
      method: 'POST',
      headers: { 'acgs-csrf': shown.csrf, origin: IDENTITY_URL, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(out.status).toBe(200);
    const { continueAt } = JSON.parse(out.text);
    expect((await me(browser)).status).toBe(401);
    const asked = await browser.open(continueAt);
    expect((await browser.submit(asked, { logout: 'yes' }, isBack)).url).toBe(`${IDENTITY_URL}/`);
    // It asks who it is again.
    expect((await browser.open(OPENID_START)).text).toContain('name="login"');
  });

  describe('an attempt', () => {
    it('ends where its browser is: not in another, not twice, not late', async () => {
      const service = await start(provider.issuer);
      await add(service, 'ada@example.org');
      const victim = browserOf(service);
      const isAnswer = (url: string) => url.includes('/callback?');
      const answer = await signInAtProvider(victim, OPENID_START, 'ada', isAnswer);
      expect(answer.url).toContain('&iss=');

      const stranger = browserOf(service);
      expect((await stranger.open(answer.url, {}, isBack)).url).toBe(refusedUrl('openid-attempt-over'));
      await stranger.open(OPENID_START, {}, isAnswer);
      expect((await stranger.open(answer.url, {}, isBack)).url).toBe(refusedUrl('openid-attempt-over'));

      const kept = victim.cookies().find(({ name }) => name === 'acgs-openid');
      service.clock.nowMs += 11 * 60_000;
      expect((await victim.open(answer.url, {}, isBack)).url).toBe(refusedUrl('openid-attempt-over'));
      service.clock.nowMs -= 11 * 60_000;

      expect((await victim.open(answer.url, {}, isBack)).url).toBe(`${IDENTITY_URL}/`);
      expect(victim.cookies().map(({ name }) => name)).not.toContain('acgs-openid');
      victim.plant('127.0.0.1', 'acgs-openid', kept?.value ?? '');
      expect((await victim.open(answer.url, {}, isBack)).url).toBe(refusedUrl('openid-attempt-over'));
    });

    it('is not ended by an answer that is not its own: another site may have sent the browser here', async () => {
      const service = await start(provider.issuer);
      await add(service, 'ada@example.org');
      const browser = browserOf(service);
      const answer = await signInAtProvider(browser, OPENID_START, 'ada', (url) => url.includes('/callback?'));
      for (const query of ['', '?state=x', '?error=access_denied', `?code=x&state=x&state=y`]) {
        expect((await browser.open(`${OPENID_START}/callback${query}`, {}, isBack)).url).toBe(
          refusedUrl('openid-attempt-over'),
        );
      }
      expect((await browser.open(answer.url, {}, isBack)).url).toBe(`${IDENTITY_URL}/`);
    });

    it('asks for exactly what it needs, with PKCE, and its cookie is out of reach of scripts', async () => {
      const service = await start(provider.issuer);
      const response = await service.app.inject({ url: '/v1/sign-in/openid', headers: { host: '127.0.0.1:8016' } });
      const { searchParams } = new URL(String(response.headers.location));
      expect(Object.fromEntries(searchParams)).toMatchObject({
        client_id: OPENID_CLIENT.id,
        response_type: 'code',
        redirect_uri: `${IDENTITY_URL}/v1/sign-in/openid/callback`,
        scope: 'openid profile email groups',
        code_challenge_method: 'S256',
        code_challenge: expect.stringMatching(/^[\w-]{43}$/),
        state: expect.stringMatching(/^[\w-]{43}$/),
        nonce: expect.stringMatching(/^[\w-]{43}$/),
      });
      expect(response.headers['set-cookie']).toMatch(
        /^acgs-openid=[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
      );
      expect(response.headers['cache-control']).toBe('no-store');
    });

    it('goes to the name of this machine that the provider knows, and never to another host', async () => {
      const service = await start(provider.issuer);
      const at = async (host: string) =>
        (await service.app.inject({ url: '/v1/sign-in/openid?return=/a', headers: { host } })).headers.location;
      expect(await at('localhost:8016')).toBe(`${OPENID_START}?return=%2Fa`);
      expect(await at('evil.example')).toMatch(new RegExp(`^${provider.issuer}/auth`));
    });

    it.each([
      '//evil.example',
      '/\\evil.example',
      '/%2f%2fevil.example',
      'https://evil.example',
      '/a%0d%0ab',
      '/\u0000',
    ])('does not lead to %j', async (place) => {
      const service = await start(provider.issuer);
      const asked = await service.call('GET', `/v1/sign-in/openid?return=${encodeURIComponent(place)}`);
      expect(asked.json().code).toBe('return-not-local');
      expect(asked.headers['set-cookie']).toBeUndefined();
    });
  });
});
