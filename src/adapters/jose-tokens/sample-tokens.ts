import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { type JWK, SignJWT } from 'jose';
import type { JsonObject } from '#domain/json.ts';

/** Tokens, proofs and assertions for tests, right ones and such as no library would make. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly jwk: JWK;
}

export function newKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) };
}

/** Any header over any claims, signed with Ed25519: also what a careful library refuses to sign. */
export function forge(header: JsonObject | string, claims: JsonObject | string, key: KeyObject): string {
  const segment = (part: JsonObject | string) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
  const input = `${segment(header)}.${segment(claims)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

export async function makeProof(
  { privateKey, jwk }: KeyPair,
  given: { readonly method: string; readonly url: string; readonly nowMs: number; readonly accessToken?: string },
): Promise<string> {
  const ath =
    given.accessToken === undefined ? {} : { ath: createHash('sha256').update(given.accessToken).digest('base64url') };
  return new SignJWT({ htm: given.method, htu: given.url, ...ath })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'dpop+jwt', jwk })
    .setIssuedAt(Math.floor(given.nowMs / 1000))
    .setJti(randomUUID())
    .sign(privateKey);
}

export async function makeAssertion(
  { privateKey }: KeyPair,
  given: { readonly agentId: string; readonly audience: string; readonly nowMs: number },
): Promise<string> {
  const nowS = Math.floor(given.nowMs / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', typ: 'client-authentication+jwt' })
    .setIssuer(given.agentId)
    .setSubject(given.agentId)
    .setAudience(given.audience)
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + 30)
    .setJti(randomUUID())
    .sign(privateKey);
}
