import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { run } from '#apps/cli/main.ts';
import { createRecordedIo } from '#apps/cli/recorded-io.ts';
import type { ServerClock } from '#apps/server/clock.ts';
import type { Server } from '#apps/server/compose.ts';
import type { Runs } from '#apps/server/config.ts';
import type { AgentId, PersonId, Principal } from '#domain/identity/principal.ts';
import { STARTER, startOwnServer } from './own-server.ts';

const HOUR_MS = 3_600_000;
const TOKEN_TTL_MS = 365 * 24 * HOUR_MS;

const PEOPLE = {
  ada: ['developer'],
  ben: ['developer'],
  cem: ['developer'],
  dia: ['developer'],
  eva: ['developer'],
  max: ['maintainer'],
  sec: ['security'],
  ops: ['operator'],
} as const;
type PersonName = keyof typeof PEOPLE;
export const NAMES = Object.keys(PEOPLE) as readonly PersonName[];

/** The clocks of a machine, moved by hand: no setting, flag or call of a server that is installed can do that. */
export interface HandClock extends ServerClock {
  /** Time passes. */
  pass(hours: number): void;
  /** Somebody sets the wall clock; no time passes. */
  set(hours: number): void;
}

function createHandClock(startMs: number): HandClock {
  const reading = { wallMs: startMs, uptimeMs: HOUR_MS, bootId: 'boot-1' };
  return {
    nowMs: () => reading.wallMs,
    read: () => ({ ...reading }),
    pass(hours) {
      reading.wallMs += hours * HOUR_MS;
      reading.uptimeMs += hours * HOUR_MS;
    },
    set(hours) {
      reading.wallMs += hours * HOUR_MS;
    },
  };
}

/**
 * A server composed in this process with a clock of its own, with its real journal and HTTP, and people who use the real command line.
 * Everything is the product's but the clock.
 */
export async function foundRepublic(
  startMs: number,
  options: {
    readonly runs?: Runs;
    /** Number 1, by its document; the starter where nobody changes it. */
    readonly document?: (text: string) => string;
  } = {},
) {
  const root = mkdtempSync(join(tmpdir(), 'acgs-republic-'));
  const home = join(root, 'home');
  const clock = createHandClock(startMs);
  const tokens = new Map<string, string>();
  const first = join(root, 'first');
  cpSync(STARTER, first, { recursive: true });
  const document = readFileSync(join(STARTER, 'constitution.yaml'), 'utf8');
  writeFileSync(join(first, 'constitution.yaml'), options.document?.(document) ?? document);
  const file = createTokenFile(join(home, 'tokens.json'));
  for (const name of NAMES) {
    const principal: Principal = { kind: 'person', id: name as PersonId, roles: PEOPLE[name] };
    tokens.set(name, await file.issue(principal, startMs, TOKEN_TTL_MS));
  }
  for (const name of ['codex', 'cursor'] as const) {
    const principal: Principal = { kind: 'agent', id: name as AgentId, agent: name, teams: [] };
    tokens.set(name, await file.issue(principal, startMs, TOKEN_TTL_MS));
  }

  let server: Server | undefined;
  const running = () => {
    if (server === undefined) throw new Error('the server does not run');
    return server;
  };

  async function call(who: string, method: 'GET' | 'POST', path: string, body?: object) {
    const answer = await fetch(`${running().address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens.get(who) ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
    const told: any = await answer.json();
    return { status: answer.status, body: told };
  }

  return {
    root,
    home,
    clock,
    journal: join(home, 'journal'),
    call,
    address: () => running().address,
    isRunning: () => server !== undefined,
    /** A token of its own for another process: a node that follows. */
    issue: (principal: Principal) => file.issue(principal, startMs, TOKEN_TTL_MS),
    async start() {
      server = await startOwnServer({ home, constitution: first, runs: options.runs ?? 'all', clock });
    },
    async stop() {
      const stopping = server;
      server = undefined;
      await stopping?.close();
    },
    /** `acgs constitution …` as a person, in this process: the same code, arguments and exit codes. */
    async acgs(who: string, ...argv: readonly string[]) {
      const url = server === undefined ? {} : { ACGS_URL: running().address };
      const io = createRecordedIo({ cwd: root, env: { ...url, ACGS_HOME: home, ACGS_TOKEN: tokens.get(who) ?? '' } });
      return { code: await run(['constitution', ...argv], io), ...io.written() };
    },
    /** An action of an agent, decided over HTTP. */
    async decide(agent: string, action: object): Promise<{ readonly id: string; readonly verdict: string }> {
      const { body } = await call(agent, 'POST', '/v1/decisions', { action });
      const { id, verdict } = body.decision;
      return { id, verdict: verdict.kind === 'ask' ? `ask ${verdict.role}` : verdict.kind };
    },
    /** A folder with the next constitution: the first, amended. */
    folder(name: string, amend: (text: (file: string) => string, write: (file: string, text: string) => void) => void) {
      const folder = join(root, name);
      cpSync(first, folder, { recursive: true });
      amend(
        (path) => readFileSync(join(folder, path), 'utf8'),
        (path, text) => writeFileSync(join(folder, path), text),
      );
      return folder;
    },
    async end() {
      await this.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export type Republic = Awaited<ReturnType<typeof foundRepublic>>;
