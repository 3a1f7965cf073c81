import { jwtVerify } from 'jose';
import Type from 'typebox';
import Compile from 'typebox/compile';
import type { Agent, AgentKey, ProvenAgent } from '#domain/identity/agent.ts';
import { type AgentStanding, agentStanding } from '#domain/identity/agent-lifecycle.ts';
import type { Directory } from '#domain/identity/directory.ts';
import { decodeJwt, type JwtProfile } from '#domain/identity/jwt.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import type { ReplayCache } from '#domain/identity/replay-cache.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

/** How far ahead an assertion may expire, in milliseconds: it is made for one request. */
const ASSERTION_TTL_MS_MAX = 60_000;

const PROFILE: JwtProfile = { type: 'client-authentication+jwt', algorithms: ['EdDSA'], members: [] };

const Claims = Type.Object(
  {
    iss: Type.String(),
    sub: Type.String(),
    aud: Type.String(),
    jti: Type.String({ minLength: 8, maxLength: 128 }),
    iat: Type.Number(),
    exp: Type.Number(),
  },
  { additionalProperties: false },
);
const claims = Compile(Claims);

export type AssertionRefusalCode = 'assertion-invalid' | AgentStanding['code'];

/**
 * An agent proves who it is by signing with the key that it enrolled (RFC 7523, section 3; `private_key_jwt`). The audience is
 * this installation and nothing else, so that what was made for another server is worth nothing here. Each is used once.
 */
export function createAssertionVerifier(deps: {
  readonly issuer: string;
  readonly directory: Directory;
  readonly replays: ReplayCache;
  readonly nowMs: () => number;
}) {
  return async function verify(assertion: string): Promise<Result<ProvenAgent, AssertionRefusalCode>> {
    const nowMs = deps.nowMs();
    const parts = decodeJwt(assertion, PROFILE);
    if (!parts.ok) return invalid(parts.refusal.message);
    const claimed = parts.value.claims;
    if (!claims.Check(claimed) || claimed.iss !== claimed.sub) return invalid('Its claims are not of their form.');
    const agent = deps.directory.agent(claimed.sub as AgentId); // looked up, not trusted
    if (agent === undefined) return invalid('Its signature is not right.');
    const standing = agentStanding(agent);
    // What an agent's standing is, is told to nobody who has not signed as that agent; without a key there is no signature.
    const keys = keysOf(agent, nowMs);
    if (keys.length === 0) return invalid('Its signature is not right.');
    if (claimed.exp * 1000 > nowMs + ASSERTION_TTL_MS_MAX) return invalid('It is good for too long.');
    const key = await firstThatSigned(assertion, keys, { issuer: agent.id, audience: deps.issuer, nowMs });
    if (key === undefined) return invalid('Its signature, its audience or its time is not right.');
    if (!standing.ok) return standing;
    if (!deps.replays.claim(`${agent.id} ${claimed.jti}`, claimed.exp * 1000 + 1, nowMs)) {
      return invalid('It was used before.');
    }
    return ok({ agent, key: key.thumbprint });
  };
}

/** The one in use, and for some minutes the one before. */
function keysOf({ state }: Agent, nowMs: number): readonly AgentKey[] {
  if (!('key' in state)) return [];
  const { key, previous } = state;
  return previous !== undefined && nowMs < previous.untilMs ? [key, previous.key] : [key];
}

async function firstThatSigned(
  assertion: string,
  keys: readonly AgentKey[],
  expected: { readonly issuer: string; readonly audience: string; readonly nowMs: number },
): Promise<AgentKey | undefined> {
  for (const key of keys) {
    try {
      await jwtVerify(
        assertion,
        { kty: 'OKP', crv: 'Ed25519', x: key.publicKey, alg: 'EdDSA' },
        {
          algorithms: [...PROFILE.algorithms],
          typ: PROFILE.type,
          issuer: expected.issuer,
          audience: expected.audience,
          currentDate: new Date(expected.nowMs),
        },
      );
      return key;
    } catch {
      // The next one may have signed it.
    }
  }
  return undefined;
}

function invalid(why: string) {
  return refuse('assertion-invalid', `The client assertion is not accepted. ${why}`);
}
