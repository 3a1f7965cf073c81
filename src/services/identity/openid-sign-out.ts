import { type OpenidProvider, OpenidUnavailable } from '#domain/identity/openid-provider.ts';
import type { ShownSignIn } from '#domain/identity/sign-in.ts';
import type { IdTokenHints } from '#services/identity/openid-hints.ts';

/**
 * Where a browser goes to sign out at the provider after it has signed out here (RP-Initiated Logout 1.0). Undefined where the provider
 * offers that not, or cannot be asked: signing out here does not wait for it.
 */
export function createSignOutUrl({
  provider,
  hints,
}: {
  readonly provider: Pick<OpenidProvider, 'signOutUrl'>;
  readonly hints: IdTokenHints;
}) {
  return async function signOutUrl({ csrf }: Pick<ShownSignIn, 'csrf'>): Promise<string | undefined> {
    try {
      return await provider.signOutUrl(hints.take(csrf));
    } catch (error) {
      if (error instanceof OpenidUnavailable) return undefined;
      throw error;
    }
  };
}
