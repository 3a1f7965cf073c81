import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTokenFile } from '#adapters/token-file/token-file.ts';
import { OPERATOR } from '#apps/server/tokens.ts';

const ACGS = fileURLToPath(new URL('../../bin/acgs.js', import.meta.url));
/** A machine that runs other tests beside takes half a minute for a start. */
const READY_MS_MAX = 240_000;

export interface ServerProcess {
  readonly url: string;
  readonly home: string;
  readonly pid: number | undefined;
  /** The operator's. */
  readonly token: string;
  /** Everything that it printed. */
  output(): string;
  /** Calls the API as the operator. */
  get(path: string): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  /** Ends it and waits until it is gone. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** The product as its users start it: a process of its own, on a free port of the loopback, with its state in `home`. */
export async function startServerProcess(options: {
  readonly home: string;
  readonly port?: number;
  /** Everything, or one service. */
  readonly service?: 'decision' | 'constitution' | 'identity';
  /** Without it, pages are neither served nor built first. */
  readonly hasConsole?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Until it lives; one that needs another server is not ready before that is there. Default: until it is ready. */
  readonly until?: 'alive';
}): Promise<ServerProcess> {
  const { home } = options;
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [ACGS, 'start', ...(options.service === undefined ? [] : [options.service])], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ACGS_HOME: home,
      ACGS_LISTEN: `127.0.0.1:${port}`,
      ACGS_CONSOLE: options.hasConsole === true ? 'on' : 'off',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${printed}`);
    return (
      (await fetch(`${url}/${options.until === 'alive' ? 'livez' : 'readyz'}`).catch(() => undefined))?.ok === true
    );
  }, READY_MS_MAX);
  const token = await createTokenFile(join(home, 'tokens.json')).issue(OPERATOR, Date.now(), 3_600_000);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    url,
    home,
    pid: child.pid,
    token,
    output: () => printed,
    get: (path) => fetch(url + path, { headers }),
    post: (path, body) => fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) }),
    kill: (signal) => end(child, signal),
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

/** Asks again until the answer is yes; what the check throws ends it. */
export async function until(check: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
