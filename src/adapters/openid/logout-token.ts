import type { JWTVerifyGetKey } from 'jose';
import { verifySigned } from '#adapters/openid/verify-signed.ts';
import { OPENID_CLOCK_SKEW_MS, type OpenidLogout } from '#domain/identity/openid-provider.ts';
import type { ReplayCache } from '#domain/identity/replay-cache.ts';
import { ok, type Result, refuse } from '#domain/result.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/**
 * Verifies a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6): signed like an ID token, and never to be taken for
 * one: it has the event and no nonce. It is good once.
 */
export async function verifyLogoutToken(
  text: string,
  keys: JWTVerifyGetKey,
  given: {
    readonly issuer: string;
    readonly clientId: string;
    readonly replays: ReplayCache;
    readonly nowMs: number;
  },
): Promise<Result<OpenidLogout, 'logout-token-invalid'>> {
  const { issuer, clientId, nowMs } = given;
  const verified = await verifySigned(text, keys, {
    issuer,
    clientId,
    types: ['logout+jwt', 'application/logout+jwt', 'jwt'],
    claims: ['jti', 'events'],
    nowMs,
  });
  if (!verified.ok) return invalid(verified.refusal.detail);
  const { sub, jti, exp, sid, events, nonce } = verified.value;
  if (nonce !== undefined) return invalid('it has a nonce');
  if (!hasEvent(events)) return invalid('it is not of a logout');
  if (typeof jti !== 'string' || exp === undefined) return invalid('it has no id or no end');
  if (sid !== undefined && typeof sid !== 'string') return invalid('its session is none');
  if (sub === undefined && sid === undefined) return invalid('it names neither an account nor a session');
  if (!given.replays.claim(jti, exp * 1000 + OPENID_CLOCK_SKEW_MS, nowMs)) return invalid('it was shown before');
  return ok({
    ...(sub === undefined ? {} : { account: { issuer, subject: sub } }),
    ...(sid === undefined ? {} : { sessionId: sid }),
  });
}

function hasEvent(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !(EVENT in events)) return false;
  return typeof events[EVENT] === 'object' && events[EVENT] !== null;
}

function invalid(why: string | undefined) {
  return refuse('logout-token-invalid', 'The logout token is not to be believed.', why);
}
