import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';

/** What the provider says about an account; `sub` is the name that was typed at its sign-in page. */
export type AccountClaims = Readonly<Record<string, unknown>>;

export const OPENID_CLIENT = { id: 'acgs', secret: 'a-secret-between-acgs-and-its-provider' } as const;

/**
 * A real OpenID provider (oidc-provider, certified) in this process, on a port of the loopback. Whoever types a name at its sign-in
 * page is that account. It says e-mail addresses and groups at its userinfo endpoint only, as the specification has it.
 */
export async function startOpenidProvider(given: {
  /** Where the relying party is. */
  readonly relyingParty: string;
  readonly accounts: Readonly<Record<string, AccountClaims>>;
}) {
  let accounts = given.accounts;
  let handle: RequestListener = (_request, response) => response.writeHead(503).end();
  let isUp = true;
  const server = createServer((request, response) => {
    if (isUp) handle(request, response);
    else request.socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const issuer = `http://127.0.0.1:${address.port}`;
  const keys: JWK[] = [];

  async function useNewKey(): Promise<void> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: `key-${keys.length + 1}` };
    // It signs with the first one; those before stay published.
    keys.unshift(key);
    handle = new Provider(issuer, configurationOf([...keys])).callback();
  }

  function configurationOf(published: JWK[]): Configuration {
    return {
      jwks: { keys: published },
      cookies: { keys: ['for tests'] },
      scopes: ['openid', 'email', 'profile', 'groups'],
      claims: { email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
      features: { backchannelLogout: { enabled: true } },
      ttl: { AccessToken: 600, Grant: 3_600, IdToken: 600, Interaction: 600, Session: 3_600 },
      // Its own way refuses to call an address of this machine, where the relying party is.
      fetch: (url, { method = 'GET', headers = {}, body = null } = {}) => fetch(url, { method, headers, body }),
      clients: [
        {
          client_id: OPENID_CLIENT.id,
          client_secret: OPENID_CLIENT.secret,
          redirect_uris: [`${given.relyingParty}/v1/sign-in/openid/callback`],
          post_logout_redirect_uris: [`${given.relyingParty}/`],
          backchannel_logout_uri: `${given.relyingParty}/v1/sign-in/openid/back-channel-logout`,
          backchannel_logout_session_required: true,
        },
      ],
      findAccount: (_context, sub) =>
        sub in accounts ? { accountId: sub, claims: async () => ({ sub, ...accounts[sub] }) } : undefined,
    };
  }

  await useNewKey();
  return {
    issuer,
    useNewKey,
    /** Other things are true of the accounts from now on. */
    say(next: Readonly<Record<string, AccountClaims>>) {
      accounts = next;
    },
    /** Breaks off every connection while it is not up. */
    setUp(next: boolean) {
      isUp = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type OpenidProviderProcess = Awaited<ReturnType<typeof startOpenidProvider>>;
