import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { INVITATION_TTL_MS } from '#domain/identity/person-credentials.ts';
import { IDENTITY_TOKENS, IDENTITY_URL, startIdentityService } from '../../../tests/support/identity-service.ts';

type Service = Awaited<ReturnType<typeof startIdentityService>>;
const started: Service[] = [];
/** The service with one person, Ada, who has not signed in yet. */
async function start(): Promise<Service> {
  const service = await startIdentityService();
  started.push(service);
  await service.call('POST', '/v1/people', {
    token: operator,
    body: { id: 'ada', name: 'Ada', roles: ['maintainer'] },
  });
  return service;
}
afterEach(async () => {
  for (const service of started.splice(0).reverse()) await service.close();
});

const { operator, developer } = IDENTITY_TOKENS;
const page = { origin: IDENTITY_URL, 'sec-fetch-site': 'same-origin' };
const FIRST = 'tiny yak otters sing';
const SECOND = 'brass moon over kettles';

const invite = async (service: Service, person = 'ada') =>
  (await service.call('POST', `/v1/people/${person}/invitation`, { token: operator })).json();
const accept = (service: Service, code: string, password = FIRST) =>
  service.call('POST', '/v1/sign-in/invitation', { headers: page, body: { code, password } });
const signIn = (service: Service, password: string, person = 'ada') =>
  service.call('POST', '/v1/sign-in/password', { headers: page, body: { person, password } });
type Answer = Awaited<ReturnType<Service['call']>>;
const cookieOf = ({ headers }: Answer) => /^(acgs-sign-in=[^;]*)/.exec(String(headers['set-cookie']))?.[1] ?? '';
const me = async (service: Service, answer: Answer) =>
  (await service.call('GET', '/v1/me', { headers: { cookie: cookieOf(answer) } })).json();
const change = (service: Service, answer: Answer, current: string, next: string) =>
  service.call('POST', '/v1/me/password', {
    headers: { ...page, cookie: cookieOf(answer), 'acgs-csrf': answer.json().csrf },
    body: { current, next },
  });
async function withPassword(): Promise<{ service: Service; answer: Answer }> {
  const service = await start();
  return { service, answer: await accept(service, (await invite(service)).code) };
}

