import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { never } from '#domain/result.ts';
import { DATA_FOLDER, type EngineMessage, type EngineOptions } from './protocol.ts';

const ENGINE = fileURLToPath(new URL(`./engine${extname(import.meta.url)}`, import.meta.url));

/**
 * V8 compiles the engine's WebAssembly once and quickly, and never again with its optimiser. That costs a search some
 * milliseconds, and saves half of the memory and the processor time that the node's decisions would wait for; and the
 * engine ends at once, where Node would wait for the optimiser's threads. `npm run bench:index`, docs/decisions/0007.
 */
const ENGINE_FLAGS = ['--liftoff-only'];

/** A first start takes 5 s on an idle machine and four times that on a busy one. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 10_000;
const RESTART_MS_MIN = 500;
const RESTART_MS_MAX = 30_000;
/** An engine that served this long was sound; one that keeps ending sooner has a database that it cannot live with. */
const SOUND_AFTER_MS = 60_000;
const EARLY_ENDS_MAX = 3;
/** Of the engine's own words, for the message when it cannot start. */
const STDERR_CHARS_KEPT = 2_000;
/** `sun_path` holds 104 bytes on macOS and the BSDs, 108 on Linux, with its final zero. */
const SOCKET_BYTES_MAX = 103;
/** libpq's name for the socket of a server at a port; the port is only part of the name. */
const PORT = 5432;

export interface EmbeddedPostgres {
  /** For `pg`. One connection: the engine has one session, which it would share between clients message by message. */
  readonly poolConfig: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
    readonly max: number;
  };
  /** Of the engine that serves now; changes when it was restarted. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

export type EmbeddedPostgresEvent =
  /** The database could not be opened and is empty now: it must be filled again from the journal. */
  | { readonly kind: 'moved-aside'; readonly to: string; readonly why: string }
  /** The engine ended without being asked to, and is started again. */
  | { readonly kind: 'exited'; readonly how: string }
  | { readonly kind: 'restarted' };

/** The folder is another process's. */
export class EmbeddedPostgresInUse extends Error {
  override readonly name = 'EmbeddedPostgresInUse';
}

export class EmbeddedPostgresFailed extends Error {
  override readonly name = 'EmbeddedPostgresFailed';
}

/**
 * Runs the embedded PostgreSQL in a process of its own, so that neither its memory nor its end is this process's, and
 * keeps it running until `stop`. It ends with this process, even when that is killed. A database that cannot be opened is
 * moved to `data.damaged` and begun anew: nothing in it is the only copy. Resolves when it serves.
 * @throws {EmbeddedPostgresInUse} {EmbeddedPostgresFailed}
 */
