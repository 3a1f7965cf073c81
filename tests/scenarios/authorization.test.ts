import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import Value from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import type { Server } from '#apps/server/compose.ts';
import { agentPrincipal } from '#apps/server/tokens.ts';
import { PERMISSIONS } from '#domain/access/permission.ts';
import type { PersonId, Principal } from '#domain/identity/principal.ts';
import type { GuardedRoute } from '#services/guard.ts';
import { startOwnServer } from '../support/own-server.ts';

/**
 * Who may call what, measured: every endpoint of the running server is called by everyone. The golden file is the whole answer,
 * so an endpoint without a row fails here, and so does a row without an endpoint. `npm run docs:authorization` writes it anew;
 * what changed is then read in the diff.
 */
const GOLDEN = fileURLToPath(new URL('../golden/authorization.md', import.meta.url));

const person = (...roles: string[]): Principal => ({
  kind: 'person',
  id: `person-${roles.join('-')}` as PersonId,
  roles,
});
const CALLERS: Readonly<Record<string, Principal | undefined>> = {
  nobody: undefined,
  agent: agentPrincipal('codex'),
  node: agentPrincipal('acgs-node', 'node-1'),
  'no role': person(),
  operator: person('operator'),
  proposer: person('proposer'),
  auditor: person('auditor'),
  signer: person('signer'),
  developer: person('developer'),
  maintainer: person('maintainer'),
  security: person('security'),
};

/** What the guard answers when it stops somebody; the handlers' own refusals have other codes. */
const STOPPED = ['token-missing', 'not-entitled'];
const Problem = Type.Object({ code: Type.String() });

const root = mkdtempSync(join(tmpdir(), 'acgs-authorization-'));
let server: Server;
const tokens = new Map<string, string>();

beforeAll(async () => {
  const home = join(root, 'home');
  const secretFile = join(root, 'secret');
  writeFileSync(secretFile, 'between us');
  const file = createTokenFile(join(home, 'tokens.json'));
  for (const [name, principal] of Object.entries(CALLERS)) {
    if (principal !== undefined) tokens.set(name, await file.issue(principal, Date.now(), 3_600_000));
  }
  // With every optional endpoint.
  const env = {
    ACGS_TOOLHIVE_SECRET_FILE: secretFile,
    ACGS_OPENID_ISSUER: 'http://127.0.0.1:1',
    ACGS_OPENID_CLIENT_ID: 'acgs',
  };
  server = await startOwnServer({ home, env });
}, 240_000);
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

/** Whether the guard lets this caller through to the handler. */
async function isLetThrough({ method, path }: GuardedRoute, caller: string): Promise<boolean> {
  const token = tokens.get(caller);
  const stop = new AbortController();
  const response = await fetch(server.address + path.replaceAll(/:\w+|\*/g, '01890000-0000-7000-8000-000000000001'), {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(method === 'POST' || method === 'PUT' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' || method === 'PUT' ? { body: '{}' } : {}),
    redirect: 'manual',
    signal: stop.signal,
  });
  const isProblem = response.status === 401 || response.status === 403;
  const body: unknown = isProblem ? await response.json() : undefined;
  stop.abort(); // a stream of events would not end by itself
  return !(Value.Check(Problem, body) && STOPPED.includes(body.code));
}

function routes(): readonly GuardedRoute[] {
  return server.routes
    .filter(({ method }) => method !== 'HEAD')
    .toSorted((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1));
}

async function table(): Promise<string> {
  const callers = Object.keys(CALLERS);
  const rows: string[] = [];
  for (const route of routes()) {
    const cells = await Promise.all(callers.map(async (caller) => ((await isLetThrough(route, caller)) ? 'yes' : '-')));
    rows.push(`| ${[`${route.method} ${route.path}`, route.permission, ...cells].join(' | ')} |`);
  }
  return [
    '# Who may call what',
    '',
    'Measured on the running server by `tests/scenarios/authorization.test.ts`; `npm run docs:authorization` writes it anew. *yes*: the',
    'guard lets the caller through to the handler, which may still refuse what is not the caller’s own. *-*: 401 or 403.',
    '',
    `| endpoint | permission | ${callers.join(' | ')} |`,
    `| ${['---', '---', ...callers.map(() => '---')].join(' | ')} |`,
    ...rows,
    '',
  ].join('\n');
}

describe('authorization', () => {
  it('is what the golden file says, for every endpoint and everyone', async () => {
    const measured = await table();
    if (process.env['ACGS_WRITE_DOCS'] === '1') writeFileSync(GOLDEN, measured);
    expect(measured).toBe(readFileSync(GOLDEN, 'utf8'));
  }, 120_000);

  it('gives no right by a role that is not needed anywhere', () => {
    // Looked at within a handler: what it changes depends on whose the thing is.
    const needed = new Set([...routes().map(({ permission }) => permission), 'agents.manage']);
    expect(PERMISSIONS.filter((permission) => !needed.has(permission))).toEqual([]);
  });
});
