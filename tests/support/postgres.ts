import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** The oldest version that ACGS supports, and Debian 12's. */
const VERSION = '15';
const DEBIAN_BIN = `/usr/lib/postgresql/${VERSION}/bin`;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/** Why there is no server to test with, and what to do; undefined when there is one. */
export function postgresMissing(): string | undefined {
  if (!existsSync(join(DEBIAN_BIN, 'initdb'))) {
    const others = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').join(', ') : 'none';
    return `PostgreSQL ${VERSION} is not installed (found: ${others}): apt-get install postgresql-${VERSION}`;
  }
  return runner().kind === 'nobody'
    ? 'PostgreSQL refuses root and there is no user postgres: run the tests as a user'
    : undefined;
}

export interface TestPostgres {
  /** Of the role `acgs`, which owns its database and nothing else: since PostgreSQL 15 nobody else may create in `public`. */
  readonly poolConfig: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
  /** Of the postmaster. */
  pid(): number | undefined;
  /** As the database's administrator. */
  administer(sql: string): Promise<void>;
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/**
 * A real server on a free loopback port, with its data in a temporary folder. Run as user postgres when the tests are
 * root's. `durable` leaves fsync on; `bin` is where another version's programs are.
 */
export async function startTestPostgres(
  options: { readonly durable?: boolean; readonly bin?: string } = {},
): Promise<TestPostgres> {
  const { bin = DEBIAN_BIN } = options;
  const missing = bin === DEBIAN_BIN ? postgresMissing() : undefined;
  if (missing !== undefined) throw new Error(missing);
  const folder = await mkdtemp(join(tmpdir(), 'acgs-postgres-'));
  const identity = runner();
  const as = identity.kind === 'user' ? { uid: identity.uid, gid: identity.gid } : {};
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const password = 'only-for-tests';
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (identity.kind === 'user') {
    await chown(folder, identity.uid, identity.gid);
    await chown(passwordFile, identity.uid, identity.gid);
  }
  execFileSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '--no-sync',
    ],
    { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } },
  );
  const port = await freePort();
  const settings = [`fsync=${options.durable === true ? 'on' : 'off'}`, `unix_socket_directories=${folder}`];
  const start = async (): Promise<ChildProcess> => {
    const server = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-p', String(port), '-h', '127.0.0.1', ...settings.flatMap((one) => ['-c', one])],
      { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' } },
    );
    let words = '';
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = `${words}${text}`.slice(-4_000);
    });
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!words.includes('ready to accept connections')) {
      if (server.exitCode !== null || performance.now() > deadline)
        throw new Error(`PostgreSQL did not start: ${words}`);
      await sleep(20);
    }
    return server;
  };
  let server = await start();
  const administrator = { host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' };
  await execute(administrator, `CREATE ROLE acgs LOGIN PASSWORD '${password}'`);
  await execute(administrator, 'CREATE DATABASE acgs OWNER acgs');
  return {
    poolConfig: { ...administrator, user: 'acgs', database: 'acgs' },
    pid: () => server.pid,
    administer: (sql) => execute({ ...administrator, database: 'acgs' }, sql),
    kill: () => end(server, 'SIGQUIT'),
    async restart() {
      server = await start();
    },
    async stop() {
      await end(server, 'SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** SIGINT: fast shutdown. SIGQUIT: immediate, without a checkpoint, as after a crash. */
async function end(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill(signal);
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

async function execute(config: TestPostgres['poolConfig'], sql: string): Promise<void> {
  const client = new Client(config);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

type Runner =
  | { readonly kind: 'self' }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'nobody' };

function runner(): Runner {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { kind: 'user', uid: id('-u'), gid: id('-g') };
  } catch {
    return { kind: 'nobody' };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the port of a TCP server is a number');
  server.close();
  await once(server, 'close');
  return address.port;
}
