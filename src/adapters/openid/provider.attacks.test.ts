import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOpenidProvider, type OpenidProviderSettings } from '#adapters/openid/provider.ts';
import { KEYS_AGE_MS_MAX, KEYS_LOOK_MS_MIN } from '#adapters/openid/provider-keys.ts';
import { beginOpenidAttempt } from '#domain/identity/openid-attempt.ts';
import { OpenidUnavailable } from '#domain/identity/openid-provider.ts';
import { createReplayCache } from '#domain/identity/replay-cache.ts';
import {
  CLIENT_ID,
  newSigningKey,
  publicJwk,
  sendJson,
  signedBy,
  signedBySecret,
  startWrongOpenidProvider,
  unsigned,
  type WrongOpenidProvider,
} from '../../../tests/support/wrong-openid-provider.ts';

/** Against a provider that answers as it should not, and against one who stands between. Each case differs from a good answer in one thing. */
const SECRET = 'a-client-secret-that-is-nowhere-else';
const { attempt } = beginOpenidAttempt(
  { secret: Buffer.alloc(32, 1).toString('base64url'), beganMs: Date.now(), returnTo: '/' },
  Buffer.alloc(32, 2),
);

let wrong: WrongOpenidProvider;
let aheadMs = 0;
beforeEach(async () => {
  aheadMs = 0;
  wrong = await startWrongOpenidProvider();
});
afterEach(() => wrong.close());

function provider(more: Partial<OpenidProviderSettings> = {}) {
  return createOpenidProvider(
    {
      issuer: wrong.issuer,
      clientId: CLIENT_ID,
      clientSecret: SECRET,
      name: 'Wrong',
      redirectUri: 'https://acgs.example/v1/sign-in/openid/callback',
      signedOutUri: 'https://acgs.example/',
      scopes: [],
      wantsEmail: false,
      groupsClaim: undefined,
      ...more,
    },
    { logouts: createReplayCache(10), nowMs: () => Date.now() + aheadMs },
  );
}

const nowS = () => Math.floor(Date.now() / 1000);
const goodClaims = () => ({
  iss: wrong.issuer,
  aud: CLIENT_ID,
  sub: 'ada',
  nonce: attempt.nonce,
  iat: nowS(),
  exp: nowS() + 900,
});
const goodAnswer = () => ({ code: 'code', state: attempt.state });
const redeem = (answer: Record<string, string> = goodAnswer()) =>
  provider().redeem(new URLSearchParams(answer), attempt);
const invalid = { ok: false, refusal: { code: 'openid-answer-invalid' } };

it('a good answer is believed, so that each case fails by what it says', async () => {
  wrong.give(signedBy(wrong.key, goodClaims()));
  expect(await redeem()).toMatchObject({ ok: true, value: { account: { issuer: wrong.issuer, subject: 'ada' } } });
});

