import type { PersonId } from '#domain/identity/principal.ts';
import type { TokenIndex } from '#domain/identity/token.ts';

/**
 * The people whom the token file knows, by role: an installation that keeps no directory of people has these. Whoever has no token that
 * is good at the moment is not there.
 */
export function createTokenRoleHolders(deps: {
  readonly tokens: () => TokenIndex;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}) {
  return {
    peopleWithRole(role: string): readonly { readonly id: PersonId }[] {
      const nowMs = deps.nowMs();
      const ids = new Set<PersonId>();
      for (const { principal, expiresMs } of deps.tokens().values()) {
        if (principal.kind === 'person' && principal.roles.includes(role) && expiresMs > nowMs) ids.add(principal.id);
      }
      return [...ids].sort().map((id) => ({ id }));
    },
  };
}
