import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAccessTokenSigner, createAccessTokenVerifier } from '#adapters/jose-tokens/access-tokens.ts';
import { createProofVerifier } from '#adapters/jose-tokens/proof.ts';
import { forge, type KeyPair, newKeyPair } from '#adapters/jose-tokens/sample-tokens.ts';
import { openKeyRing } from '#adapters/token-keys/key-ring.ts';
import { ACCESS_TOKEN_TTL_MS, type PresentedToken } from '#domain/identity/access-token.ts';
import { createReplayCache } from '#domain/identity/replay-cache.ts';
import type { TokenKeys } from '#domain/identity/token-keys.ts';
import type { JsonObject } from '#domain/json.ts';

const ISSUER = 'https://acgs.example';
const PATH = '/v1/decisions';
const START_MS = 1_800_000_000_000;
const folder = mkdtempSync(join(tmpdir(), 'acgs-attacks-'));
afterAll(() => rmSync(folder, { recursive: true }));

let nowMs = START_MS;
let keys: TokenKeys;
let ours: KeyObject;
let kid: string;
let eve: KeyPair;
let ids = 0;
beforeAll(async () => {
  keys = await openKeyRing(folder, () => nowMs);
  eve = newKeyPair();
});
beforeEach(() => {
  nowMs = START_MS;
  ours = keys.current().privateKey;
  kid = keys.current().kid;
});

const newVerifier = (issuer = ISSUER) =>
  createAccessTokenVerifier({
    issuer,
    keys,
    nowMs: () => nowMs,
    proofs: createProofVerifier({ publicUrl: issuer, replays: createReplayCache(1000), nowMs: () => nowMs }),
  });
const signer = () => createAccessTokenSigner({ issuer: ISSUER, keys, nowMs: () => nowMs, newId: () => `id-${++ids}` });
const grant = { subject: { kind: 'agent', id: 'laptop' }, actors: [], clientId: 'laptop' } as const;
const bearer = (text: string): PresentedToken => ({
  scheme: 'Bearer',
  text,
  proof: undefined,
  method: 'POST',
  path: PATH,
});
async function code(presented: PresentedToken, verifier = newVerifier()): Promise<string> {
  const verified = await verifier.verify(presented);
  return verified.ok ? 'accepted' : verified.refusal.code;
}

const header = (): JsonObject => ({ alg: 'EdDSA', typ: 'at+jwt', kid });
const claims = (more: JsonObject = {}): JsonObject => ({
  iss: ISSUER,
  aud: ISSUER,
  sub: 'agent:laptop',
  client_id: 'laptop',
  jti: 'j',
  iat: START_MS / 1000,
  nbf: START_MS / 1000,
  exp: START_MS / 1000 + 300,
  ...more,
});
const without = (name: string): JsonObject =>
  Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name));
const segments = (text: string) => text.split('.') as [string, string, string];

/** HS256 with our public key as the secret: works where a verifier takes the algorithm from the token. */
function confused(): string {
  const pem = createPublicKey(ours).export({ format: 'pem', type: 'spki' });
  const [head, body] = segments(forge({ ...header(), alg: 'HS256' }, claims(), ours));
  return `${head}.${body}.${createHmac('sha256', pem).update(`${head}.${body}`).digest('base64url')}`;
}

