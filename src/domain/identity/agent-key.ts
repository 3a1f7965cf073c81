import type { Agent, AgentKey, KeyThumbprint } from '#domain/identity/agent.ts';
import { sha256Base64Url } from '#domain/json.ts';

/** RFC 7638, section 3, for an Ed25519 key (RFC 8037, section 2): the required members in their order, hashed. */
export function keyThumbprint(publicKey: string): KeyThumbprint {
  return sha256Base64Url(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x: publicKey })) as KeyThumbprint; // minted here, and nowhere else
}

/** @param publicKey 32 bytes in base64url, as a verified proof carried it */
export function agentKey(publicKey: string, sinceMs: number): AgentKey {
  return { thumbprint: keyThumbprint(publicKey), publicKey, sinceMs };
}

/** After so long an agent puts a new key in place of its own, in milliseconds. */
export const AGENT_KEY_MS = 30 * 24 * 60 * 60 * 1000;
/** For so long beyond that, in milliseconds, an agent may have been away; then somebody should look. */
const AGENT_KEY_GRACE_MS = 7 * 24 * 60 * 60 * 1000;
/**
 * How long the key before the last one is still good, in milliseconds: who shares a key's file may have read it a moment ago, and an
 * answer may be lost on the way.
 */
export const AGENT_KEY_OVERLAP_MS = 10 * 60 * 1000;

/** Whether an active agent should have changed its key long ago. It is not stopped for that: it is told, and a person decides. */
export function isAgentKeyOverdue({ state }: Agent, nowMs: number): boolean {
  return state.status === 'active' && nowMs - state.key.sinceMs > AGENT_KEY_MS + AGENT_KEY_GRACE_MS;
}
