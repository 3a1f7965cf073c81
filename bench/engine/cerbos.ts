import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildEntityStore, type EntityStore } from '#domain/policy/engine/entity-store.ts';
import type { Application } from './application.ts';
import type { Timing } from './measure.ts';

/**
 * Cerbos (Apache-2.0) is a server of 100 MB, too large for a dependency that only a benchmark needs:
 * `npm install --no-save @cerbos/cerbos-linux-x64`, or its path in CERBOS_BINARY.
 */
export const CERBOS_BINARY =
  process.env['CERBOS_BINARY'] ??
  fileURLToPath(new URL('../../node_modules/@cerbos/cerbos-linux-x64/cerbos-linux-x64', import.meta.url));

export const hasCerbos = () => existsSync(CERBOS_BINARY);

/** TinyTodo in Cerbos' terms. It has no hierarchy of entities, so the caller gives the teams that a user is in. */
const POLICY = {
  apiVersion: 'api.cerbos.dev/v1',
  resourcePolicy: {
    resource: 'list',
    version: 'default',
    rules: [
      rule(['*'], 'request.resource.attr.owner == request.principal.id'),
      rule(
        ['getList'],
        'request.resource.attr.readers in request.principal.attr.teams || request.resource.attr.writers in request.principal.attr.teams',
      ),
      rule(
        ['updateList', 'createTask', 'updateTask', 'deleteTask'],
        'request.resource.attr.writers in request.principal.attr.teams',
      ),
    ],
  },
};

function rule(actions: readonly string[], expr: string) {
  return { actions, effect: 'EFFECT_ALLOW', roles: ['user'], condition: { match: { expr } } };
}

const START_MS_MAX = 15_000;
const CHECKS = 3000;

/** Times Cerbos over loopback, one request at a time on one connection, and checks its verdicts against `decide`. */
export async function measureCerbos(
  application: Application,
  decide: (request: Application['requests'][number]) => 'allow' | 'deny',
): Promise<Timing> {
  const folder = mkdtempSync(join(tmpdir(), 'acgs-cerbos-'));
  const [port, grpcPort] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'list.json'), JSON.stringify(POLICY));
  const server = spawn(
    CERBOS_BINARY,
    [
      'server',
      '--log-level=error',
      '--set=storage.driver=disk',
      `--set=storage.disk.directory=${folder}`,
      `--set=server.httpListenAddr=127.0.0.1:${port}`,
      `--set=server.grpcListenAddr=127.0.0.1:${grpcPort}`,
      '--set=telemetry.disabled=true',
    ],
    { stdio: 'ignore' },
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await untilReady(server, () => post(agent, port, '/_cerbos/health', undefined));
    return await timeChecks(application, decide, (body) => post(agent, port, '/api/check/resources', body));
  } finally {
    agent.destroy();
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timeChecks(
  application: Application,
  decide: (request: Application['requests'][number]) => 'allow' | 'deny',
  send: (body: string) => Promise<string>,
): Promise<Timing> {
  const store: EntityStore = buildEntityStore(application.entities, undefined);
  const requests = application.requests.filter(({ resource }) => resource.type === 'List');
  const bodies = requests.map((request) => checkBody(application, store, request));
  const samples: number[] = [];
  for (let index = 0; index < CHECKS + requests.length; index += 1) {
    const at = index % requests.length;
    const [request, body] = [requests[at], bodies[at]];
    if (request === undefined || body === undefined) throw new Error('no request');
    const before = process.hrtime.bigint();
    const answer = await send(body);
    // The first round warms up.
    if (index >= requests.length) samples.push(Number(process.hrtime.bigint() - before));
    if (answer.includes('EFFECT_ALLOW') !== (decide(request) === 'allow'))
      throw new Error(`cerbos decides otherwise: ${body} ${answer}`);
  }
  samples.sort((a, b) => a - b);
  return {
    p50Ns: samples[samples.length >> 1] ?? Number.NaN,
    p99Ns: samples[Math.floor(samples.length * 0.99)] ?? Number.NaN,
    count: samples.length,
  };
}

function checkBody(
  { entities }: Application,
  store: EntityStore,
  { principal, action, resource }: Application['requests'][number],
): string {
  const list = entities.find(({ uid }) => uid.type === resource.type && uid.id === resource.id);
  const idOf = (value: unknown) => (value as { readonly __entity: { readonly id: string } }).__entity.id; // made by tinytodo.ts
  const teams = [...(store.find(principal.type, principal.id)?.ancestors ?? [])]
    .filter(({ type }) => type === 'Team')
    .map(({ id }) => id);
  const attr = Object.fromEntries(Object.entries(list?.attrs ?? {}).map(([name, value]) => [name, idOf(value)]));
  return JSON.stringify({
    requestId: 'bench',
    principal: { id: principal.id, roles: ['user'], attr: { teams } },
    resources: [{ actions: [action.id], resource: { kind: 'list', id: resource.id, attr } }],
  });
}

async function untilReady(server: ChildProcess, ask: () => Promise<string>): Promise<void> {
  const deadline = performance.now() + START_MS_MAX;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (server.exitCode !== null || performance.now() > deadline)
        throw new Error('cerbos did not start', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function post(agent: Agent, port: number, path: string, body: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        agent,
        host: '127.0.0.1',
        port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          response.statusCode === 200 ? resolve(text) : reject(new Error(`cerbos: ${response.statusCode} ${text}`)),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
