import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { type KeyPair, makeAssertion, makeProof, newKeyPair } from '#adapters/jose-tokens/sample-tokens.ts';
import { ACCESS_TOKEN_TTL_MS, CLOCK_SKEW_MS } from '#domain/identity/access-token.ts';
import { AGENT_KEY_OVERLAP_MS } from '#domain/identity/agent-key.ts';
import { PUBLISHED_AHEAD_MS, SIGNING_KEY_MS } from '#domain/identity/token-keys.ts';
import { IDENTITY_TOKENS, IDENTITY_URL, startIdentityService } from '../../../tests/support/identity-service.ts';

type Service = Awaited<ReturnType<typeof startIdentityService>>;
const started: Service[] = [];
async function start(): Promise<Service> {
  const service = await startIdentityService();
  started.push(service);
  return service;
}
afterEach(() => Promise.all(started.splice(0).map((service) => service.close())));

const { operator, developer, nobody } = IDENTITY_TOKENS;
const proofFor = (service: Service, key: KeyPair, path: string, accessToken?: string, method = 'POST') =>
  makeProof(key, {
    method,
    url: IDENTITY_URL + path,
    nowMs: service.clock.nowMs,
    ...(accessToken === undefined ? {} : { accessToken }),
  });
const assertionOf = (service: Service, key: KeyPair, agentId: string) =>
  makeAssertion(key, { agentId, audience: IDENTITY_URL, nowMs: service.clock.nowMs });

async function enrol(service: Service, id: string, token: string = developer): Promise<KeyPair> {
  const invited = await service.call('POST', '/v1/agents', { token, body: { id, agent: 'codex' } });
  expect(invited.status).toBe(201);
  const key = newKeyPair();
  const proof = await proofFor(service, key, '/v1/enrolments');
  const enrolled = await service.call('POST', '/v1/enrolments', { proof, body: { code: invited.json().code } });
  expect(enrolled.json()).toEqual({ agentId: id, agent: 'codex', issuer: IDENTITY_URL });
  return key;
}

async function askToken(
  service: Service,
  key: KeyPair,
  agentId: string,
  more: Record<string, string> = {},
  proof?: string,
) {
  return service.call('POST', '/oauth/token', {
    form: {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertionOf(service, key, agentId),
      ...more,
    },
    ...(proof === undefined ? {} : { proof }),
  });
}
const exchange = (subject_token: string) => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token,
  subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
});
const me = (service: Service, token: string) => service.call('GET', '/v1/me', { token });

describe('people', () => {
  it.each([
    ['a role that nobody has', { id: 'ada', name: 'Ada', roles: ['root'] }, 'role-unknown'],
    ['an id in upper case', { id: 'Ada', name: 'Ada', roles: [] }, 'person-id-malformed'],
    ['no name', { id: 'ada', name: '', roles: [] }, 'body-invalid'],
    ['a field that nobody knows', { id: 'ada', name: 'Ada', roles: [], password: 'x' }, 'body-invalid'],
  ])('are not added with %s', async (_name, body, code) => {
    const service = await start();
    expect((await service.call('POST', '/v1/people', { token: operator, body })).json().code).toBe(code);
    expect(service.journal.head().sequence).toBe(0);
  });

  it('are added once, also when two ask at the same moment, and not at all when it cannot be written down', async () => {
    const service = await start();
    const add = () =>
      service.call('POST', '/v1/people', { token: operator, body: { id: 'ada', name: 'Ada', roles: ['maintainer'] } });
    service.journal.setWritable(false);
    expect((await add()).json().code).toBe('journal-unavailable');
    service.journal.setWritable(true);
    const answers = await Promise.all([add(), add()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await service.call('GET', '/v1/people', { token: developer })).json()).toEqual({
      people: [{ id: 'ada', name: 'Ada', roles: ['maintainer'], status: 'active' }],
    });
  });

  it('lose what a role gave them, and everything when suspended, with the next request', async () => {
    const service = await start();
    await service.call('POST', '/v1/people', {
      token: operator,
      body: { id: 'dev', name: 'Dev', roles: ['maintainer'] },
    });
    const people = () => service.call('GET', '/v1/people', { token: developer });
    expect((await people()).status).toBe(200);
    // The token still says maintainer; the directory goes before.
    await service.call('POST', '/v1/people/dev/roles', { token: operator, body: { roles: [] } });
    expect((await people()).json().code).toBe('not-entitled');
    expect((await me(service, developer)).json()).toMatchObject({ id: 'dev', name: 'Dev', roles: [] });
    await service.call('POST', '/v1/people/dev/status', { token: operator, body: { status: 'suspended' } });
    expect((await me(service, developer)).json().code).toBe('person-suspended');
    expect(
      (await service.call('POST', '/v1/people/x/status', { token: operator, body: { status: 'active' } })).status,
    ).toBe(404);
  });
});

