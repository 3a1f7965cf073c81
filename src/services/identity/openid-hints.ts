import { LRUCache } from 'lru-cache';

/** Sign-ins whose ID token is remembered: a few thousand characters each. Those beyond are asked by the provider whether they mean it. */
const HINTS_MAX = 2_000;

/**
 * ID tokens of sign-ins, in memory only: the provider wants its own back when somebody signs out there (RP-Initiated Logout 1.0,
 * section 2). What they say is not needed again, and it is about a person, so it is not kept on disk.
 */
export interface IdTokenHints {
  /** @param csrf the token of the sign-in, which names it to whoever holds it */
  keep(csrf: string, idToken: string): void;
  /** Gives it out, once. */
  take(csrf: string): string | undefined;
}

export function createIdTokenHints(): IdTokenHints {
  const hints = new LRUCache<string, string>({ max: HINTS_MAX });
  return {
    keep(csrf, idToken) {
      hints.set(csrf, idToken);
    },
    take(csrf) {
      const idToken = hints.get(csrf);
      hints.delete(csrf);
      return idToken;
    },
  };
}