export async function startEmbeddedPostgres(input: {
  /** Absolute; made when absent, with mode 0700. */
  readonly directory: string;
  readonly onEvent?: (event: EmbeddedPostgresEvent) => void;
  /** Gives up starting; after that, `stop` is what ends it. */
  readonly signal?: AbortSignal;
  /** V8's, for the engine. Only the benchmark gives others. */
  readonly engineFlags?: readonly string[];
}): Promise<EmbeddedPostgres> {
  const { directory, onEvent = () => undefined, engineFlags = ENGINE_FLAGS } = input;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const host = await socketFolder(directory);
  const socket = join(host, `.s.PGSQL.${PORT}`);
  const stopping = new AbortController();
  const giveUp = (): void => stopping.abort(input.signal?.reason);
  input.signal?.addEventListener('abort', giveUp);
  if (input.signal?.aborted === true) giveUp();
  const task = (name: EngineOptions['task'], onMovedAside = (_to: string) => {}): Promise<Engine> =>
    startEngine({ directory, socket, task: name }, { flags: engineFlags, signal: stopping.signal, onMovedAside });

  /** `distrust`: why the database is not to be opened again, when that is known already. */
  async function startOrReplace(distrust: string | undefined): Promise<Engine> {
    let why = distrust;
    if (why === undefined) {
      try {
        if (!existsSync(join(directory, DATA_FOLDER))) await (await task('prepare')).ended;
        return await task('serve');
      } catch (error) {
        if (error instanceof EmbeddedPostgresInUse || stopping.signal.aborted) throw error;
        why = String(error);
      }
    }
    const reason = why;
    await (await task('replace', (to) => onEvent({ kind: 'moved-aside', to, why: reason }))).ended;
    return task('serve');
  }

  let engine = await startOrReplace(undefined).catch(async (error: unknown) => {
    input.signal?.removeEventListener('abort', giveUp);
    await removeSocketFolder(host, directory);
    throw error;
  });
  input.signal?.removeEventListener('abort', giveUp);
  const supervising = supervise();

  async function supervise(): Promise<void> {
    let earlyEnds = 0;
    for (;;) {
      const startedMs = performance.now();
      const how = await engine.ended;
      if (stopping.signal.aborted) return;
      earlyEnds = performance.now() - startedMs < SOUND_AFTER_MS ? earlyEnds + 1 : 1;
      onEvent({ kind: 'exited', how });
      const next = await restart(engine.isDamaged() || earlyEnds > EARLY_ENDS_MAX ? how : undefined);
      if (next === undefined) return;
      engine = next;
      onEvent({ kind: 'restarted' });
    }
  }

  /** Tries until it serves; undefined when `stop` came first. */
  async function restart(distrust: string | undefined): Promise<Engine | undefined> {
    for (let delayMs = RESTART_MS_MIN; ; delayMs = Math.min(delayMs * 2, RESTART_MS_MAX)) {
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return undefined;
      try {
        const next = await startOrReplace(distrust);
        if (!stopping.signal.aborted) return next;
        // `stop` came between the engine's word and now, and knows only of the one before.
        await stopEngine(next.process);
        return undefined;
      } catch (error) {
        if (!stopping.signal.aborted) onEvent({ kind: 'exited', how: String(error) });
      }
    }
  }

  return {
    poolConfig: { host, port: PORT, user: 'postgres', database: 'postgres', max: 1 },
    pid: () => engine.process.pid,
    async stop() {
      stopping.abort();
      await stopEngine(engine.process);
      await supervising;
      await rm(socket, { force: true });
      await removeSocketFolder(host, directory);
    },
  };
}

interface Engine {
  readonly process: ChildProcess;
  /** How it ended, in words. Never rejects. */
  readonly ended: Promise<string>;
  /** Whether it has said that its database is not to be opened again. */
  isDamaged(): boolean;
}

/** Resolves when the engine serves or, for the other tasks, has done its work. */
async function startEngine(
  { directory, socket, task }: EngineOptions,
  {
    flags,
    signal,
    onMovedAside,
  }: {
    readonly flags: readonly string[];
    readonly signal: AbortSignal;
    readonly onMovedAside: (to: string) => void;
  },
): Promise<Engine> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [...flags, ENGINE, directory, socket, task], {
    // `ignore`, so that nothing that this process holds open is held open by the engine too.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The database is no place for the caller's secrets.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC' },
  });
  let words = '';
  let damaged = false;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = `${words}${text}`.slice(-STDERR_CHARS_KEPT);
  });
  const ended = once(child, 'close').then(
    ([code, exitSignal]: unknown[]) => `${exitSignal ?? `exit code ${code}`}${words === '' ? '' : `: ${words.trim()}`}`,
    (error: unknown) => String(error),
  );
  const abort = (): void => {
    child.kill('SIGKILL');
  };
  signal.addEventListener('abort', abort);
  const timer = setTimeout(abort, START_TIMEOUT_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: EngineMessage) => {
        switch (message.kind) {
          case 'ready':
            return resolve();
          case 'in-use':
            return reject(new EmbeddedPostgresInUse(`another process uses ${directory}`));
          case 'damaged':
            damaged = true;
            return undefined;
          case 'moved-aside':
            return onMovedAside(message.to);
          default:
            return never(message);
        }
      });
      ended.then((how) => {
        if (task !== 'serve' && child.exitCode === 0) resolve();
        else reject(new EmbeddedPostgresFailed(`the embedded PostgreSQL could not ${task}: ${how}`));
      });
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
  return { process: child, ended, isDamaged: () => damaged };
}

async function stopEngine(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

/** The state folder, unless its path is too long for a socket: then a folder of ours in the temporary one. */
async function socketFolder(directory: string): Promise<string> {
  const fits = Buffer.byteLength(join(directory, `.s.PGSQL.${PORT}`)) <= SOCKET_BYTES_MAX;
  return fits ? directory : mkdtemp(join(tmpdir(), 'acgs-'));
}

async function removeSocketFolder(host: string, directory: string): Promise<void> {
  if (host !== directory) await rm(host, { recursive: true, force: true });
}
