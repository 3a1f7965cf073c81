import { createHmac, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the server answers at one path; absent: as a provider that behaves. */
export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface SigningKey {
  readonly kid: string;
  readonly alg: 'RS256' | 'ES256';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const CLIENT_ID = 'acgs';

export function newSigningKey(kid: string, alg: 'RS256' | 'ES256' = 'ES256'): SigningKey {
  const pair =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, alg, ...pair };
}

export function publicJwk({ kid, alg, publicKey }: SigningKey): object {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

/** Compact JWS of whatever header and claims, right or wrong; claims as a text are signed as it stands. */
export function signedBy(key: SigningKey, claims: object | string, header: object = {}): string {
  const input = segments({ alg: key.alg, kid: key.kid, ...header }, claims);
  const signature = signBytes('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

export function unsigned(claims: object): string {
  return `${segments({ alg: 'none' }, claims)}.`;
}

/** By a shared secret: the client's, or the text of a public key. */
export function signedBySecret(secret: string, claims: object, header: object = {}): string {
  const input = segments({ alg: 'HS256', ...header }, claims);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function segments(header: object, claims: object | string): string {
  const texts = [header, claims].map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
  return texts.map((text) => Buffer.from(text).toString('base64url')).join('.');
}

/**
 * An OpenID provider that does as it is told: its metadata, its keys and what it answers for a code can be wrong in any way. It counts
 * what it was asked. Good answers are oidc-provider's job; this one is for the others.
 */
export async function startWrongOpenidProvider() {
  const key = newSigningKey('first');
  const answers = new Map<string, Answer>();
  const asked = new Map<string, number>();
  const requests: { readonly path: string; readonly body: string; readonly authorization: string | undefined }[] = [];
  let published: readonly object[] = [publicJwk(key)];
  let metadata: Record<string, unknown> = {};
  let idToken: string | undefined;

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      requests.push({ path, body, authorization: request.headers.authorization });
      const answer = answers.get(path) ?? usual[path];
      if (answer === undefined) response.writeHead(404).end();
      else answer(request, response, body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const issuer = `http://127.0.0.1:${address.port}`;
  const usual: Readonly<Record<string, Answer>> = {
    '/.well-known/openid-configuration': (_request, response) =>
      sendJson(response, {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        end_session_endpoint: `${issuer}/end`,
        userinfo_endpoint: `${issuer}/userinfo`,
        id_token_signing_alg_values_supported: ['RS256', 'ES256'],
        ...metadata,
      }),
    '/jwks': (_request, response) => sendJson(response, { keys: published }),
    '/token': (_request, response) =>
      sendJson(response, { access_token: 'opaque', token_type: 'Bearer', id_token: idToken }),
  };

  return {
    issuer,
    key,
    requests,
    /** How often a path was asked for. */
    asked: (path: string) => asked.get(path) ?? 0,
    answer(path: string, answer: Answer) {
      answers.set(path, answer);
    },
    publish(keys: readonly object[]) {
      published = keys;
    },
    say(more: Record<string, unknown>) {
      metadata = more;
    },
    give(token: string | undefined) {
      idToken = token;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type WrongOpenidProvider = Awaited<ReturnType<typeof startWrongOpenidProvider>>;

export function sendJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
