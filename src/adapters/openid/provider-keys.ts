import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { OpenidUnavailable } from '#domain/identity/openid-provider.ts';

/** A key that the provider has taken out of its set is believed no longer than this, in milliseconds. */
export const KEYS_AGE_MS_MAX = 5 * 60_000;
/** A token that names a key which we do not have makes us look again, at most this often, in milliseconds. */
export const KEYS_LOOK_MS_MIN = 5_000;
/** Keys of a set: providers have two or three, Entra ID about ten. */
const KEYS_MAX = 100;

const KeySet = Compile(
  Type.Object({
    keys: Type.Array(Type.Object({ kty: Type.String() }, { additionalProperties: true }), { maxItems: KEYS_MAX }),
  }),
);

/**
 * The provider's keys. They are fetched when a token is to be verified, kept for minutes, and fetched again at once when a token names
 * a key that is not among them: that is how a rotation is noticed. Somebody who sends tokens with names that nobody has makes us ask
 * the provider every few seconds and not for each.
 * @param fetchKeys asks the provider for its JWK set (RFC 7517, section 5)
 */
export function createProviderKeys(deps: {
  readonly fetchKeys: () => Promise<unknown>;
  readonly nowMs: () => number;
}): JWTVerifyGetKey {
  let kept: { readonly find: ReturnType<typeof createLocalJWKSet>; readonly fetchedMs: number } | undefined;
  let underWay: Promise<void> | undefined;
  let lookedMs = Number.NEGATIVE_INFINITY;

  async function fetchOnce(): Promise<void> {
    lookedMs = deps.nowMs();
    const set = await deps.fetchKeys();
    if (!KeySet.Check(set)) throw new OpenidUnavailable('the provider answers with a key set that is none');
    // Keys are looked at one by one when they are used; the shape of the set has just been checked.
    kept = { find: createLocalJWKSet(set as JSONWebKeySet), fetchedMs: deps.nowMs() };
  }

  /** Those who want keys at the same moment get them by one request. */
  async function look(): Promise<void> {
    underWay ??= fetchOnce().finally(() => {
      underWay = undefined;
    });
    await underWay;
  }

  return async function find(header, token) {
    const isFresh = kept !== undefined && deps.nowMs() - kept.fetchedMs < KEYS_AGE_MS_MAX;
    if (!isFresh) await look();
    if (kept === undefined) throw new Error('keys that were just fetched are not there');
    try {
      return await kept.find(header, token);
    } catch (error) {
      const mayLook = isFresh && deps.nowMs() - lookedMs >= KEYS_LOOK_MS_MIN;
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayLook) throw error;
      await look();
      return kept.find(header, token);
    }
  };
}
