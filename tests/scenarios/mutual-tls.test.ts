import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyFile } from '#adapters/key-file/key-file.ts';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import type { Server } from '#apps/server/compose.ts';
import { OPERATOR } from '#apps/server/tokens.ts';
import { makeAssertion, makeProof } from '#domain/identity/holder.ts';
import type { Signer } from '#domain/signature/ed25519.ts';
import { type CertificateContent, type CertificateFiles, createCertificates } from '../support/certificates.ts';
import { startOwnServer } from '../support/own-server.ts';
import { until } from '../support/server-process.ts';

const ISSUER = 'https://acgs.example';
const PATIENCE_MS = 240_000;
const uri = (agent: string, domain = 'acgs.example') => `URI:spiffe://${domain}/agent/${agent}`;

const root = mkdtempSync(join(tmpdir(), 'acgs-mutual-tls-'));
const files = {
  cert: join(root, 'server.crt'),
  key: join(root, 'server.key'),
  clientCa: join(root, 'clients.crt'),
};
const certificates = createCertificates();
/** Of the server, of agents, and of somebody else. */
const authorities = {
  servers: certificates.authority('servers'),
  agents: certificates.authority('agents'),
  others: certificates.authority('others'),
};
const serverContent: CertificateContent = { names: ['IP:127.0.0.1'] };
const laptop = certificates.issue(authorities.agents, { names: [uri('laptop')] });
const keepingAlive = new Agent({ keepAlive: true, maxSockets: 1 });

let server: Server;
let operator: string;
let signer: Signer;

beforeAll(async () => {
  takeIntoUse(certificates.issue(authorities.servers, serverContent));
  writeFileSync(files.clientCa, authorities.agents.cert);
  server = await startOwnServer({
    home: join(root, 'home'),
    env: {
      ACGS_PUBLIC_URL: ISSUER,
      ACGS_TLS_CERT_FILE: files.cert,
      ACGS_TLS_KEY_FILE: files.key,
      ACGS_TLS_CLIENT_CA_FILE: files.clientCa,
      ACGS_SPIFFE_TRUST_DOMAIN: 'acgs.example',
    },
    runs: 'identity',
  });
  operator = await createTokenFile(join(root, 'home', 'tokens.json')).issue(OPERATOR, Date.now(), 86_400_000);
  signer = await createKeyFile(join(root, 'laptop.pem'));
  for (const id of ['laptop', 'desk', 'invited']) {
    const invited = await call('/v1/agents', { bearer: operator, json: { id, agent: 'codex' } });
    if (id === 'invited') continue;
    const proof = makeProof(signer, {
      method: 'POST',
      url: `${ISSUER}/v1/enrolments`,
      nowMs: Date.now(),
      id: `proof-of-${id}`,
    });
    const enrolled = await call('/v1/enrolments', { json: { code: invited.body.code }, headers: { dpop: proof } });
    expect(enrolled.status).toBe(201);
  }
}, PATIENCE_MS);

afterAll(async () => {
  keepingAlive.destroy();
  await server.close();
  certificates.remove();
  rmSync(root, { recursive: true, force: true });
}, PATIENCE_MS);

/** As a renewal does: one file after the other. */
function takeIntoUse({ certFile, keyFile }: CertificateFiles): void {
  copyFileSync(keyFile, files.key);
  copyFileSync(certFile, files.cert);
}

interface Call {
  readonly certificate?: CertificateFiles;
  readonly bearer?: string;
  readonly scheme?: 'DPoP';
  readonly json?: object;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
}

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at by each test
function call(path: string, given: Call): Promise<{ readonly status: number; readonly body: any }> {
  const { certificate, json, form, bearer } = given;
  const sent = json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json);
  return new Promise((resolve, reject) => {
    const asked = request(
      server.address + path,
      {
        method: sent === undefined ? 'GET' : 'POST',
        ca: authorities.servers.cert,
        ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
        agent: given.agent ?? new Agent({ keepAlive: false }),
        headers: {
          ...(bearer === undefined ? {} : { authorization: `${given.scheme ?? 'Bearer'} ${bearer}` }),
          ...(sent === undefined
            ? {}
            : { 'content-type': json === undefined ? 'application/x-www-form-urlencoded' : 'application/json' }),
          ...given.headers,
        },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }));
      },
    );
    asked.on('error', reject).end(sent);
  });
}

const askToken = (given: Omit<Call, 'form'>, form: Readonly<Record<string, string>> = {}) =>
  call('/oauth/token', { ...given, form: { grant_type: 'client_credentials', ...form } });
const assertion = (agentId: string) => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: makeAssertion(signer, {
    agentId,
    issuer: ISSUER,
    nowMs: Date.now(),
    id: `assertion-${Math.random()}`,
  }),
});
const me = (given: Call) => call('/v1/me', given);