describe('an invitation', () => {
  it('is made by the operator only, for who is there and active', async () => {
    const service = await start();
    const by = async (token: string, person: string) =>
      (await service.call('POST', `/v1/people/${person}/invitation`, { token })).json().code;
    expect(await by(developer, 'ada')).toBe('not-entitled');
    expect(await by(operator, 'nobody')).toBe('person-unknown');
    await service.call('POST', '/v1/people/ada/status', { token: operator, body: { status: 'suspended' } });
    expect(await by(operator, 'ada')).toBe('person-suspended');
  });

  it('is not used with a wrong code, too late, twice, or after a newer one', async () => {
    const service = await start();
    const earlier = await invite(service);
    const { code, expiresMs } = await invite(service);
    expect(expiresMs).toBe(service.clock.nowMs + INVITATION_TTL_MS);
    for (const wrong of ['0000-0000', earlier.code]) {
      expect((await accept(service, wrong)).json().code).toBe('code-unknown');
    }
    expect((await accept(service, code, 'too short')).json().code).toBe('password-short');
    expect((await accept(service, code, 'passwordpassword')).json().code).toBe('password-guessable');
    expect((await accept(service, code)).json()).toEqual({ person: 'ada', csrf: expect.any(String) });
    expect((await accept(service, code)).json().code).toBe('code-unknown');
    const late = await invite(service);
    service.clock.nowMs = late.expiresMs;
    expect((await accept(service, late.code)).json().code).toBe('code-unknown');
  });

  it('is used by one of two who bring it at the same moment', async () => {
    const service = await start();
    const { code } = await invite(service);
    const answers = await Promise.all([accept(service, code, FIRST), accept(service, code, SECOND)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  });

  it('sets no password when it cannot be written down, and can be used afterwards', async () => {
    const service = await start();
    const { code } = await invite(service);
    service.journal.setWritable(false);
    expect((await accept(service, code)).status).toBe(503);
    service.journal.setWritable(true);
    expect((await signIn(service, FIRST)).json().code).toBe('sign-in-refused');
    expect((await accept(service, code)).status).toBe(200);
  });

  it('for somebody who has a password ends what was signed in with it', async () => {
    const { service, answer } = await withPassword();
    const { code } = await invite(service);
    expect((await me(service, answer)).id).toBe('ada');
    await accept(service, code, SECOND);
    expect((await me(service, answer)).code).toBe('sign-in-over');
    expect((await signIn(service, FIRST)).json().code).toBe('sign-in-refused');
  });
});

describe('a password', () => {
  it.each([
    ['a wrong one', 'ada', SECOND],
    ['one of nobody', 'nobody', FIRST],
    ['one of somebody who has none', 'bob', FIRST],
    ['one too long to be one', 'ada', FIRST.repeat(20)],
  ])('lets nobody in: %s, with one answer for all', async (_name, person, password) => {
    const { service } = await withPassword();
    await service.call('POST', '/v1/people', { token: operator, body: { id: 'bob', name: 'Bob', roles: [] } });
    const answer = await signIn(service, password, person);
    expect([answer.status, answer.json(), answer.headers['set-cookie']]).toEqual([
      401,
      {
        type: 'urn:acgs:problem:sign-in-refused',
        title: 'The person or the password is wrong.',
        status: 401,
        code: 'sign-in-refused',
      },
      undefined,
    ]);
  });

  it('lets its owner in, and tells only its owner that they are suspended', async () => {
    const { service } = await withPassword();
    const answer = await signIn(service, FIRST);
    expect(await me(service, answer)).toMatchObject({ id: 'ada', roles: ['maintainer'], signIn: { way: 'password' } });
    await service.call('POST', '/v1/people/ada/status', { token: operator, body: { status: 'suspended' } });
    expect((await me(service, answer)).code).toBe('sign-in-over');
    expect((await signIn(service, FIRST)).json().code).toBe('person-suspended');
    expect((await signIn(service, SECOND)).json().code).toBe('sign-in-refused');
  });

  it('is tried five times, then its person waits; whoever is not there waits as well, so that nothing shows', async () => {
    const { service } = await withPassword();
    for (const person of ['ada', 'nobody']) {
      const codes: string[] = [];
      for (let n = 0; n < 7; n += 1) codes.push((await signIn(service, SECOND, person)).json().code);
      expect([person, ...codes]).toEqual([
        person,
        ...Array.from({ length: 5 }, () => 'sign-in-refused'),
        'locked-out',
        'locked-out',
      ]);
    }
    expect((await signIn(service, FIRST)).json().code).toBe('locked-out');
    service.clock.nowMs += 15 * 60_000;
    expect((await signIn(service, FIRST)).status).toBe(200);
    const written = await service.written();
    expect(written.match(/"kind":"authentication-refused"/g)).toHaveLength(10);
    // What was typed as a name is not kept: it may be a password in the wrong field.
    expect(written).not.toContain('nobody');
  });

  it('is not tried faster by trying many at once', async () => {
    const { service } = await withPassword();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(service, SECOND)));
    const codes = answers.map((answer) => answer.json().code);
    expect(codes.filter((code) => code === 'sign-in-refused').length).toBeLessThanOrEqual(5);
    expect(new Set(codes)).toEqual(new Set(['sign-in-refused', 'sign-in-busy']));
  });

  it('is changed by who knows the present one and is signed in; every other sign-in is over, and this one is renewed', async () => {
    const { service, answer } = await withPassword();
    const other = await signIn(service, FIRST);
    expect((await change(service, answer, SECOND, SECOND)).json().code).toBe('sign-in-refused');
    expect((await change(service, answer, FIRST, 'ada')).json().code).toBe('password-short');
    const byToken = await service.call('POST', '/v1/me/password', {
      token: developer,
      body: { current: FIRST, next: SECOND },
    });
    expect(byToken.json().code).toBe('sign-in-missing');
    const changed = await change(service, answer, FIRST, SECOND);
    expect(changed.status).toBe(200);
    expect((await me(service, changed)).id).toBe('ada');
    for (const dead of [answer, other]) expect((await me(service, dead)).code).toBe('sign-in-over');
    expect((await signIn(service, FIRST)).json().code).toBe('sign-in-refused');
    expect((await signIn(service, SECOND)).status).toBe(200);
  });

  it('is in no journal and no file, nor is a code', async () => {
    const service = await start();
    const { code } = await invite(service);
    await accept(service, code);
    await signIn(service, SECOND);
    const path = join(service.folder, 'credentials', 'people.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const text of [readFileSync(path, 'utf8'), await service.written()]) {
      for (const secret of [FIRST, SECOND, code, code.replaceAll('-', '')]) expect(text).not.toContain(secret);
    }
    expect([...(await service.written()).matchAll(/"event":\{"kind":"([a-z-]+)"/g)].map(([, kind]) => kind)).toEqual([
      'person-added',
      'person-invited',
      'password-set',
      'signed-in',
      'authentication-refused',
    ]);
  });
});