describe('an ID token is not believed', () => {
  const rsa = newSigningKey('rsa', 'RS256');
  const stranger = newSigningKey('first');
  it.each<[string, () => string | undefined]>([
    ['that is not there', () => undefined],
    ['that is no token', () => 'a.b.c'],
    ['without a signature (none)', () => unsigned(goodClaims())],
    ['signed with our own client secret', () => signedBySecret(SECRET, goodClaims())],
    [
      'signed with a public key as if it were a secret',
      () => signedBySecret(String(rsa.publicKey.export({ format: 'pem', type: 'spki' })), goodClaims(), { kid: 'rsa' }),
    ],
    ["signed by a stranger under the name of the provider's key", () => signedBy(stranger, goodClaims())],
    ['signed by a key that nobody publishes', () => signedBy(newSigningKey('other'), goodClaims())],
    [
      'that brings its own key along',
      () => signedBy(stranger, goodClaims(), { jwk: publicJwk(stranger), kid: undefined }),
    ],
    ['that names where its key is', () => signedBy(stranger, goodClaims(), { jku: `${wrong.issuer}/evil` })],
    ['with an algorithm of another kind of key', () => signedBy(wrong.key, goodClaims(), { alg: 'RS256' })],
    ['with extensions that must be understood', () => signedBy(wrong.key, goodClaims(), { crit: ['b64'], b64: false })],
    ['of another type', () => signedBy(wrong.key, goodClaims(), { typ: 'at+jwt' })],
    ['whose claims were changed', () => changed(signedBy(wrong.key, goodClaims()))],
    ['for another client', () => signedBy(wrong.key, { ...goodClaims(), aud: 'another' })],
    [
      'for us and another client, without saying which asked',
      () => signedBy(wrong.key, { ...goodClaims(), aud: [CLIENT_ID, 'another'] }),
    ],
    [
      'that another client asked for',
      () => signedBy(wrong.key, { ...goodClaims(), aud: [CLIENT_ID, 'another'], azp: 'another' }),
    ],
    ['of another issuer', () => signedBy(wrong.key, { ...goodClaims(), iss: 'https://evil.example' })],
    ['without an issuer', () => signedBy(wrong.key, { ...goodClaims(), iss: undefined })],
    ['for another attempt (nonce)', () => signedBy(wrong.key, { ...goodClaims(), nonce: 'another' })],
    ['for no attempt', () => signedBy(wrong.key, { ...goodClaims(), nonce: undefined })],
    ['that has expired', () => signedBy(wrong.key, { ...goodClaims(), iat: nowS() - 120, exp: nowS() - 60 })],
    ['without an end', () => signedBy(wrong.key, { ...goodClaims(), exp: undefined })],
    ['from tomorrow', () => signedBy(wrong.key, { ...goodClaims(), iat: nowS() + 86_400, exp: nowS() + 90_000 })],
    ['that is not good yet', () => signedBy(wrong.key, { ...goodClaims(), nbf: nowS() + 120 })],
    ['from an hour ago', () => signedBy(wrong.key, { ...goodClaims(), iat: nowS() - 3_600 })],
    ['about nobody', () => signedBy(wrong.key, { ...goodClaims(), sub: '' })],
    ['about a list', () => signedBy(wrong.key, { ...goodClaims(), sub: ['ada'] })],
    ['about more characters than a subject has', () => signedBy(wrong.key, { ...goodClaims(), sub: 'a'.repeat(256) })],
    ['about letters that look like others', () => signedBy(wrong.key, { ...goodClaims(), sub: '\u0430da' })],
    ['that is nested deeply', () => signedBy(wrong.key, { ...goodClaims(), deep: nested(20) })],
    ['with a claim that is there twice', () => twice()],
  ])('%s', async (_name, token) => {
    wrong.publish([publicJwk(wrong.key), publicJwk(rsa)]);
    wrong.give(token());
    expect(await redeem()).toMatchObject(invalid);
  });

  it('in an algorithm that only its own metadata allows', async () => {
    wrong.say({ id_token_signing_alg_values_supported: ['none', 'HS256', 'ES256'] });
    for (const token of [unsigned(goodClaims()), signedBySecret(SECRET, goodClaims())]) {
      wrong.give(token);
      expect(await redeem()).toMatchObject(invalid);
    }
  });

  it('by more than the clocks may differ', async () => {
    for (const [claims, isBelieved] of [
      [{ iat: nowS() - 60, exp: nowS() - 10 }, true],
      [{ iat: nowS() - 120, exp: nowS() - 60 }, false],
      [{ iat: nowS() + 10 }, true],
      [{ iat: nowS() + 90 }, false],
    ] as const) {
      wrong.give(signedBy(wrong.key, { ...goodClaims(), ...claims }));
      expect((await redeem()).ok, JSON.stringify(claims)).toBe(isBelieved);
    }
  });

  function changed(token: string): string {
    const [header, , signature] = token.split('.');
    const claims = Buffer.from(JSON.stringify({ ...goodClaims(), sub: 'operator' })).toString('base64url');
    return `${header}.${claims}.${signature}`;
  }
  function nested(depth: number): object {
    return depth === 0 ? {} : { in: nested(depth - 1) };
  }
  /** Signed as it stands: the second `sub` is what JSON.parse takes. */
  function twice(): string {
    return signedBy(wrong.key, JSON.stringify(goodClaims()).replace('"sub":"ada"', '"sub":"ada","sub":"operator"'));
  }
});

describe('a redirect is not believed', () => {
  it.each<[string, () => Record<string, string>]>([
    ['from another provider (RFC 9207)', () => ({ ...goodAnswer(), iss: 'https://evil.example' })],
    ['with the issuer in another spelling', () => ({ ...goodAnswer(), iss: `${wrong.issuer}/` })],
    ['with another state', () => ({ ...goodAnswer(), state: 'another' })],
    ['without a state', () => ({ code: 'code' })],
    ['without a code', () => ({ state: attempt.state })],
    [
      'with a token in it, of a flow that is not used',
      () => ({ ...goodAnswer(), id_token: signedBy(wrong.key, goodClaims()) }),
    ],
    ['with an answer within a token (JARM)', () => ({ ...goodAnswer(), response: 'x' })],
  ])('%s', async (_name, answer) => {
    wrong.give(signedBy(wrong.key, goodClaims()));
    const redeemed = await redeem(answer()).catch((error: unknown) => error);
    expect(redeemed).toMatchObject(invalid);
  });

  it('without the issuer, of a provider that says that it always sends it', async () => {
    wrong.say({ authorization_response_iss_parameter_supported: true });
    wrong.give(signedBy(wrong.key, goodClaims()));
    expect(await redeem()).toMatchObject(invalid);
    expect(await redeem({ ...goodAnswer(), iss: wrong.issuer })).toMatchObject({ ok: true });
  });

  it('whose code was made up; a person who turned back is told so', async () => {
    wrong.answer('/token', (_request, response) => sendJson(response, { error: 'invalid_grant' }, 400));
    expect(await redeem()).toMatchObject(invalid);
    expect(await redeem({ state: attempt.state, error: 'access_denied' })).toMatchObject({
      refusal: { code: 'openid-declined', detail: 'access_denied' },
    });
  });
});