describe('an agent', () => {
  it('is invited by those who may, with teams by the operator only', async () => {
    const service = await start();
    const invite = (token: string, more: object = {}) =>
      service.call('POST', '/v1/agents', { token, body: { id: 'a', agent: 'codex', ...more } });
    expect((await invite(nobody)).json().code).toBe('not-entitled');
    expect((await invite(IDENTITY_TOKENS.agent)).json().code).toBe('not-entitled');
    expect((await invite(developer, { teams: ['release'] })).json().code).toBe('not-entitled');
    expect((await invite(operator, { teams: ['release'] })).status).toBe(201);
    expect((await invite(developer)).json().code).toBe('agent-exists');
  });

  it('is not enrolled without a proof of a key, with a wrong code, or twice with one code', async () => {
    const service = await start();
    const { code } = (
      await service.call('POST', '/v1/agents', { token: developer, body: { id: 'a', agent: 'codex' } })
    ).json();
    const key = newKeyPair();
    const enrolWith = async (shown: string, proof: string | undefined) =>
      (
        await service.call('POST', '/v1/enrolments', {
          body: { code: shown },
          ...(proof === undefined ? {} : { proof }),
        })
      ).json().code;
    expect(await enrolWith(code, undefined)).toBe('proof-missing');
    expect(await enrolWith(code, await proofFor(service, key, '/v1/other'))).toBe('proof-invalid');
    expect(await enrolWith('0000-0000', await proofFor(service, key, '/v1/enrolments'))).toBe('code-unknown');
    expect(await enrolWith(code, await proofFor(service, key, '/v1/enrolments'))).toBeUndefined();
    expect(await enrolWith(code, await proofFor(service, key, '/v1/enrolments'))).toBe('code-unknown');
  });

  it('gets short-lived tokens for its key, and nothing else opens the door', async () => {
    const service = await start();
    const key = await enrol(service, 'laptop');
    const { access_token, token_type, expires_in } = (await askToken(service, key, 'laptop')).json();
    expect([token_type, expires_in]).toEqual(['Bearer', 300]);
    expect((await me(service, access_token)).json()).toMatchObject({ kind: 'agent', id: 'laptop' });
    service.clock.nowMs += 300_000;
    expect((await me(service, access_token)).json().code).toBe('token-expired');
    expect((await askToken(service, newKeyPair(), 'laptop')).json()).toMatchObject({
      error: 'invalid_client',
      code: 'assertion-invalid',
    });
  });

  it.each([
    ['no grant', { grant_type: '' }, 'unsupported_grant_type'],
    ['a password grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['an exchange of nothing', { ...exchange(''), subject_token_type: '' }, 'invalid_request'],
    ['an exchange of nonsense', exchange('x.y.z'), 'invalid_grant'],
    ['another kind of assertion', { client_assertion_type: 'x' }, 'invalid_client'],
  ])('gets no token with %s', async (_name, more, error) => {
    const service = await start();
    const key = await enrol(service, 'laptop');
    expect((await askToken(service, key, 'laptop', more)).json().error).toBe(error);
  });

  it('gets no token for a form with a parameter twice, nor for JSON', async () => {
    const service = await start();
    const twice = await service.app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'grant_type=client_credentials&grant_type=password',
    });
    expect(twice.json().error).toBe('invalid_request');
    expect(
      (await service.call('POST', '/oauth/token', { body: { grant_type: 'client_credentials' } })).json().error,
    ).toBe('invalid_request');
  });

  it('can have its token bound to its key, and then a copy of it is worth nothing', async () => {
    const service = await start();
    const key = await enrol(service, 'laptop');
    const asked = await askToken(service, key, 'laptop', {}, await proofFor(service, key, '/oauth/token'));
    const { access_token, token_type } = asked.json();
    expect(token_type).toBe('DPoP');
    expect((await me(service, access_token)).json().code).toBe('proof-missing');
    const show = async (holder: KeyPair) =>
      service.call('GET', '/v1/me', {
        authorization: `DPoP ${access_token}`,
        proof: await proofFor(service, holder, '/v1/me', access_token, 'GET'),
      });
    expect((await show(newKeyPair())).json().code).toBe('proof-invalid');
    expect((await show(key)).json()).toMatchObject({ id: 'laptop' });
  });

  it('is stopped at once, by its owner or by the operator and by nobody else', async () => {
    const service = await start();
    const key = await enrol(service, 'laptop', operator);
    const { access_token } = (await askToken(service, key, 'laptop')).json();
    const set = (token: string, status: string) =>
      service.call('POST', '/v1/agents/laptop/status', { token, body: { status, why: 'a test' } });
    expect((await set(developer, 'suspended')).json().code).toBe('agent-not-yours');
    expect((await set(operator, 'suspended')).json().status).toBe('suspended');
    expect((await me(service, access_token)).json().code).toBe('agent-suspended');
    expect((await askToken(service, key, 'laptop')).json()).toMatchObject({
      error: 'invalid_client',
      code: 'agent-suspended',
    });
    await set(operator, 'active');
    expect((await me(service, access_token)).status).toBe(200);
    await set(operator, 'compromised');
    expect((await set(operator, 'active')).json().code).toBe('agent-transition');
    expect((await askToken(service, key, 'laptop')).json().code).toBe('assertion-invalid');
  });

  it('changes its key with the old one and the new one together', async () => {
    const service = await start();
    const key = await enrol(service, 'laptop');
    const next = newKeyPair();
    const change = async (old: KeyPair, proofOf: KeyPair) =>
      service.call('POST', '/v1/agent-keys', {
        body: { clientAssertion: await assertionOf(service, old, 'laptop') },
        proof: await proofFor(service, proofOf, '/v1/agent-keys'),
      });
    expect((await change(next, next)).json().code).toBe('assertion-invalid');
    const { access_token } = (await askToken(service, key, 'laptop')).json();
    expect((await change(key, next)).status).toBe(201);
    expect((await askToken(service, next, 'laptop')).status).toBe(200);
    // The overlap: what was issued a moment ago lives out its minutes, and so does the key; but it changes nothing any more.
    expect((await askToken(service, key, 'laptop')).status).toBe(200);
    expect((await change(key, newKeyPair())).json().code).toBe('key-not-current');
    service.clock.nowMs += AGENT_KEY_OVERLAP_MS;
    expect((await askToken(service, key, 'laptop')).status).toBe(401);
    service.clock.nowMs -= AGENT_KEY_OVERLAP_MS;
    expect((await me(service, access_token)).status).toBe(200);
    const [agent] = (await service.call('GET', '/v1/agents', { token: operator })).json().agents;
    expect(agent).toMatchObject({
      status: 'active',
      owner: 'dev',
      keyThumbprint: await calculateJwkThumbprint(next.jwk),
    });
  });

  it('acts for another with the narrower of both rights, no longer than that one’s token, and at most three in a row', async () => {
    const service = await start();
    const keys = new Map<string, KeyPair>();
    for (const id of ['parent', 'a', 'b', 'c', 'd']) keys.set(id, await enrol(service, id, operator));
    const key = (id: string) => keys.get(id) ?? newKeyPair();
    let token: string = (await askToken(service, key('parent'), 'parent')).json().access_token;
    const parents = token;
    service.clock.nowMs += 100_000;
    const lifetimes: number[] = [];
    for (const id of ['a', 'b', 'c']) {
      const { access_token, expires_in } = (await askToken(service, key(id), id, exchange(token))).json();
      lifetimes.push(expires_in);
      token = access_token;
      expect((await me(service, token)).json().id).toBe(id);
    }
    expect(lifetimes).toEqual([200, 200, 200]);
    expect((await askToken(service, key('d'), 'd', exchange(token))).json().error).toBe('invalid_grant');
    // Everyone in the chain must be in good standing.
    await service.call('POST', '/v1/agents/parent/status', {
      token: operator,
      body: { status: 'suspended', why: 'a test' },
    });
    expect((await me(service, token)).json().code).toBe('agent-suspended');
    expect((await askToken(service, key('a'), 'a', exchange(parents))).json().error).toBe('invalid_grant');
  });

  it('revokes its own token, and not another’s', async () => {
    const service = await start();
    const [laptop, other] = [await enrol(service, 'laptop'), await enrol(service, 'other')];
    const { access_token } = (await askToken(service, laptop, 'laptop')).json();
    const others = (await askToken(service, other, 'other')).json().access_token;
    const revoke = (token: string, text: string) =>
      service.call('POST', '/oauth/revoke', { token, form: { token: text } });
    expect((await revoke(others, access_token)).json().code).toBe('not-entitled');
    expect((await me(service, access_token)).status).toBe(200);
    expect((await revoke(access_token, access_token)).status).toBe(200);
    expect((await me(service, access_token)).json().code).toBe('token-revoked');
    expect((await revoke(others, 'nonsense')).status).toBe(200);
  });
});