describe('attacks on access tokens', () => {
  const table: readonly (readonly [string, () => string, string])[] = [
    [
      'alg none, without a signature',
      () =>
        `${segments(forge({ ...header(), alg: 'none' }, claims(), ours))
          .slice(0, 2)
          .join('.')}.`,
      'token-malformed',
    ],
    ['alg none, with a signature', () => forge({ ...header(), alg: 'none' }, claims(), ours), 'token-malformed'],
    ['alg None, in another case', () => forge({ ...header(), alg: 'None' }, claims(), ours), 'token-malformed'],
    ['HS256 keyed with our public key', confused, 'token-malformed'],
    [
      'RS256 in the header of our own signature',
      () => forge({ ...header(), alg: 'RS256' }, claims(), ours),
      'token-malformed',
    ],
    ['an array of algorithms', () => forge({ ...header(), alg: ['EdDSA'] }, claims(), ours), 'token-malformed'],
    ['no algorithm', () => forge({ typ: 'at+jwt', kid }, claims(), ours), 'token-malformed'],
    [
      'the signature stripped',
      () =>
        segments(forge(header(), claims(), ours))
          .slice(0, 2)
          .join('.'),
      'token-malformed',
    ],
    [
      'an empty signature',
      () =>
        `${segments(forge(header(), claims(), ours))
          .slice(0, 2)
          .join('.')}.`,
      'token-malformed',
    ],
    ['a fourth part', () => `${forge(header(), claims(), ours)}.eA`, 'token-malformed'],
    ['the key of somebody else under our kid', () => forge(header(), claims(), eve.privateKey), 'token-unknown'],
    ['a kid that nobody has', () => forge({ ...header(), kid: 'x' }, claims(), eve.privateKey), 'token-unknown'],
    [
      'a kid that is a path',
      () => forge({ ...header(), kid: '../../dev/null' }, claims(), eve.privateKey),
      'token-unknown',
    ],
    [
      'a kid that is SQL',
      () => forge({ ...header(), kid: "' UNION SELECT 'x" }, claims(), eve.privateKey),
      'token-unknown',
    ],
    [
      'a kid that is a member of every object',
      () => forge({ ...header(), kid: '__proto__' }, claims(), eve.privateKey),
      'token-unknown',
    ],
    ['a kid that is no text', () => forge({ ...header(), kid: { a: 1 } }, claims(), ours), 'token-unknown'],
    ['no kid', () => forge({ alg: 'EdDSA', typ: 'at+jwt' }, claims(), ours), 'token-malformed'],
    [
      'a key in the header (jwk)',
      () => forge({ ...header(), jwk: eve.jwk as JsonObject }, claims(), eve.privateKey),
      'token-malformed',
    ],
    [
      'a key by reference (jku)',
      () => forge({ ...header(), jku: 'https://evil.example/jwks' }, claims(), eve.privateKey),
      'token-malformed',
    ],
    [
      'a certificate by reference (x5u)',
      () => forge({ ...header(), x5u: 'https://evil.example/c' }, claims(), eve.privateKey),
      'token-malformed',
    ],
    [
      'a certificate in the header (x5c)',
      () => forge({ ...header(), x5c: ['MIIB'] }, claims(), eve.privateKey),
      'token-malformed',
    ],
    ['a critical extension (crit)', () => forge({ ...header(), crit: ['exp'] }, claims(), ours), 'token-malformed'],
    [
      'an unencoded payload (b64)',
      () => forge({ ...header(), b64: false, crit: ['b64'] }, claims(), ours),
      'token-malformed',
    ],
    ['a compressed payload (zip)', () => forge({ ...header(), zip: 'DEF' }, claims(), ours), 'token-malformed'],
    ['an ID token of ours (typ)', () => forge({ ...header(), typ: 'JWT' }, claims(), ours), 'token-malformed'],
    [
      'a key twice in the claims',
      () => forge(header(), `{"sub":"agent:evil",${JSON.stringify(claims()).slice(1)}`, ours),
      'token-malformed',
    ],
    [
      'a key twice in the header, once escaped',
      () => forge(`{"\\u0061lg":"none",${JSON.stringify(header()).slice(1)}`, claims(), ours),
      'token-malformed',
    ],
    [
      'claims that are nested a thousand deep',
      () => forge(header(), `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`, ours),
      'token-malformed',
    ],
    ['claims that are an array', () => forge(header(), '[]', ours), 'token-malformed'],
    ['claims that are not JSON', () => forge(header(), '{', ours), 'token-malformed'],
    [
      'more than four thousand characters',
      () => forge(header(), claims({ pad: 'x'.repeat(4096) }), ours),
      'token-malformed',
    ],
    ['a character that is not base64url', () => forge(header(), claims(), ours).replace(/.$/, '='), 'token-malformed'],
    [
      'claims that were changed',
      () => {
        const [head, , signature] = segments(forge(header(), claims(), ours));
        return `${head}.${Buffer.from(JSON.stringify(claims({ sub: 'agent:evil' }))).toString('base64url')}.${signature}`;
      },
      'token-unknown',
    ],
    [
      'an expiry in the past',
      () => forge(header(), claims({ iat: 1, nbf: 1, exp: START_MS / 1000 }), ours),
      'token-expired',
    ],
    ['an expiry this very second', () => forge(header(), claims({ exp: START_MS / 1000 }), ours), 'token-expired'],
    [
      'a life longer than we give',
      () => forge(header(), claims({ iat: START_MS / 1000 - 306, exp: START_MS / 1000 + 9 }), ours),
      'token-expired',
    ],
    ['a start in the future', () => forge(header(), claims({ nbf: START_MS / 1000 + 60 }), ours), 'token-unknown'],
    ['an issue in the future', () => forge(header(), claims({ iat: START_MS / 1000 + 60 }), ours), 'token-unknown'],
    ['an expiry that is text', () => forge(header(), claims({ exp: '9999999999' }), ours), 'token-unknown'],
    ['another issuer', () => forge(header(), claims({ iss: 'https://evil.example' }), ours), 'token-unknown'],
    ['another audience', () => forge(header(), claims({ aud: 'https://other.example' }), ours), 'token-unknown'],
    [
      'two audiences, ours among them',
      () => forge(header(), claims({ aud: [ISSUER, 'https://other.example'] }), ours),
      'token-malformed',
    ],
    ['a subject of no kind', () => forge(header(), claims({ sub: 'root' }), ours), 'token-malformed'],
    ['an actor who is no object', () => forge(header(), claims({ act: 'agent:evil' }), ours), 'token-malformed'],
    [
      'too many actors',
      () =>
        forge(
          header(),
          claims({
            act: { sub: 'agent:a', act: { sub: 'agent:b', act: { sub: 'agent:c', act: { sub: 'agent:d' } } } },
          }),
          ours,
        ),
      'token-malformed',
    ],
    ['a binding that is not ours', () => forge(header(), claims({ cnf: { kid: 'x' } }), ours), 'token-malformed'],
    [
      'two bindings, of which one reader may look at either',
      () => forge(header(), claims({ cnf: { jkt: 'x', 'x5t#S256': 'x' } }), ours),
      'token-malformed',
    ],
    [
      'a binding to a certificate, without it',
      () => forge(header(), claims({ cnf: { 'x5t#S256': 'x' } }), ours),
      'certificate-missing',
    ],
    ...['iss', 'aud', 'sub', 'client_id', 'jti', 'iat', 'nbf', 'exp'].map(
      (name) => [`no ${name}`, () => forge(header(), without(name), ours), 'token-unknown'] as const,
    ),
  ];
  it.each(table)('%s', async (_name, token, expected) => {
    expect(await code(bearer(token()))).toBe(expected);
  });

  it('begin from a token that is accepted: each of the above changes one thing of it', async () => {
    expect(await code(bearer(forge(header(), claims(), ours)))).toBe('accepted');
  });

  it('has one text only: a signature whose spare bits are changed is another text of the same bytes', async () => {
    const text = forge(header(), claims(), ours);
    const last = text.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const other = alphabet[alphabet.indexOf(last) ^ 1] ?? '';
    expect(Buffer.from(`${text.slice(0, -1)}${other}`.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(text.split('.')[2] ?? '', 'base64url'),
    );
    expect(await code(bearer(`${text.slice(0, -1)}${other}`))).toBe('token-malformed');
  });

  it('ends with its time and with its key, also when it was verified before', async () => {
    const verifier = newVerifier();
    const { text } = await signer()(grant);
    expect(await code(bearer(text), verifier)).toBe('accepted');
    nowMs = START_MS + ACCESS_TOKEN_TTL_MS - 1;
    expect(await code(bearer(text), verifier)).toBe('accepted');
    nowMs += 1;
    expect(await code(bearer(text), verifier)).toBe('token-expired');
    nowMs = START_MS;
    await keys.rotate({ forget: false });
    expect(await code(bearer(text), verifier)).toBe('accepted');
    await keys.rotate({ forget: true });
    expect(await code(bearer(text), verifier)).toBe('token-unknown');
  });

  it('gives back what was signed, actors in their order', async () => {
    const { text, token } = await signer()({
      subject: { kind: 'person', id: 'ada' },
      actors: [
        { kind: 'agent', id: 'b' },
        { kind: 'agent', id: 'a' },
      ],
      clientId: 'b',
      expiresMsMax: START_MS + 60_500,
    });
    expect(await newVerifier().verify(bearer(text))).toEqual({ ok: true, value: token });
    expect(token.expiresMs).toBe(START_MS + 60_000);
  });
});