describe('a provider is not used', () => {
  it.each<[string, Record<string, unknown>]>([
    ['that is another than configured', { issuer: 'https://evil.example' }],
    ['whose endpoint for browsers is not HTTPS', { authorization_endpoint: 'http://evil.example/auth' }],
    ['whose token endpoint is not HTTPS', { token_endpoint: 'http://evil.example/token' }],
    ['whose keys are not behind HTTPS', { jwks_uri: 'http://evil.example/jwks' }],
    ['whose token endpoint is a file', { token_endpoint: 'file:///etc/passwd' }],
    ['that publishes no keys', { jwks_uri: undefined }],
    ['that signs with a shared secret only', { id_token_signing_alg_values_supported: ['HS256'] }],
  ])('%s', async (_name, metadata) => {
    wrong.say(metadata);
    wrong.give(signedBy(wrong.key, goodClaims()));
    await expect(redeem()).rejects.toBeInstanceOf(OpenidUnavailable);
  });

  it('that writes its name with a slash more: the message says how', async () => {
    wrong.say({ issuer: `${wrong.issuer}/` });
    await expect(redeem()).rejects.toThrow('ACGS_OPENID_ISSUER must be just that');
  });

  it.each<[string, string, (issuer: string) => Parameters<WrongOpenidProvider['answer']>[1]]>([
    ['that answers 500', '/token', () => (_request, response) => sendJson(response, {}, 500)],
    [
      'that does not take our secret',
      '/token',
      () => (_r, response) => sendJson(response, { error: 'invalid_client' }, 401),
    ],
    ['that answers with a page', '/token', () => (_r, response) => response.writeHead(200).end('<html>')],
    [
      'that sends us elsewhere',
      '/token',
      (issuer) => (_r, response) => response.writeHead(307, { location: `${issuer}/elsewhere` }).end(),
    ],
    ['whose keys are none', '/jwks', () => (_r, response) => sendJson(response, { keys: 'none' })],
    ['that breaks off', '/jwks', () => (request) => request.socket.destroy()],
    [
      'that does not stop talking',
      '/.well-known/openid-configuration',
      () => (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.on('error', () => {});
        const more = () => response.write(' '.repeat(65_536), (error) => error ?? setImmediate(more));
        more();
      },
    ],
  ])('%s', async (_name, path, answer) => {
    wrong.give(signedBy(wrong.key, goodClaims()));
    wrong.answer(path, answer(wrong.issuer));
    const error = await redeem().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenidUnavailable);
    expect(wrong.asked('/elsewhere')).toBe(0);
    // Neither the secret nor a code or verifier in what an operator reads.
    for (const secret of [SECRET, attempt.codeVerifier, attempt.nonce]) expect(String(error)).not.toContain(secret);
  });

  it('that takes a question and does not answer', async () => {
    wrong.give(signedBy(wrong.key, goodClaims()));
    wrong.answer('/token', () => {});
    await expect(redeem()).rejects.toBeInstanceOf(OpenidUnavailable);
  }, 60_000);

  it('until it answers again: asked at once for nobody, and after a while for the next one', async () => {
    wrong.answer('/.well-known/openid-configuration', (_request, response) => sendJson(response, {}, 503));
    wrong.give(signedBy(wrong.key, goodClaims()));
    const one = provider();
    const ask = () => one.redeem(new URLSearchParams(goodAnswer()), attempt);
    await Promise.all(Array.from({ length: 20 }, () => expect(ask()).rejects.toBeInstanceOf(OpenidUnavailable)));
    await expect(ask()).rejects.toBeInstanceOf(OpenidUnavailable);
    expect(wrong.asked('/.well-known/openid-configuration')).toBe(1);
    aheadMs += 61_000;
    wrong.answer('/.well-known/openid-configuration', (_request, response) =>
      sendJson(response, {
        issuer: wrong.issuer,
        authorization_endpoint: `${wrong.issuer}/auth`,
        token_endpoint: `${wrong.issuer}/token`,
        jwks_uri: `${wrong.issuer}/jwks`,
        id_token_signing_alg_values_supported: ['ES256'],
      }),
    );
    expect(await ask()).toMatchObject({ ok: true });
  });
});

