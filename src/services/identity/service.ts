import type { EdgeServer } from '#services/edge.ts';
import { createAttempt } from '#services/identity/attempt.ts';
import { createIssueToken, type SignToken } from '#services/identity/issue-token.ts';
import { createLoginDesk, type LoginDeskDeps } from '#services/identity/login-desk.ts';
import { registerOpenidBindingRoutes } from '#services/identity/openid-binding-routes.ts';
import { type OpenidRouteDeps, registerOpenidRoutes } from '#services/identity/openid-routes.ts';
import { createSignOutUrl } from '#services/identity/openid-sign-out.ts';
import { createPasskeys, type PasskeyDeps } from '#services/identity/passkeys.ts';
import { createPasswords, type PasswordDeps } from '#services/identity/passwords.ts';
import { type AgentRouteDeps, registerAgentRoutes } from '#services/identity/routes/agents.ts';
import { type DirectoryRouteDeps, registerDirectoryRoutes } from '#services/identity/routes/directory.ts';
import { type LoginRouteDeps, registerLoginRoutes } from '#services/identity/routes/logins.ts';
import { registerPasskeyRoutes } from '#services/identity/routes/passkeys.ts';
import { registerPasswordRoutes } from '#services/identity/routes/passwords.ts';
import { type PeopleRouteDeps, registerPeopleRoutes } from '#services/identity/routes/people.ts';
import { registerSignInRoutes, type SignInRouteDeps } from '#services/identity/routes/sign-in.ts';
import { registerTokenRoutes, type TokenRouteDeps } from '#services/identity/routes/tokens.ts';

export type IdentityServiceDeps = PeopleRouteDeps &
  Omit<SignInRouteDeps, 'openid' | 'loginDesk'> &
  Omit<LoginDeskDeps, 'sign'> &
  Omit<LoginRouteDeps, 'attempt' | 'loginDesk' | 'passwords'> &
  Omit<PasswordDeps, 'attempt' | 'loginDesk'> &
  Omit<PasskeyDeps, 'attempt'> &
  DirectoryRouteDeps &
  Omit<AgentRouteDeps, 'attempt'> &
  Omit<TokenRouteDeps, 'attempt' | 'issueToken' | 'loginDesk'> & {
    readonly sign: SignToken;
    /** Absent: nobody signs in at an OpenID provider. */
    readonly openid?: OpenidParts;
  };

/** What an OpenID provider adds to the service. */
export type OpenidParts = Pick<
  OpenidRouteDeps,
  'provider' | 'admission' | 'attemptKey' | 'answered' | 'hints' | 'newSecret'
>;

/** The identity service: people and their roles, agents and their keys, and the tokens that they call with. */
export function registerIdentityService(app: EdgeServer, deps: IdentityServiceDeps): void {
  const attempt = createAttempt(deps);
  const loginDesk = createLoginDesk({ ...deps, attempt });
  const passwords = createPasswords({ ...deps, attempt, loginDesk });
  registerPeopleRoutes(app, deps);
  const { openid, ...others } = deps;
  registerSignInRoutes(app, {
    ...others,
    loginDesk,
    ...(openid === undefined ? {} : { openid: { name: openid.provider.name, signOutUrl: createSignOutUrl(openid) } }),
  });
  if (openid !== undefined) {
    registerOpenidRoutes(app, { ...deps, ...openid, publicUrl: deps.issuer, attempt });
    registerOpenidBindingRoutes(app, { ...deps, ...openid });
  }
  registerPasswordRoutes(app, { ...deps, passwords });
  registerLoginRoutes(app, { ...deps, attempt, loginDesk, passwords });
  registerPasskeyRoutes(app, { ...deps, loginDesk, passkeys: createPasskeys({ ...deps, attempt }) });
  registerDirectoryRoutes(app, deps);
  registerAgentRoutes(app, { ...deps, attempt });
  registerTokenRoutes(app, { ...deps, attempt, issueToken: createIssueToken(deps), loginDesk });
}