describe('the keys that sign', () => {
  it('are published, change on demand with an overlap, and are forgotten when they are known to others', async () => {
    const service = await start();
    const key = await enrol(service, 'laptop');
    const { access_token } = (await askToken(service, key, 'laptop')).json();
    const rotate = (forget: boolean) => service.call('POST', '/v1/signing-keys', { token: operator, body: { forget } });
    const { kid } = (await rotate(false)).json();
    const published = async () => (await service.call('GET', '/.well-known/jwks.json')).json().keys;
    expect(await published()).toHaveLength(2);
    expect((await me(service, access_token)).status).toBe(200);
    const [, newer] = await published();
    expect(newer).toEqual({ kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid, use: 'sig', alg: 'EdDSA' });
    expect((await rotate(false)).json().kid).toBe(kid);
    await rotate(true);
    expect(await published()).toHaveLength(1);
    expect((await me(service, access_token)).json().code).toBe('token-unknown');
  });
});

describe('the keys that sign, by schedule', () => {
  it('are published before they sign and after, so that no token of a moment ago is refused', async () => {
    const service = await start();
    const key = await enrol(service, 'laptop');
    const published = async () =>
      (await service.call('GET', '/.well-known/jwks.json')).json().keys.map(({ kid }: { kid: string }) => kid);
    const signedBy = async () => {
      const { access_token } = (await askToken(service, key, 'laptop')).json();
      return { access_token, kid: decodeProtectedHeader(access_token).kid };
    };
    const pass = async (ms: number) => {
      service.clock.nowMs += ms;
      await service.lookAfterKeys();
    };
    const first = await signedBy();
    await pass(SIGNING_KEY_MS - PUBLISHED_AHEAD_MS - 1);
    expect(await published()).toEqual([first.kid]);
    await pass(1);
    expect(await published()).toEqual([first.kid, expect.any(String)]);
    expect((await signedBy()).kid).toBe(first.kid);
    await pass(PUBLISHED_AHEAD_MS - 1);
    const last = await signedBy();
    expect(last.kid).toBe(first.kid);
    await pass(1);
    const next = await signedBy();
    expect([next.kid, ...(await published())]).toEqual([(await published())[1], first.kid, next.kid]);
    expect([(await me(service, last.access_token)).status, (await me(service, next.access_token)).status]).toEqual([
      200, 200,
    ]);
    await pass(ACCESS_TOKEN_TTL_MS + CLOCK_SKEW_MS);
    expect(await published()).toEqual([next.kid]);
    expect(await service.written()).toContain(`"kind":"signing-key-rotated"`);
  });

  it('go on signing when the next one cannot be made, and that is counted', async () => {
    const service = await start();
    const key = await enrol(service, 'laptop');
    service.clock.nowMs += SIGNING_KEY_MS;
    service.breakKeys();
    await service.lookAfterKeys();
    expect(service.seen()).toMatchObject({ rotationFailures: 1, signingKeyAgeMs: SIGNING_KEY_MS });
    expect((await askToken(service, key, 'laptop')).status).toBe(200);
  });
});