describe('keys', () => {
  const good = () => signedBy(wrong.key, goodClaims());
  it('are asked for once by many at the same moment, and not again while they are fresh', async () => {
    wrong.give(good());
    const one = provider();
    const ask = () => one.redeem(new URLSearchParams(goodAnswer()), attempt);
    const all = await Promise.all(Array.from({ length: 10 }, ask));
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect((await ask()).ok).toBe(true);
    expect(wrong.asked('/jwks')).toBe(1);
  });

  it('that are new are found with one more request; names that nobody has do not make us ask for each', async () => {
    wrong.give(good());
    const one = provider();
    const ask = () => one.redeem(new URLSearchParams(goodAnswer()), attempt);
    expect((await ask()).ok).toBe(true);
    const next = newSigningKey('second');
    wrong.publish([publicJwk(wrong.key), publicJwk(next)]);
    wrong.give(signedBy(next, goodClaims()));
    aheadMs += KEYS_LOOK_MS_MIN;
    expect((await ask()).ok).toBe(true);
    expect(wrong.asked('/jwks')).toBe(2);

    aheadMs += KEYS_LOOK_MS_MIN;
    for (let storm = 0; storm < 20; storm += 1) {
      wrong.give(signedBy(newSigningKey(`nobody-${storm}`), goodClaims()));
      expect(await ask()).toMatchObject(invalid);
    }
    expect(wrong.asked('/jwks')).toBe(3);
  });

  it('that were taken back are believed no longer than minutes', async () => {
    wrong.give(good());
    const one = provider();
    const ask = () => one.redeem(new URLSearchParams(goodAnswer()), attempt);
    expect((await ask()).ok).toBe(true);
    wrong.publish([publicJwk(newSigningKey('second'))]);
    aheadMs += KEYS_AGE_MS_MAX;
    // Signed for the clock that the adapter goes by from now on; the library goes by the machine's.
    wrong.give(signedBy(wrong.key, goodClaims()));
    expect(await ask()).toMatchObject(invalid);
    wrong.answer('/jwks', (_request, response) => sendJson(response, {}, 503));
    aheadMs += KEYS_AGE_MS_MAX;
    await expect(ask()).rejects.toBeInstanceOf(OpenidUnavailable);
  });
});

describe('a logout token is not believed', () => {
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const claims = () => ({
    iss: wrong.issuer,
    aud: CLIENT_ID,
    sub: 'ada',
    sid: 'session',
    jti: 'one',
    events: event,
    iat: nowS(),
    exp: nowS() + 120,
  });
  const typ = { typ: 'logout+jwt' };

  it.each<[string, () => string]>([
    ['that is an ID token', () => signedBy(wrong.key, goodClaims())],
    ['with a nonce, like an ID token', () => signedBy(wrong.key, { ...claims(), nonce: attempt.nonce }, typ)],
    ['without the event', () => signedBy(wrong.key, { ...claims(), events: {} }, typ)],
    ['whose event is a text', () => signedBy(wrong.key, { ...claims(), events: Object.keys(event)[0] }, typ)],
    ['about nobody', () => signedBy(wrong.key, { ...claims(), sub: undefined, sid: undefined }, typ)],
    ['without an id', () => signedBy(wrong.key, { ...claims(), jti: undefined }, typ)],
    ['of another issuer', () => signedBy(wrong.key, { ...claims(), iss: 'https://evil.example' }, typ)],
    ['for another client', () => signedBy(wrong.key, { ...claims(), aud: 'another' }, typ)],
    ['of another type', () => signedBy(wrong.key, claims(), { typ: 'secevent+jwt' })],
    ['by a stranger', () => signedBy(newSigningKey('first'), claims(), typ)],
    ['without a signature', () => unsigned(claims())],
    ['from an hour ago', () => signedBy(wrong.key, { ...claims(), iat: nowS() - 3_600 }, typ)],
    ['that is no token', () => 'x'],
  ])('%s', async (_name, token) => {
    expect(await provider().verifyLogout(token())).toMatchObject({ refusal: { code: 'logout-token-invalid' } });
  });

  it('a second time', async () => {
    const one = provider();
    const token = signedBy(wrong.key, claims(), typ);
    expect(await one.verifyLogout(token)).toEqual({
      ok: true,
      value: { account: { issuer: wrong.issuer, subject: 'ada' }, sessionId: 'session' },
    });
    expect(await one.verifyLogout(token)).toMatchObject({ refusal: { code: 'logout-token-invalid' } });
  });
});
