import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type KeyPair, makeProof, newKeyPair } from '#adapters/jose-tokens/sample-tokens.ts';
import { DEVICE_GRANT_MS_MAX } from '#domain/identity/device-grant.ts';
import { LOGIN_MS_MAX } from '#domain/identity/login.ts';
import { IDENTITY_TOKENS, IDENTITY_URL, startIdentityService } from '../../../tests/support/identity-service.ts';

type Service = Awaited<ReturnType<typeof startIdentityService>>;
const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0).reverse()) await service.close();
});

const { operator, developer } = IDENTITY_TOKENS;
const page = { origin: IDENTITY_URL, 'sec-fetch-site': 'same-origin' };
const PASSWORD = 'tiny yak otters sing';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** The service, and Ada in a browser. */
async function start(folder?: string) {
  const service = await startIdentityService(folder);
  started.push(service);
  const roles = ['maintainer'];
  await service.call('POST', '/v1/people', { token: operator, body: { id: 'ada', name: 'Ada', roles } });
  const { code } = (await service.call('POST', '/v1/people/ada/invitation', { token: operator })).json();
  const answer = await service.call('POST', '/v1/sign-in/invitation', {
    headers: page,
    body: { code, password: PASSWORD },
  });
  const cookie = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
  return { service, ada: { ...page, cookie, 'acgs-csrf': String(answer.json().csrf) } };
}

const proof = (service: Service, key: KeyPair, path: string, accessToken?: string, method = 'POST') =>
  makeProof(key, {
    method,
    url: IDENTITY_URL + path,
    nowMs: service.clock.nowMs,
    ...(accessToken === undefined ? {} : { accessToken }),
  });
const ask = async (service: Service, machine = 'laptop') =>
  (await service.call('POST', '/oauth/device_authorization', { form: { client_id: 'acgs-cli', machine } })).json();
async function token(service: Service, key: KeyPair, form: Readonly<Record<string, string>>) {
  const answer = await service.call('POST', '/oauth/token', {
    form: { client_id: 'acgs-cli', ...form },
    proof: await proof(service, key, '/oauth/token'),
  });
  return answer.json();
}
const poll = (service: Service, key: KeyPair, deviceCode: string) => {
  service.clock.nowMs += 5_000;
  return token(service, key, { grant_type: DEVICE_GRANT, device_code: deviceCode });
};
const refresh = (service: Service, key: KeyPair, refreshToken: string) =>
  token(service, key, { grant_type: 'refresh_token', refresh_token: refreshToken });
const answerCode = async (
  service: Service,
  headers: Readonly<Record<string, string>>,
  code: string,
  answer = 'approve',
) => (await service.call('POST', `/v1/device-codes/${code}`, { headers, body: { answer } })).json();
async function me(service: Service, key: KeyPair, accessToken: string) {
  const answer = await service.call('GET', '/v1/me', {
    authorization: `DPoP ${accessToken}`,
    proof: await proof(service, key, '/v1/me', accessToken, 'GET'),
  });
  return answer.json();
}
async function logIn(service: Service, ada: Readonly<Record<string, string>>, key: KeyPair) {
  const asked = await ask(service);
  await answerCode(service, ada, asked.user_code);
  return poll(service, key, asked.device_code);
}

