import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../../../tests/support/browser.ts';
import { IDENTITY_TOKENS, IDENTITY_URL } from '../../../tests/support/identity-service.ts';
import {
  browserOf,
  isBack,
  me,
  OPENID_START,
  type OpenidService,
  refusedUrl,
  startOpenidService,
} from '../../../tests/support/openid-service.ts';
import {
  CLIENT_ID,
  sendJson,
  signedBy,
  startWrongOpenidProvider,
  type WrongOpenidProvider,
} from '../../../tests/support/wrong-openid-provider.ts';

/** Signing in where the provider, or who stands between, does as it should not. */
type Service = OpenidService;
const { operator } = IDENTITY_TOKENS;
const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0)) await service.close();
});
describe('at a provider that does as it is told', () => {
  let wrong: WrongOpenidProvider;
  beforeEach(async () => {
    wrong = await startWrongOpenidProvider();
  });
  afterEach(() => wrong.close());
  const nowS = () => Math.floor(Date.now() / 1000);

  /** Begins an attempt, and gives back where its browser comes back to with a code; the provider gives what the test says. */
  async function begin(browser: Browser, claims: object, more: Record<string, string> = {}): Promise<string> {
    const there = await browser.open(OPENID_START, {}, (url) => url.startsWith(`${wrong.issuer}/auth`));
    const asked = new URL(there.url).searchParams;
    const good = { iss: wrong.issuer, aud: CLIENT_ID, sub: 'ada', iat: nowS(), exp: nowS() + 300 };
    wrong.give(signedBy(wrong.key, { ...good, nonce: asked.get('nonce'), ...claims }));
    return `${OPENID_START}/callback?${new URLSearchParams({ code: 'code', state: asked.get('state') ?? '', ...more })}`;
  }

  async function come(browser: Browser, claims: object, more: Record<string, string> = {}) {
    return browser.open(await begin(browser, claims, more), {}, isBack);
  }

  async function known(): Promise<{ service: Service; browser: Browser }> {
    const service = await startOpenidService(wrong.issuer, 'by-account');
    started.push(service);
    await service.call('POST', '/v1/people', { token: operator, body: { id: 'ada', name: 'Ada', roles: [] } });
    await service.call('POST', '/v1/people/ada/openid', { token: operator, body: { subject: 'ada' } });
    return { service, browser: browserOf(service) };
  }

  it.each<[string, object, Record<string, string>, string]>([
    ['another nonce', { nonce: 'x' }, {}, 'openid-answer-invalid'],
    ['another audience', { aud: 'x' }, {}, 'openid-answer-invalid'],
    ['another issuer in the redirect', {}, { iss: 'https://evil.example' }, 'openid-answer-invalid'],
    ['a no', {}, { error: 'access_denied' }, 'openid-declined'],
    ['its own trouble', {}, { error: 'server_error' }, 'openid-unavailable'],
    ['another account', { sub: 'mallory' }, {}, 'openid-person-unknown'],
  ])('%s signs nobody in', async (_name, claims, more, code) => {
    const { browser } = await known();
    expect((await come(browser, claims, more)).url).toBe(refusedUrl(code));
    expect((await me(browser)).status).toBe(401);
    // The attempt is used: what was wrong with it does not become right by trying again.
    expect(browser.cookies()).toEqual([]);
  });

  it('the code is redeemed with the verifier of its attempt and our secret, once', async () => {
    const { browser } = await known();
    expect((await come(browser, {})).url).toBe(`${IDENTITY_URL}/`);
    expect(await me(browser)).toMatchObject({ id: 'ada', signIn: { way: 'openid' } });
    const redeemed = wrong.requests.filter(({ path }) => path === '/token');
    expect(redeemed).toHaveLength(1);
    const form = new URLSearchParams(redeemed[0]?.body);
    expect(form.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(form.get('redirect_uri')).toBe(`${IDENTITY_URL}/v1/sign-in/openid/callback`);
    expect(form.get('client_secret')).toBeNull();
    expect(redeemed[0]?.authorization).toMatch(/^Basic /);
  });

  it('who fails too often is locked out by address, and the provider is not asked for them', async () => {
    const { browser } = await known();
    for (let tries = 0; tries < 30; tries += 1) await come(browser, { aud: 'x' });
    const asked = wrong.asked('/token');
    expect((await come(browser, {})).url).toBe(refusedUrl('locked-out'));
    expect(wrong.asked('/token')).toBe(asked);
  });

  it('a hundred who begin and leave cost nothing that is kept', async () => {
    const { service } = await known();
    const before = service.journal.head().sequence;
    for (let tries = 0; tries < 100; tries += 1) await service.call('GET', '/v1/sign-in/openid');
    expect(service.journal.head().sequence).toBe(before);
    expect(wrong.asked('/.well-known/openid-configuration')).toBe(1);
  });

  it('too many codes at once are turned away without asking, and counted against nobody', async () => {
    const { service } = await known();
    const waiting: (() => void)[] = [];
    wrong.answer('/token', (_request, response) => {
      waiting.push(() => sendJson(response, { error: 'invalid_grant' }, 400));
    });
    const browsers = Array.from({ length: 40 }, (_, at) => browserOf(service, `192.0.2.${at}`));
    const answers = await Promise.all(browsers.map((browser) => begin(browser, {})));
    const many = browsers.map((browser, at) => browser.open(answers[at] ?? '', {}, isBack));
    const busy = await Promise.race(many);
    expect(busy.url).toBe(refusedUrl('sign-in-busy'));
    // Those that wait are answered as they come.
    const answering = setInterval(() => {
      for (const answer of waiting.splice(0)) answer();
    }, 20);
    const pages = await Promise.all(many);
    clearInterval(answering);
    expect(wrong.asked('/token')).toBe(32);
    expect(pages.filter(({ url }) => url === refusedUrl('sign-in-busy'))).toHaveLength(8);
  });

  describe('a logout without a browser', () => {
    const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    let ids = 0;
    const token = (more: object) =>
      signedBy(
        wrong.key,
        {
          iss: wrong.issuer,
          aud: CLIENT_ID,
          jti: `logout-${++ids}`,
          events: event,
          iat: nowS(),
          exp: nowS() + 60,
          ...more,
        },
        { typ: 'logout+jwt' },
      );
    const logout = (service: Service, form: Record<string, string>) =>
      service.call('POST', '/v1/sign-in/openid/back-channel-logout', { form });

    it('that is not to be believed ends nothing', async () => {
      const { service, browser } = await known();
      await come(browser, { sid: 's1' });
      const bad = await logout(service, { logout_token: token({ sub: 'ada', aud: 'x' }) });
      expect([bad.status, bad.json().code]).toEqual([400, 'logout-token-invalid']);
      expect((await logout(service, {})).status).toBe(400);
      expect((await logout(service, { logout_token: token({ sub: 'nobody' }) })).status).toBe(200);
      expect((await logout(service, { logout_token: token({ sid: 'another' }) })).status).toBe(200);
      expect((await me(browser)).status).toBe(200);
    });

    it('ends one session of the provider, or all of the account, and nothing that was begun another way', async () => {
      const { service, browser } = await known();
      const other = browserOf(service);
      await come(browser, { sid: 's1' });
      await come(other, { sid: 's2' });
      expect((await logout(service, { logout_token: token({ sub: 'ada', sid: 's1' }) })).status).toBe(200);
      expect([(await me(browser)).status, (await me(other)).status]).toEqual([401, 200]);
      await come(browser, { sid: 's3' });
      expect((await logout(service, { logout_token: token({ sub: 'ada' }) })).headers['cache-control']).toBe(
        'no-store',
      );
      expect([(await me(browser)).status, (await me(other)).status]).toEqual([401, 401]);
      const written = await service.written();
      expect(written.match(/"kind":"signed-out"/g)).toHaveLength(2);
    });
  });
});
