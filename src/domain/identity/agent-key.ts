import type { AgentKey, KeyThumbprint } from '#domain/identity/agent.ts';
import { sha256Base64Url } from '#domain/json.ts';

/** RFC 7638, section 3, for an Ed25519 key (RFC 8037, section 2): the required members in their order, hashed. */
export function keyThumbprint(publicKey: string): KeyThumbprint {
  return sha256Base64Url(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x: publicKey })) as KeyThumbprint; // minted here, and nowhere else
}

/** @param publicKey 32 bytes in base64url, as a verified proof carried it */
export function agentKey(publicKey: string, sinceMs: number): AgentKey {
  return { thumbprint: keyThumbprint(publicKey), publicKey, sinceMs };
}