describe('a token for a certificate', { timeout: PATIENCE_MS }, () => {
  const { agents, others } = authorities;
  const of = (content: CertificateContent, issuer = agents) => certificates.issue(issuer, content);
  it.each<[string, () => CertificateFiles, string]>([
    ['an authority that is not trusted here', () => of({ names: [uri('laptop')] }, others), 'certificate-invalid'],
    ['nobody but itself', () => certificates.authority('laptop'), 'certificate-invalid'],
    ['a time that is over', () => of({ names: [uri('laptop')], days: -1 }), 'certificate-invalid'],
    ['two URIs', () => of({ names: [uri('laptop'), uri('desk')] }), 'certificate-invalid'],
    ['two URIs that are the same', () => of({ names: [uri('laptop'), uri('laptop')] }), 'certificate-invalid'],
    ['another trust domain', () => of({ names: [uri('laptop', 'evil.example')] }), 'certificate-invalid'],
    [
      'a trust domain with ours at its end',
      () => of({ names: [uri('laptop', 'x.acgs.example')] }),
      'certificate-invalid',
    ],
    [
      'a common name only',
      () => of({ commonName: 'spiffe:\\/\\/acgs.example\\/agent\\/laptop' }),
      'certificate-invalid',
    ],
    ['a DNS name only', () => of({ names: ['DNS:laptop'] }), 'certificate-invalid'],
    ['a URI of another kind', () => of({ names: ['URI:https://acgs.example/agent/laptop'] }), 'certificate-invalid'],
    ['a person', () => of({ names: ['URI:spiffe://acgs.example/person/operator'] }), 'certificate-invalid'],
    ['a longer path', () => of({ names: [uri('laptop/x')] }), 'certificate-invalid'],
    [
      'an authority with the name of an agent',
      () => of({ names: [uri('laptop')], isAuthority: true }),
      'certificate-invalid',
    ],
    ['an agent that nobody knows', () => of({ names: [uri('stranger')] }), 'certificate-invalid'],
    ['an agent that has not enrolled', () => of({ names: [uri('invited')] }), 'certificate-invalid'],
  ])('is not given for one of %s', async (_name, certificate, code) => {
    expect(await askToken({ certificate: certificate() })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', code },
    });
  });

  it('is not given without a certificate, nor for one beside another agent’s name or assertion', async () => {
    expect((await askToken({})).body.code).toBe('assertion-invalid');
    expect((await askToken({ certificate: laptop }, { client_id: 'desk' })).body.code).toBe('certificate-invalid');
    expect((await askToken({ certificate: laptop }, assertion('desk'))).body.code).toBe('certificate-invalid');
    const foreign = certificates.issue(others, { names: [uri('laptop')] });
    expect((await askToken({ certificate: foreign }, assertion('laptop'))).body.code).toBe('certificate-invalid');
  });

  it('is bound to it, also beside an assertion, and is worth nothing to whoever does not hold it', async () => {
    const renewed = of({ names: [uri('laptop')] });
    for (const form of [{ client_id: 'laptop' }, {}, assertion('laptop')]) {
      const { status, body } = await askToken({ certificate: laptop }, form);
      expect([status, body.token_type]).toEqual([200, 'Bearer']);
      const bearer: string = body.access_token;
      expect(decodeJwt(bearer)['cnf']).toEqual({ 'x5t#S256': expect.stringMatching(/^[\w-]{43}$/) });
      expect((await me({ certificate: laptop, bearer })).body).toMatchObject({ kind: 'agent', id: 'laptop' });
      expect((await me({ bearer })).body.code).toBe('certificate-missing');
      for (const certificate of [
        renewed,
        of({ names: [uri('desk')] }),
        certificates.issue(others, { names: [uri('laptop')] }),
      ]) {
        expect((await me({ certificate, bearer })).body.code).toBe('certificate-invalid');
      }
      expect((await me({ certificate: laptop, bearer, scheme: 'DPoP' })).body.code).toBe('proof-invalid');
    }
  });

  it('is revoked also by who does not hold the certificate, and not given to an agent that is suspended', async () => {
    const bearer: string = (await askToken({ certificate: laptop })).body.access_token;
    expect((await call('/oauth/revoke', { bearer: operator, form: { token: bearer } })).status).toBe(200);
    expect((await me({ certificate: laptop, bearer })).body.code).toBe('token-revoked');
    const set = (status: string) =>
      call('/v1/agents/laptop/status', { bearer: operator, json: { status, why: 'a test' } });
    await set('suspended');
    expect((await askToken({ certificate: laptop })).body.code).toBe('agent-suspended');
    await set('active');
    expect((await askToken({ certificate: laptop })).status).toBe(200);
  });

  it('says in its metadata that there is such a way', async () => {
    expect((await call('/.well-known/oauth-authorization-server', {})).body).toMatchObject({
      tls_client_certificate_bound_access_tokens: true,
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt', 'tls_client_auth']),
    });
  });
});

describe('certificates that are renewed', () => {
  it(
    'are taken into use while the server runs, and not before they are whole; what was trusted before is not any more',
    async () => {
      const bearer: string = (await askToken({ certificate: laptop })).body.access_token;
      const held = () => me({ certificate: laptop, bearer, agent: keepingAlive });
      expect((await held()).status).toBe(200);

      const before = await serverCertificate();
      const next = certificates.issue(authorities.servers, serverContent);
      // The new key without its certificate, for a while: what there was goes on.
      copyFileSync(next.keyFile, files.key);
      // Longer than the server takes to look; that nothing happens cannot be waited for otherwise.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect(await serverCertificate()).toBe(before);
      takeIntoUse(next);
      await until(async () => (await serverCertificate()) !== before, PATIENCE_MS);
      // The same connection as before: a renewal of the server's own certificate cuts nobody off.
      expect((await held()).status).toBe(200);

      writeFileSync(files.clientCa, authorities.others.cert);
      await until(async () => (await held()).body.code === 'certificate-invalid', PATIENCE_MS);
      const other = certificates.issue(authorities.others, { names: [uri('laptop')] });
      expect((await askToken({ certificate: other })).status).toBe(200);
      expect((await askToken({ certificate: laptop })).body.code).toBe('certificate-invalid');
    },
    PATIENCE_MS,
  );

  /** The fingerprint of what the server shows to a new connection. */
  function serverCertificate(): Promise<string> {
    const { hostname, port } = new URL(server.address);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), ca: authorities.servers.cert }, () => {
        const { fingerprint256 } = socket.getPeerCertificate();
        socket.end();
        resolve(fingerprint256);
      });
      socket.on('error', reject);
    });
  }
});
