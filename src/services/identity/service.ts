import type { EdgeServer } from '#services/edge.ts';
import { createAttempt } from '#services/identity/attempt.ts';
import { createIssueToken, type SignToken } from '#services/identity/issue-token.ts';
import { type AgentRouteDeps, registerAgentRoutes } from '#services/identity/routes/agents.ts';
import { type DirectoryRouteDeps, registerDirectoryRoutes } from '#services/identity/routes/directory.ts';
import { type PeopleRouteDeps, registerPeopleRoutes } from '#services/identity/routes/people.ts';
import { registerSignInRoutes, type SignInRouteDeps } from '#services/identity/routes/sign-in.ts';
import { registerTokenRoutes, type TokenRouteDeps } from '#services/identity/routes/tokens.ts';

export type IdentityServiceDeps = PeopleRouteDeps &
  SignInRouteDeps &
  DirectoryRouteDeps &
  Omit<AgentRouteDeps, 'attempt'> &
  Omit<TokenRouteDeps, 'attempt' | 'issueToken'> & { readonly sign: SignToken };

/** The identity service: people and their roles, agents and their keys, and the tokens that they call with. */
export function registerIdentityService(app: EdgeServer, deps: IdentityServiceDeps): void {
  const attempt = createAttempt(deps);
  registerPeopleRoutes(app, deps);
  registerSignInRoutes(app, deps);
  registerDirectoryRoutes(app, deps);
  registerAgentRoutes(app, { ...deps, attempt });
  registerTokenRoutes(app, { ...deps, attempt, issueToken: createIssueToken(deps) });
}
