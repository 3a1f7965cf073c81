import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { DATA_FOLDER, type EngineMessage, type EngineOptions } from './protocol.ts';
import { beginUse, endUse, survived } from './trust.ts';
import { watch } from './watch.ts';

/**
 * The process of the embedded PostgreSQL: PGlite behind a Unix socket. Started by `start.ts` only; it ends with its parent.
 *
 * Making a database takes about 300 MB that WebAssembly never gives back, so it is made by a process of its own.
 */

/** How long a predecessor that is ending may keep the folder. */
const LOCK_TIMEOUT_MS = 10_000;
/** The node's pool has one; another may still be closing. */
const CONNECTIONS_MAX = 4;
const SETTINGS = ['shared_buffers=16MB', 'max_wal_size=64MB', 'min_wal_size=32MB', 'jit=off'];

async function run(options: EngineOptions): Promise<void> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  if (!lock(options.directory)) {
    tell({ kind: 'in-use' });
    process.exitCode = 1;
    process.disconnect();
    return;
  }
  const data = join(options.directory, DATA_FOLDER);
  switch (options.task) {
    case 'replace':
      await moveAside(data);
      await prepare(data);
      break;
    case 'prepare':
      await prepare(data);
      break;
    case 'serve':
      await serve(options.directory, data, options.socket);
      return;
  }
  process.exit(0);
}

/** The kernel's file lock, through SQLite: ends with its holder however that dies. Held until the process ends. */
function lock(directory: string): boolean {
  const database = new DatabaseSync(join(directory, 'lock'), { timeout: LOCK_TIMEOUT_MS });
  try {
    database.exec('BEGIN EXCLUSIVE');
    process.once('exit', () => database.close());
    return true;
  } catch {
    return false;
  }
}

/** Only one is kept: it is of use to whoever wants to know what went wrong, and the journal has everything in it. */
async function moveAside(data: string): Promise<void> {
  if (!existsSync(data)) return;
  const to = `${data}.damaged`;
  await rm(to, { recursive: true, force: true });
  await rename(data, to);
  tell({ kind: 'moved-aside', to });
}

/** Under another name until it is complete: a half-made database never looks like one. */
async function prepare(data: string): Promise<void> {
  if (existsSync(data)) return;
  const fresh = `${data}.new`;
  await rm(fresh, { recursive: true, force: true });
  const database = await open(fresh);
  await database.close();
  await rename(fresh, data);
  await endUse(dirname(data), data);
}

async function serve(directory: string, data: string, socket: string): Promise<void> {
  if (!existsSync(data)) throw new Error(`there is no database at ${data}`);
  if (!(await survived(directory))) throw new Error('the machine went down while the database was being written');
  await beginUse(directory);
  const database = await open(data);
  // The lock says that whoever made this socket is gone.
  await rm(socket, { force: true });
  watch(database, {
    onDamaged() {
      process.stderr.write('the database reports corrupted files\n');
      // Once the parent has it: an exit would overtake it.
      process.send?.({ kind: 'damaged' } satisfies EngineMessage, undefined, undefined, () => process.exit(1));
    },
    onFailed(error) {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  });
  const server = new PGLiteSocketServer({ db: database, path: socket, maxConnections: CONNECTIONS_MAX });
  await server.start();
  await chmod(socket, 0o600);
  process.on('SIGTERM', () => {
    const stopped = server
      .stop()
      .then(() => database.close())
      .then(() => endUse(directory, data));
    stopped.then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  tell({ kind: 'ready' });
}

function open(data: string): Promise<PGlite> {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  return PGlite.create(data, {
    extensions: { pg_trgm },
    startParams: [...PGlite.defaultStartParams, ...settings],
  });
}

function tell(message: EngineMessage): void {
  process.send?.(message);
}

// Gone when the parent is, even when it was killed.
process.on('disconnect', () => process.exit(0));
// The terminal sends this to every process of its group; the parent decides when the index ends.
process.on('SIGINT', () => undefined);

const [directory, socket, task] = process.argv.slice(2);
if (process.send === undefined || directory === undefined || socket === undefined) {
  throw new Error('this is a part of acgs and is started by it');
}
await run({ directory, socket, task: task === 'serve' || task === 'replace' ? task : 'prepare' });
