import { loadAuthorizer } from '#adapters/policy-engine/load.ts';
import type { Authorizer } from '#domain/policy/authorization.ts';
import type { CompileInput } from '#domain/policy/engine/compile.ts';

/** An authorizer whose policies can be replaced while it answers. */
export interface ReplaceableAuthorizer extends Authorizer {
  /**
   * Builds the new set beside the old one, and then puts it in its place between two decisions.
   * @returns whether it is now the set in use: false when a replacement that was asked for later has come first.
   * @throws {PolicyFormError} for a set that is refused: the one in use stays.
   */
  replace(input: CompileInput): Promise<boolean>;
}

export async function createReplaceableAuthorizer(first: CompileInput): Promise<ReplaceableAuthorizer> {
  let current = await loadAuthorizer(first);
  let asked = 0;
  let placed = 0;
  return {
    authorize: (request) => current.authorize(request),
    async replace(input) {
      asked += 1;
      const turn = asked;
      const next = await loadAuthorizer(input);
      if (turn < placed) return false;
      placed = turn;
      current = next;
      return true;
    },
  };
}
