import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import type { AgentId } from '#domain/identity/principal.ts';
import { NODE_AGENT } from '#domain/rollout/node-agent.ts';
import { freePort, type ServerProcess, startServerProcess } from './server-process.ts';

const TOKEN_TTL_MS = 86_400_000;
/** Nobody listens there: the search index is down all the time, and nothing of this needs it. */
const NO_INDEX = { ACGS_DATABASE_URL: 'postgres://127.0.0.1:1/none', ACGS_LOG_LEVEL: 'warn' };

/** An identity service and decision nodes that follow it, each a process of its own with its own state, as their users start them. */
export async function startIdentityFleet() {
  const root = mkdtempSync(join(tmpdir(), 'acgs-identity-fleet-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const servers: ServerProcess[] = [];

  async function startIdentity(): Promise<ServerProcess> {
    const home = join(root, 'identity');
    return kept(await startServerProcess({ home, port, service: 'identity', env: NO_INDEX }));
  }

  /** Its token is issued in the identity service's own state folder, as its operator would do it there. */
  async function startNode(id: string, more: { readonly ageMinutesMax?: number; readonly until?: 'alive' } = {}) {
    const tokenFile = join(root, `${id}.token`);
    const principal = { kind: 'agent', id: id as AgentId, agent: NODE_AGENT, teams: [] } as const;
    const tokens = createTokenFile(join(root, 'identity', 'tokens.json'));
    writeFileSync(tokenFile, await tokens.issue(principal, Date.now(), TOKEN_TTL_MS), { mode: 0o600 });
    return kept(
      await startServerProcess({
        home: join(root, id),
        service: 'decision',
        ...(more.until === undefined ? {} : { until: more.until }),
        env: {
          ...NO_INDEX,
          ACGS_NODE_ID: id,
          ACGS_IDENTITY_URL: url,
          ACGS_NODE_TOKEN_FILE: tokenFile,
          ...(more.ageMinutesMax === undefined ? {} : { ACGS_IDENTITY_AGE_MINUTES_MAX: String(more.ageMinutesMax) }),
        },
      }),
    );
  }

  function kept(server: ServerProcess): ServerProcess {
    servers.push(server);
    return server;
  }

  /** The command line, as the operator of the identity service. */
  async function acgs(identity: ServerProcess, ...argv: string[]): Promise<string> {
    const io = createRecordedIo({ cwd: root, env: { ACGS_URL: identity.url, ACGS_TOKEN: identity.token } });
    const code = await run(argv, io);
    const { out, err } = io.written();
    if (code !== 0) throw new Error(`acgs ${argv.join(' ')}: ${code} ${err}`);
    return out;
  }

  return {
    root,
    startIdentity,
    startNode,
    acgs,
    /** A new agent with a key of its own; its folder. */
    async enrol(identity: ServerProcess, id: string): Promise<string> {
      const folder = join(root, `agent-${id}`);
      const invited = JSON.parse(await acgs(identity, 'agent', 'invite', id, '--agent', 'codex', '--json'));
      await acgs(identity, 'agent', 'enrol', invited.code, '--folder', folder);
      return folder;
    },
    /** A fresh token of it. */
    async token(identity: ServerProcess, folder: string): Promise<string> {
      await acgs(identity, 'agent', 'refresh', '--folder', folder);
      return readFileSync(join(folder, 'token'), 'utf8').split('\n', 1)[0] ?? '';
    },
    async end() {
      await Promise.all(servers.map((server) => server.kill('SIGTERM')));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export type IdentityFleet = Awaited<ReturnType<typeof startIdentityFleet>>;

/** What a server says to a token: `ok`, or the code of its refusal. */
export async function standingAt(server: ServerProcess, token: string): Promise<string> {
  const response = await fetch(`${server.url}/v1/constitution`, { headers: { authorization: `Bearer ${token}` } });
  // A problem's code (RFC 9457), of a server of ours.
  return response.ok ? 'ok' : ((await response.json()) as { readonly code: string }).code;
}
