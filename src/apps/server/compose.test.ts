import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type Server, startServer } from '#apps/server/compose.ts';
import type { ServerConfig } from '#apps/server/config.ts';
import { AGENT_KINDS } from '#domain/action/action.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-server-'));
const constitution = fileURLToPath(new URL('../../../constitution', import.meta.url));
let servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let homes = 0;
const config = (more: Partial<ServerConfig> = {}, home = join(root, String(++homes))): ServerConfig => ({
  runs: 'all',
  home,
  ledger: {
    kind: 'own',
    place: { kind: 'files', directory: join(home, 'ledger') },
    keyFile: join(home, 'keys', 'ledger.pem'),
  },
  nodeId: undefined,
  follows: undefined,
  followsIdentity: undefined,
  listen: { kind: 'tcp', host: '127.0.0.1', port: 0 },
  tls: undefined,
  publicUrl: 'http://127.0.0.1:8010',
  constitution,
  engine: 'compiled',
  // Nobody listens there: the index is down, and nothing else.
  databaseUrl: 'postgres://127.0.0.1:1/none',
  inFlightMax: 10,
  tokenTtlMs: 60_000,
  channelsFile: undefined,
  toolhiveSecretFile: undefined,
  openid: undefined,
  trustedProxies: [],
  console: 'off',
  logLevel: 'silent',
  ...more,
});
async function start(settings: ServerConfig): Promise<Server> {
  const started = await startServer(settings, '0.0.0', () => {});
  if (!started.ok) throw new Error(started.refusal.message);
  servers.push(started.value);
  return started.value;
}
const body = {
  action: { kind: 'shell', command: 'rm -rf /', background: false, cwd: '/w', workspaceRoots: ['/w'] },
  session: { id: 's' },
};
const decide = (server: Server, token: string, sent: object = body) =>
  fetch(`${server.address}/v1/decisions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(sent),
  });

describe('startServer', () => {
  it('refuses a constitution that is not there, a journal that is damaged, and one that is in use', async () => {
    expect(await startServer(config({ constitution: join(root, 'none') }), '0', () => {})).toMatchObject({ ok: false });
    const damaged = config();
    await (await start(damaged)).close();
    servers = [];
    const file = join(damaged.home, 'journal', '0000000001.segment');
    const bytes = readFileSync(file);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const refused = await startServer(damaged, '0', () => {});
    expect(refused.ok).toBe(false);
    const used = config();
    await start(used);
    expect(await startServer(used, '0', () => {})).toMatchObject({ ok: false, refusal: { code: 'journal-locked' } });
  }, 300_000);

  it('closes what it has opened when a later part refuses, so that the next start finds nothing in use', async () => {
    const channelsFile = join(root, 'channels.yaml');
    writeFileSync(channelsFile, 'channels: []');
    const settings = config({ channelsFile });
    expect(await startServer(settings, '0', () => {})).toMatchObject({ refusal: { code: 'channels-malformed' } });
    await start({ ...settings, channelsFile: undefined });
  }, 300_000);

  it.each(['compiled', 'cedar-wasm'] as const)(
    'decides with the %s engine while the index is down',
    async (engine) => {
      const server = await start(config({ engine }));
      expect([...server.firstTokens.keys()].sort()).toEqual(['operator', ...AGENT_KINDS].sort());
      const answer = await (await decide(server, server.firstTokens.get('codex') ?? '')).json();
      expect(answer).toMatchObject({ recorded: true, decision: { verdict: { kind: 'deny' }, agent: 'codex' } });
      const ready = await (await fetch(`${server.address}/readyz`)).json();
      // The start, what is in force, the decision; and the order that the node takes meanwhile.
      expect(ready).toMatchObject({ status: 'ready', indexLagRecords: expect.toBeOneOf([3, 4]) });
    },
    300_000,
  );

  it('remembers across a restart, shows tokens once, and keeps its state to itself', async () => {
    const settings = config();
    const first = await start(settings);
    const token = first.firstTokens.get('operator') ?? '';
    const agentToken = first.firstTokens.get('codex') ?? '';
    const sudo = { ...body, action: { ...body.action, command: 'sudo systemctl restart nginx' } };
    const asked = (await (await decide(first, agentToken, sudo)).json()) as { decision: { id: string } };
    const granted = await fetch(`${first.address}/v1/decisions/${asked.decision.id}/approval`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"answer":"granted"}',
    });
    expect(granted.status).toBe(200);
    await first.close();
    servers = [];
    expect(statSync(settings.home).mode & 0o777).toBe(0o700);

    const second = await start(settings);
    expect(second.firstTokens.size).toBe(0);
    // The start, what is in force, the order that the node took, the decision, and the answer to it.
    expect(second.recovered).toEqual({ records: 5, tornBytes: 0 });
    expect(await (await decide(second, agentToken, sudo)).json()).toMatchObject({
      decision: { verdict: { kind: 'allow' } },
    });
    expect(await (await decide(second, agentToken, sudo)).json()).toMatchObject({
      decision: { verdict: { kind: 'ask' } },
    });
  }, 300_000);

  it('listens on a socket, also where a killed server left one', async () => {
    const path = join(root, 'acgs.sock');
    writeFileSync(path, '');
    const secret = join(root, 'secret');
    writeFileSync(secret, 'between us\n');
    await start(config({ listen: { kind: 'unix', path }, toolhiveSecretFile: secret }));
    const status = await new Promise((resolve, reject) => {
      request({ socketPath: path, path: '/livez' }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  }, 300_000);
});