describe('attempts', () => {
  it('lock the address out after too many, are written down until then, and keep no secret', async () => {
    const service = await start();
    const key = newKeyPair();
    const tried = async (code: string) =>
      service.call('POST', '/v1/enrolments', { body: { code }, proof: await proofFor(service, key, '/v1/enrolments') });
    for (let n = 0; n < 30; n += 1) expect((await tried(`guess-${n}`)).json().code).toBe('code-unknown');
    const before = service.journal.head().sequence;
    const locked = await tried('guess-30');
    expect([locked.status, locked.json().code, service.journal.head().sequence]).toEqual([429, 'locked-out', before]);
    const { code } = (
      await service.call('POST', '/v1/agents', { token: developer, body: { id: 'a', agent: 'codex' } })
    ).json();
    expect((await tried(code)).json().code).toBe('locked-out');
    service.clock.nowMs += 5 * 60_000;
    expect((await tried(code)).status).toBe(201);
    const written = await service.written();
    expect(written.match(/"kind":"authentication-refused"/g)).toHaveLength(30);
    expect(written.match(/"kind":"locked-out"/g)).toHaveLength(1);
    for (const secret of ['guess-', code, code.replaceAll('-', '')]) expect(written).not.toContain(secret);
  });

  it('that succeed are written down: invited, enrolled, issued', async () => {
    const service = await start();
    const key = await enrol(service, 'laptop');
    const { access_token } = (await askToken(service, key, 'laptop')).json();
    const written = await service.written();
    expect([...written.matchAll(/"event":\{"kind":"([a-z-]+)"/g)].map(([, kind]) => kind)).toEqual([
      'agent-invited',
      'agent-enrolled',
      'token-issued',
    ]);
    expect(written).not.toContain(access_token.split('.')[2]);
    expect(written).not.toContain(String(key.privateKey.export({ format: 'jwk' }).d));
  });
});
