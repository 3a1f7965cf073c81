import { afterEach, describe, expect, it } from 'vitest';
import { createSampleAuthenticator, type Spoilt } from '#adapters/passkeys/sample-authenticator.ts';
import type { AuthenticatorAnswer } from '#domain/identity/passkey.ts';
import { CHALLENGE_MS_MAX } from '#domain/identity/passkey-challenge.ts';
import { IDENTITY_TOKENS, startIdentityService } from '../../../tests/support/identity-service.ts';

type Service = Awaited<ReturnType<typeof startIdentityService>>;
type Answer = Awaited<ReturnType<Service['call']>>;
type Authenticator = ReturnType<typeof createSampleAuthenticator>;
const started: Service[] = [];
afterEach(async () => {
  for (const service of started.splice(0).reverse()) await service.close();
});

const { operator, developer } = IDENTITY_TOKENS;
/** The service listens on 127.0.0.1; a browser that is to have passkeys calls that machine by its name. */
const ORIGIN = 'http://localhost:8016';
const page = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
const authenticator = (algorithm: 'ES256' | 'EdDSA' = 'ES256', origin = ORIGIN) =>
  createSampleAuthenticator({ algorithm, origin, relyingPartyId: 'localhost' });
const cookiesOf = ({ headers }: Answer) =>
  [headers['set-cookie'] ?? []]
    .flat()
    .map((text) => text.split(';', 1)[0] ?? '')
    .join('; ');

interface Browser {
  readonly cookie: string;
  readonly csrf: string;
}

/** Somebody who has signed in with an invitation a moment ago. */
async function enter(service: Service, person: string): Promise<Browser> {
  await service.call('POST', '/v1/people', { token: operator, body: { id: person, name: person, roles: [] } });
  const { code } = (await service.call('POST', `/v1/people/${person}/invitation`, { token: operator })).json();
  const body = { code, password: 'tiny yak otters sing' };
  const answer = await service.call('POST', '/v1/sign-in/invitation', { headers: page, body });
  return { cookie: cookiesOf(answer), csrf: answer.json().csrf };
}
const as = ({ cookie, csrf }: Browser) => ({ ...page, cookie, 'acgs-csrf': csrf });

async function add(service: Service, browser: Browser, device: Authenticator, spoilt?: Spoilt, name = 'laptop') {
  const options = await service.call('POST', '/v1/me/passkeys/options', { headers: as(browser) });
  const response = device.create(options.json(), spoilt);
  return service.call('POST', '/v1/me/passkeys', { headers: as(browser), body: { name, response } });
}
async function ask(service: Service) {
  const answer = await service.call('POST', '/v1/sign-in/passkey/options', { headers: page });
  return { options: answer.json(), cookie: cookiesOf(answer) };
}
const show = (service: Service, cookie: string, response: AuthenticatorAnswer) =>
  service.call('POST', '/v1/sign-in/passkey', { headers: { ...page, cookie }, body: { response } });
async function signIn(service: Service, device: Authenticator, spoilt?: Spoilt) {
  const { options, cookie } = await ask(service);
  return show(service, cookie, device.get(options, spoilt));
}
const me = async (service: Service, cookie: string) =>
  (await service.call('GET', '/v1/me', { headers: { cookie } })).json();

async function start() {
  const service = await startIdentityService();
  started.push(service);
  const ada = await enter(service, 'ada');
  return { service, ada };
}
async function withPasskey(algorithm: 'ES256' | 'EdDSA' = 'ES256') {
  const { service, ada } = await start();
  const device = authenticator(algorithm);
  expect((await add(service, ada, device)).status).toBe(201);
  return { service, ada, device };
}