describe('a machine that asks to be let in', () => {
  it('gets codes only as our own client, and says who it is', async () => {
    const { service, ada } = await start();
    const asked = (form: Readonly<Record<string, string>>) =>
      service.call('POST', '/oauth/device_authorization', { form });
    expect((await asked({ client_id: 'other' })).json()).toMatchObject({ error: 'invalid_client' });
    expect((await asked({})).json()).toMatchObject({ error: 'invalid_request' });
    const codes = await ask(service, 'ada’s laptop');
    expect(codes).toMatchObject({ expires_in: 600, interval: 5, verification_uri: `${IDENTITY_URL}/device` });
    expect(codes.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    const shown = await service.call('GET', `/v1/device-codes/${codes.user_code.toLowerCase().replace('-', '')}`, {
      headers: ada,
    });
    expect(shown.json()).toMatchObject({ machine: 'ada?s laptop', address: '127.0.0.1', state: 'waiting' });
  });

  it('waits until somebody answers, asks no faster than it may, and is let in once', async () => {
    const { service, ada } = await start();
    const key = newKeyPair();
    const { device_code, user_code } = await ask(service);
    expect((await poll(service, key, device_code)).error).toBe('authorization_pending');
    const again = await token(service, key, { grant_type: DEVICE_GRANT, device_code });
    expect(again.error).toBe('slow_down');
    // It has been slowed down: five seconds are too early now.
    expect((await poll(service, key, device_code)).error).toBe('slow_down');
    service.clock.nowMs += 60_000;
    expect((await poll(service, key, device_code)).error).toBe('authorization_pending');
    expect((await answerCode(service, ada, user_code)).state).toBe('approved');
    expect((await answerCode(service, ada, user_code, 'refuse')).code).toBe('device-code-answered');
    service.clock.nowMs += 60_000;
    const got = await poll(service, key, device_code);
    expect(got).toMatchObject({ token_type: 'DPoP', expires_in: 300 });
    expect(await me(service, key, got.access_token)).toMatchObject({
      kind: 'person',
      id: 'ada',
      roles: ['maintainer'],
    });
    expect((await poll(service, key, device_code)).error).toBe('expired_token');
  });

  it('is not let in when refused, too late, with a wrong code, or without a key', async () => {
    const { service, ada } = await start();
    const key = newKeyPair();
    const refused = await ask(service);
    await answerCode(service, ada, refused.user_code, 'refuse');
    expect((await poll(service, key, refused.device_code)).error).toBe('access_denied');
    expect((await poll(service, key, 'A'.repeat(43))).error).toBe('expired_token');
    const keyless = await ask(service);
    await answerCode(service, ada, keyless.user_code);
    const form = { client_id: 'acgs-cli', grant_type: DEVICE_GRANT, device_code: keyless.device_code };
    expect((await service.call('POST', '/oauth/token', { form })).json()).toMatchObject({
      error: 'invalid_dpop_proof',
    });
    const late = await ask(service);
    service.clock.nowMs += DEVICE_GRANT_MS_MAX;
    expect((await answerCode(service, ada, late.user_code)).code).toBe('device-code-unknown');
    expect((await poll(service, key, late.device_code)).error).toBe('expired_token');
  });

  it('is let in by a person in a browser only: by no token, no other site, and nobody who guesses codes', async () => {
    const { service, ada } = await start();
    const { user_code } = await ask(service);
    const byToken = await service.call('POST', `/v1/device-codes/${user_code}`, {
      token: developer,
      body: { answer: 'approve' },
    });
    expect(byToken.json().code).toBe('sign-in-missing');
    const { cookie } = ada;
    expect((await answerCode(service, { cookie, ...page }, user_code)).code).toBe('csrf-refused');
    for (let n = 0; n < 5; n += 1) {
      expect((await answerCode(service, ada, 'BBBB-BBBB')).code).toBe('device-code-unknown');
    }
    expect((await answerCode(service, ada, user_code)).code).toBe('locked-out');
  });

  it('waits beside nineteen others from its address, and no more', async () => {
    const { service } = await start();
    for (let n = 0; n < 20; n += 1) expect((await ask(service)).user_code).toBeDefined();
    expect((await ask(service)).error).toBe('temporarily_unavailable');
    service.clock.nowMs += DEVICE_GRANT_MS_MAX;
    expect((await ask(service)).user_code).toBeDefined();
  });
});

describe('a login', () => {
  it('goes on with another refresh token each time, for its key only; a copy that is used ends it', async () => {
    const { service, ada } = await start();
    const key = newKeyPair();
    const first = await logIn(service, ada, key);
    const second = await refresh(service, key, first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await me(service, key, second.access_token)).toMatchObject({ id: 'ada' });
    expect(await refresh(service, key, first.refresh_token)).toMatchObject({
      error: 'invalid_grant',
      code: 'refresh-reused',
    });
    expect(await refresh(service, key, second.refresh_token)).toMatchObject({ code: 'login-over' });
    const stolen = await logIn(service, ada, key);
    expect(await refresh(service, newKeyPair(), stolen.refresh_token)).toMatchObject({ code: 'refresh-reused' });
    expect(await refresh(service, key, stolen.refresh_token)).toMatchObject({ code: 'login-over' });
    for (const nonsense of ['', 'acgs_refresh_x.y', `acgs_refresh_${'A'.repeat(22)}.${'A'.repeat(43)}`]) {
      expect(await refresh(service, key, nonsense)).toMatchObject({ code: 'login-over' });
    }
  });

  it('is used by one of two who refresh at the same moment, and by neither after that', async () => {
    const { service, ada } = await start();
    const key = newKeyPair();
    const { refresh_token } = await logIn(service, ada, key);
    const both = await Promise.all([refresh(service, key, refresh_token), refresh(service, key, refresh_token)]);
    const good = both.filter((one) => 'refresh_token' in one);
    expect(good).toHaveLength(1);
    expect(await refresh(service, key, good[0].refresh_token)).toMatchObject({ code: 'login-over' });
  });

  it('gives no bearer token: without a proof of the key it is worth nothing', async () => {
    const { service, ada } = await start();
    const { access_token } = await logIn(service, ada, newKeyPair());
    expect((await service.call('GET', '/v1/me', { token: access_token })).json().code).toBe('proof-missing');
    expect((await me(service, newKeyPair(), access_token)).code).toBe('proof-invalid');
  });

  it('is over after a week, by logging out, and with the roles and the standing that it began with', async () => {
    const { service, ada } = await start();
    const key = newKeyPair();
    const [old, out] = [await logIn(service, ada, key), await logIn(service, ada, key)];
    await service.call('POST', '/v1/sign-out', {
      authorization: `DPoP ${out.access_token}`,
      proof: await proof(service, key, '/v1/sign-out', out.access_token),
      body: { refreshToken: out.refresh_token },
    });
    expect((await refresh(service, key, out.refresh_token)).code).toBe('login-over');
    const kept = await refresh(service, key, old.refresh_token);
    service.clock.nowMs += LOGIN_MS_MAX;
    expect((await refresh(service, key, kept.refresh_token)).code).toBe('login-over');
  });

  it('is over at once when its person is suspended, for good; when their roles change; with a new password', async () => {
    const { service, ada } = await start();
    const key = newKeyPair();
    const suspended = await logIn(service, ada, key);
    const set = (path: string, body: object) =>
      service.call('POST', `/v1/people/ada/${path}`, { token: operator, body });
    await set('status', { status: 'suspended' });
    expect((await me(service, key, suspended.access_token)).code).toBe('person-suspended');
    await set('status', { status: 'active' });
    expect((await refresh(service, key, suspended.refresh_token)).code).toBe('login-over');
    const byPassword = async (password: string) =>
      (
        await service.call('POST', '/v1/logins', {
          body: { person: 'ada', password },
          proof: await proof(service, key, '/v1/logins'),
        })
      ).json();
    const demoted = await byPassword(PASSWORD);
    await set('roles', { roles: [] });
    expect((await refresh(service, key, demoted.refresh_token)).code).toBe('login-over');
    const before = await byPassword(PASSWORD);
    const { code } = (await service.call('POST', '/v1/people/ada/invitation', { token: operator })).json();
    await service.call('POST', '/v1/sign-in/invitation', { body: { code, password: 'brass moon over kettles' } });
    expect((await refresh(service, key, before.refresh_token)).code).toBe('login-over');
    expect((await byPassword(PASSWORD)).code).toBe('sign-in-refused');
  });

  it('can be begun with a password or an invitation, with a key; and what is kept of it lets nobody in', async () => {
    const { service } = await start();
    const key = newKeyPair();
    const body = { person: 'ada', password: PASSWORD };
    expect((await service.call('POST', '/v1/logins', { body })).json().code).toBe('proof-missing');
    const got = (
      await service.call('POST', '/v1/logins', { body, proof: await proof(service, key, '/v1/logins') })
    ).json();
    expect(await me(service, key, got.access_token)).toMatchObject({ id: 'ada' });
    const path = join(service.folder, 'credentials', 'logins.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const secret = got.refresh_token.split('.')[1];
    for (const text of [readFileSync(path, 'utf8'), await service.written()]) {
      for (const one of [secret, got.access_token, PASSWORD]) expect(text).not.toContain(one);
    }
    await service.stop();
    const again = await startIdentityService(service.folder);
    started.push(again);
    // The journal of this test is in memory; the person is there again, and so is the login.
    const person = { id: 'ada', name: 'Ada', roles: ['maintainer'] };
    await again.call('POST', '/v1/people', { token: operator, body: person });
    expect(await refresh(again, key, got.refresh_token)).toMatchObject({ token_type: 'DPoP' });
  });
});
