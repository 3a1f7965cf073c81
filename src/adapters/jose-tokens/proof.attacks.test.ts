import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createAccessTokenSigner,
  createAccessTokenVerifier,
  type IssuedToken,
} from '#adapters/jose-tokens/access-tokens.ts';
import { createAssertionVerifier } from '#adapters/jose-tokens/client-assertion.ts';
import { createProofVerifier } from '#adapters/jose-tokens/proof.ts';
import { forge, type KeyPair, makeAssertion, makeProof, newKeyPair } from '#adapters/jose-tokens/sample-tokens.ts';
import { openKeyRing } from '#adapters/token-keys/key-ring.ts';
import type { PresentedToken } from '#domain/identity/access-token.ts';
import { AGENT_KEY_OVERLAP_MS, agentKey } from '#domain/identity/agent-key.ts';
import { createDirectory, type DirectoryFold } from '#domain/identity/directory.ts';
import type { AgentId, PersonId } from '#domain/identity/principal.ts';
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
let agent: KeyPair;
let eve: KeyPair;
let ids = 0;
beforeAll(async () => {
  keys = await openKeyRing(folder, () => nowMs);
  agent = newKeyPair();
  eve = newKeyPair();
});
beforeEach(() => {
  nowMs = START_MS;
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
async function code(presented: PresentedToken, verifier = newVerifier()): Promise<string> {
  const verified = await verifier.verify(presented);
  return verified.ok ? 'accepted' : verified.refusal.code;
}

describe('attacks on tokens that are bound to a key', () => {
  let bound: IssuedToken;
  beforeEach(async () => {
    bound = await signer()({ ...grant, boundTo: { kind: 'key', thumbprint: await calculateJwkThumbprint(agent.jwk) } });
  });
  const right = () => ({ method: 'POST', url: ISSUER + PATH, nowMs, accessToken: bound.text });
  const show = (proof: string | undefined, more: Partial<PresentedToken> = {}): PresentedToken => ({
    scheme: 'DPoP',
    text: bound.text,
    proof,
    method: 'POST',
    path: PATH,
    ...more,
  });
  const proofClaims = (): JsonObject => ({
    jti: 'jti-jti-jti',
    htm: 'POST',
    htu: ISSUER + PATH,
    iat: nowMs / 1000,
    ath: 'x',
  });

  const table: readonly (readonly [string, () => Promise<PresentedToken> | PresentedToken, string])[] = [
    [
      'shown as a bearer token',
      async () => show(await makeProof(agent, right()), { scheme: 'Bearer' }),
      'proof-missing',
    ],
    ['no proof', () => show(undefined), 'proof-missing'],
    ['a proof with another key', async () => show(await makeProof(eve, right())), 'proof-invalid'],
    [
      'a proof for another method',
      async () => show(await makeProof(agent, { ...right(), method: 'GET' })),
      'proof-invalid',
    ],
    [
      'a proof for another path',
      async () => show(await makeProof(agent, { ...right(), url: `${ISSUER}/v1/other` })),
      'proof-invalid',
    ],
    [
      'a proof for another server',
      async () => show(await makeProof(agent, { ...right(), url: `https://evil.example${PATH}` })),
      'proof-invalid',
    ],
    [
      'a proof for plain http',
      async () => show(await makeProof(agent, { ...right(), url: `http://acgs.example${PATH}` })),
      'proof-invalid',
    ],
    ['a proof for no URL at all', async () => show(await makeProof(agent, { ...right(), url: 'x' })), 'proof-invalid'],
    [
      'a proof of another token',
      async () => show(await makeProof(agent, { ...right(), accessToken: 'other' })),
      'proof-invalid',
    ],
    [
      'a proof of no token',
      async () => show(await makeProof(agent, { method: 'POST', url: ISSUER + PATH, nowMs })),
      'proof-invalid',
    ],
    [
      'a proof that is too old',
      async () => show(await makeProof(agent, { ...right(), nowMs: nowMs - 61_000 })),
      'proof-invalid',
    ],
    [
      'a proof from the future',
      async () => show(await makeProof(agent, { ...right(), nowMs: nowMs + 6_000 })),
      'proof-invalid',
    ],
    [
      'a proof with the private key in it',
      () =>
        show(
          forge(
            { alg: 'EdDSA', typ: 'dpop+jwt', jwk: agent.privateKey.export({ format: 'jwk' }) as JsonObject },
            proofClaims(),
            agent.privateKey,
          ),
        ),
      'proof-invalid',
    ],
    [
      'a proof that carries one key and is signed with another',
      () => show(forge({ alg: 'EdDSA', typ: 'dpop+jwt', jwk: agent.jwk as JsonObject }, proofClaims(), eve.privateKey)),
      'proof-invalid',
    ],
    [
      'a symmetric key in the proof',
      () =>
        show(forge({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'AA' } }, proofClaims(), agent.privateKey)),
      'proof-invalid',
    ],
    [
      'a proof of alg none',
      () =>
        show(forge({ alg: 'none', typ: 'dpop+jwt', jwk: agent.jwk as JsonObject }, proofClaims(), agent.privateKey)),
      'proof-invalid',
    ],
    ['an access token as the proof', () => show(bound.text), 'proof-invalid'],
    [
      'two proofs in one header',
      async () => show(`${await makeProof(agent, right())}, ${await makeProof(agent, right())}`),
      'proof-invalid',
    ],
  ];
  it.each(table)('%s', async (_name, presented, expected) => {
    expect(await code(await presented())).toBe(expected);
  });

  it('a proof that was used before, while it would still be good', async () => {
    const verifier = newVerifier();
    const proof = await makeProof(agent, right());
    expect(await code(show(proof), verifier)).toBe('accepted');
    nowMs = START_MS + 60_000;
    expect(await code(show(proof), verifier)).toBe('proof-invalid');
  });

  it('an unbound token shown as if it were bound', async () => {
    const { text } = await signer()(grant);
    expect(await code(show(await makeProof(agent, { ...right(), accessToken: text }), { text }))).toBe('proof-invalid');
  });
});

describe('attacks on client assertions', () => {
  let directory: DirectoryFold;
  beforeEach(() => {
    directory = createDirectory();
    const by = { kind: 'person', id: 'ada' } as const;
    const agentId = 'laptop' as AgentId;
    directory.apply({
      kind: 'agent-invited',
      timeMs: 0,
      by,
      agentId,
      agent: 'codex',
      owner: 'ada' as PersonId,
      teams: [],
      codeSha256: '',
      expiresMs: 1,
    });
    directory.apply({ kind: 'agent-enrolled', timeMs: 0, agentId, key: agentKey(agent.jwk.x ?? '', 0) });
  });
  const newAssertions = () =>
    createAssertionVerifier({ issuer: ISSUER, directory, replays: createReplayCache(100), nowMs: () => nowMs });
  const given = () => ({ agentId: 'laptop', audience: ISSUER, nowMs });
  const table: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['of another key', () => makeAssertion(eve, given())],
    ['of an agent that nobody knows', () => makeAssertion(agent, { ...given(), agentId: 'x' })],
    ['for another server', () => makeAssertion(agent, { ...given(), audience: 'https://evil.example' })],
    [
      'for the token endpoint, which another server could name as its own',
      () => makeAssertion(agent, { ...given(), audience: `${ISSUER}/oauth/token` }),
    ],
    ['that has expired', () => makeAssertion(agent, { ...given(), nowMs: nowMs - 31_000 })],
    [
      'that is good for an hour',
      () =>
        forge(
          { alg: 'EdDSA', typ: 'client-authentication+jwt' },
          { iss: 'laptop', sub: 'laptop', aud: ISSUER, jti: 'jjjjjjjj', iat: nowMs / 1000, exp: nowMs / 1000 + 3600 },
          agent.privateKey,
        ),
    ],
    [
      'in which issuer and subject differ',
      () =>
        forge(
          { alg: 'EdDSA', typ: 'client-authentication+jwt' },
          { iss: 'laptop', sub: 'other', aud: ISSUER, jti: 'jjjjjjjj', iat: nowMs / 1000, exp: nowMs / 1000 + 9 },
          agent.privateKey,
        ),
    ],
    ['that is an access token', async () => (await signer()(grant)).text],
    ['that is nothing', () => ''],
  ];
  it.each(table)('%s', async (_name, assertion) => {
    expect(await newAssertions()(await assertion())).toMatchObject({ refusal: { code: 'assertion-invalid' } });
  });

  it('of the key before, once its minutes are over', async () => {
    const next = newKeyPair();
    directory.apply({
      kind: 'agent-key-rotated',
      timeMs: nowMs,
      agentId: 'laptop' as AgentId,
      key: agentKey(next.jwk.x ?? '', nowMs),
    });
    expect(await newAssertions()(await makeAssertion(agent, given()))).toMatchObject({ ok: true });
    expect(await newAssertions()(await makeAssertion(next, given()))).toMatchObject({ ok: true });
    nowMs += AGENT_KEY_OVERLAP_MS;
    expect(await newAssertions()(await makeAssertion(next, given()))).toMatchObject({ ok: true });
    expect(await newAssertions()(await makeAssertion(agent, given()))).toMatchObject({
      refusal: { code: 'assertion-invalid' },
    });
  });

  it('twice the same', async () => {
    const verify = newAssertions();
    const assertion = await makeAssertion(agent, given());
    expect(await verify(assertion)).toMatchObject({ ok: true, value: { agent: { id: 'laptop' } } });
    expect(await verify(assertion)).toMatchObject({ refusal: { code: 'assertion-invalid' } });
  });

  it('of an agent that was suspended, and is told so', async () => {
    directory.apply({
      kind: 'agent-status-set',
      timeMs: 0,
      by: { kind: 'person', id: 'ada' },
      agentId: 'laptop' as AgentId,
      status: 'suspended',
      why: '',
    });
    expect(await newAssertions()(await makeAssertion(agent, given()))).toMatchObject({
      refusal: { code: 'agent-suspended' },
    });
  });
});