describe('a passkey is not added', () => {
  it.each<[string, Spoilt]>([
    ['at a page of another site', { origin: 'https://evil.example' }],
    ['at another port', { origin: 'http://localhost:9999' }],
    ['for another relying party', { relyingPartyId: 'evil.example' }],
    ['within a page of another site', { crossOrigin: true }],
    ['by the answer to another challenge', { challenge: 'A'.repeat(86) }],
    ['by what is no making of one', { type: 'webauthn.get' }],
    ['without verification of its user', { flags: 0x41 }],
    ['without its user', { flags: 0x44 }],
  ])('%s', async (_name, spoilt) => {
    const { service, ada } = await start();
    const refused = await add(service, ada, authenticator(), spoilt);
    expect([refused.status, refused.json().code]).toEqual([401, 'passkey-refused']);
    expect((await service.call('GET', '/v1/me/passkeys', { headers: as(ada) })).json()).toEqual({ passkeys: [] });
  });

  it('by a challenge for signing in, by that of another browser, twice by one, or too late', async () => {
    const { service, ada } = await start();
    const bob = await enter(service, 'bob');
    const addAnswer = (browser: Browser, response: AuthenticatorAnswer) =>
      service.call('POST', '/v1/me/passkeys', { headers: as(browser), body: { name: 'x', response } });
    const user = { id: 'x' };
    const { options } = await ask(service);
    expect((await addAnswer(ada, authenticator().create({ ...options, user }))).json().code).toBe('passkey-refused');
    const own = (await service.call('POST', '/v1/me/passkeys/options', { headers: as(ada) })).json();
    expect((await addAnswer(bob, authenticator().create(own))).json().code).toBe('passkey-refused');
    expect((await addAnswer(ada, authenticator().create(own))).status).toBe(201);
    expect((await addAnswer(ada, authenticator().create(own))).json().code).toBe('passkey-refused');
    const late = (await service.call('POST', '/v1/me/passkeys/options', { headers: as(ada) })).json();
    service.clock.nowMs += CHALLENGE_MS_MAX;
    expect((await addAnswer(ada, authenticator().create(late))).json().code).toBe('passkey-refused');
  });

  it('by a token, by who signed in some time ago, or when it is somebody else’s', async () => {
    const { service, ada, device } = await withPasskey();
    const byToken = await service.call('POST', '/v1/me/passkeys/options', { token: developer });
    expect(byToken.json().code).toBe('sign-in-missing');
    const bob = await enter(service, 'bob');
    expect((await add(service, bob, device)).json().code).toBe('passkey-exists');
    service.clock.nowMs += 15 * 60_000 + 1;
    const stale = await service.call('POST', '/v1/me/passkeys/options', { headers: as(ada) });
    expect(stale.json().code).toBe('sign-in-stale');
  });
});

describe('a passkey lets nobody in', () => {
  it.each<[string, Spoilt]>([
    ['at a page of another site', { origin: 'https://evil.example' }],
    ['at an address of ours in another scheme', { origin: 'https://localhost:8016' }],
    ['for another relying party', { relyingPartyId: 'evil.example' }],
    ['within a page of another site', { crossOrigin: true }],
    ['by the answer to another challenge', { challenge: 'A'.repeat(86) }],
    ['by what is no use of one', { type: 'webauthn.create' }],
    ['without verification of its user', { flags: 0x01 }],
    ['without its user', { flags: 0x04 }],
    ['of another person', { userHandle: 'bm9ib2R5' }],
  ])('%s', async (_name, spoilt) => {
    const { service, device } = await withPasskey();
    const refused = await signIn(service, device, spoilt);
    expect([refused.json().code, refused.headers['set-cookie']]).toEqual(['passkey-refused', undefined]);
  });

  it('that is not known here', async () => {
    const { service } = await withPasskey();
    expect((await signIn(service, authenticator())).json().code).toBe('passkey-refused');
  });

  it('with a signature that was tampered with, or over other data', async () => {
    const { service, device } = await withPasskey();
    const { options, cookie } = await ask(service);
    const answer = device.get(options);
    const { signature = '', authenticatorData = '' } = answer.response;
    const bytes = Buffer.from(signature, 'base64url');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const data = Buffer.from(authenticatorData, 'base64url');
    data.writeUInt32BE(99, 33);
    for (const response of [
      { ...answer.response, signature: bytes.toString('base64url') },
      { ...answer.response, signature: '' },
      { ...answer.response, authenticatorData: data.toString('base64url') },
    ]) {
      expect((await show(service, cookie, { ...answer, response })).json().code).toBe('passkey-refused');
    }
    // The same answer as it was signed is good: nothing else was wrong with it.
    expect((await show(service, cookie, answer)).status).toBe(200);
  });

  it('twice by one answer, in another browser, or too late', async () => {
    const { service, device } = await withPasskey();
    const first = await ask(service);
    const answer = device.get(first.options);
    const other = await ask(service);
    expect((await show(service, other.cookie, answer)).json().code).toBe('passkey-refused');
    expect((await show(service, '', answer)).json().code).toBe('passkey-refused');
    const both = await Promise.all([show(service, first.cookie, answer), show(service, first.cookie, answer)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    const late = await ask(service);
    service.clock.nowMs += CHALLENGE_MS_MAX;
    expect((await show(service, late.cookie, device.get(late.options))).json().code).toBe('passkey-refused');
  });

  it('whose counter goes back: it is a copy', async () => {
    const { service, device } = await withPasskey();
    expect((await signIn(service, device, { counter: 7 })).status).toBe(200);
    for (const counter of [7, 3, 0]) {
      expect((await signIn(service, device, { counter })).json().code).toBe('passkey-refused');
    }
    expect((await signIn(service, device, { counter: 8 })).status).toBe(200);
  });

  it('that was removed; and whoever was signed in elsewhere is out', async () => {
    const { service, ada, device } = await withPasskey();
    const elsewhere = cookiesOf(await signIn(service, device));
    const remove = (id: string, browser: Browser) =>
      service.call('DELETE', `/v1/me/passkeys/${id}`, { headers: as(browser) });
    const bob = await enter(service, 'bob');
    expect((await remove(device.id, bob)).json().code).toBe('passkey-unknown');
    expect((await me(service, elsewhere)).id).toBe('ada');
    const removed = await remove(device.id, ada);
    expect((await me(service, cookiesOf(removed))).id).toBe('ada');
    expect((await me(service, elsewhere)).code).toBe('sign-in-over');
    expect((await signIn(service, device)).json().code).toBe('passkey-refused');
  });

  it('whose person is suspended', async () => {
    const { service, device } = await withPasskey();
    await service.call('POST', '/v1/people/ada/status', { token: operator, body: { status: 'suspended' } });
    expect((await signIn(service, device)).json().code).toBe('person-suspended');
  });
});

describe('a passkey', () => {
  it.each(['ES256', 'EdDSA'] as const)('of %s lets its owner in without a name', async (algorithm) => {
    const { service, device } = await withPasskey(algorithm);
    const signedIn = await signIn(service, device);
    expect(signedIn.json()).toEqual({ person: 'ada', csrf: expect.any(String) });
    expect((await me(service, cookiesOf(signedIn))).signIn.way).toBe('passkey');
    expect([...(await service.written()).matchAll(/"event":\{"kind":"([a-z-]+)"/g)].map(([, kind]) => kind)).toEqual([
      'person-added',
      'person-invited',
      'password-set',
      'signed-in',
      'passkey-added',
      'signed-in',
    ]);
  });

  it('is offered where a page can use it, and asked for with verification of its user', async () => {
    const { service, ada } = await start();
    const ways = async (host: string) => (await service.call('GET', '/v1/sign-in', { headers: { host } })).json().ways;
    expect(await ways('localhost:8016')).toEqual(['passkey', 'password']);
    expect(await ways('127.0.0.1:8016')).toEqual(['password']);
    expect((await ask(service)).options).toMatchObject({
      rpId: 'localhost',
      userVerification: 'required',
      allowCredentials: [],
    });
    const options = (await service.call('POST', '/v1/me/passkeys/options', { headers: as(ada) })).json();
    expect(options).toMatchObject({
      rp: { id: 'localhost' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
    });
    // The handle goes to the authenticator, and is no name.
    expect(Buffer.from(options.user.id, 'base64url').toString()).not.toContain('ada');
  });
});
