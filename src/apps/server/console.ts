import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConsoleFiles } from '#adapters/console-files/read.ts';
import { never } from '#domain/result.ts';
import type { ConsoleState } from '#services/gateway/console.ts';

/** The package's own folder of the console, and what builds it. */
const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));
const CONSOLE = join(PACKAGE, 'console');
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'];
/** Characters of what a failed build printed, that are told. */
const PRINTED_MAX = 2_000;

export interface ConsoleEvent {
  readonly kind: 'console';
  readonly event:
    | { readonly kind: 'building' }
    | { readonly kind: 'built'; readonly ms: number }
    | { readonly kind: 'failed'; readonly why: string };
}

/** For whoever has started the server. */
export function consoleMessage({ event }: ConsoleEvent): string {
  switch (event.kind) {
    case 'building':
      return 'console       is being built, once; decisions do not wait for it';
    case 'built':
      return `console       is there, built in ${(event.ms / 1000).toFixed(1)} s`;
    case 'failed':
      return `console       is not there, the API works without it: ${event.why}`;
    default:
      return never(event);
  }
}

/**
 * The console of this package, built first when it is not there or older than its sources. The server does not wait for it: agents
 * are decided for, whatever becomes of a page.
 */
export function openConsole(onEvent: (event: ConsoleEvent) => void) {
  let state: ConsoleState = { kind: 'building' };
  const stopped = new AbortController();
  const provided = provide(onEvent, stopped.signal).then(
    (next) => {
      state = next;
    },
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      state = { kind: 'missing', why };
      if (!stopped.signal.aborted) onEvent({ kind: 'console', event: { kind: 'failed', why } });
    },
  );
  return {
    state: () => state,
    /** Ends a build that is under way, and waits until nothing of it is left. */
    async close(): Promise<void> {
      stopped.abort();
      await provided;
    },
  };
}

async function provide(onEvent: (event: ConsoleEvent) => void, stopped: AbortSignal): Promise<ConsoleState> {
  const dist = join(CONSOLE, 'dist');
  if (await isOlder(join(dist, 'manifest.json'))) {
    onEvent({ kind: 'console', event: { kind: 'building' } });
    const beganMs = performance.now();
    await build(dist, stopped);
    onEvent({ kind: 'console', event: { kind: 'built', ms: Math.round(performance.now() - beganMs) } });
  }
  const files = await readConsoleFiles(dist);
  if (files === undefined) throw new Error(`${dist} holds no console: run "npm run build:console"`);
  return { kind: 'ready', files };
}

/** Whether what was built is missing, or older than what it is built from. A package without sources has it built. */
async function isOlder(built: string): Promise<boolean> {
  if (!existsSync(join(CONSOLE, 'src'))) return false;
  const builtMs = (await stat(built).catch(() => undefined))?.mtimeMs;
  if (builtMs === undefined) return true;
  for (const source of SOURCES) {
    const path = join(CONSOLE, source);
    const { mtimeMs } = await stat(path);
    if (mtimeMs > builtMs) return true;
    for (const name of await readdir(path, { recursive: true }).catch(() => [])) {
      if ((await stat(join(path, name))).mtimeMs > builtMs) return true;
    }
  }
  return false;
}

/** Into a folder of its own, and then into its place: of two servers that start at once, each has a whole console. */
async function build(dist: string, stopped: AbortSignal): Promise<void> {
  const vite = join(PACKAGE, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite)) throw new Error('what builds it is not installed: run "npm ci" with development packages');
  const made = `${dist}-${process.pid}`;
  const child = spawn(process.execPath, [vite, 'build', CONSOLE, '--outDir', made], {
    cwd: PACKAGE,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = `${printed}${text}`.slice(-PRINTED_MAX);
    });
  }
  const stop = () => child.kill();
  process.once('exit', stop);
  stopped.addEventListener('abort', stop);
  try {
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`the build ended with ${code}: ${printed.trim()}`);
    await rm(dist, { recursive: true, force: true });
    await rename(made, dist).catch(async (error: unknown) => {
      // Another server was faster: its console is as good.
      if (!existsSync(join(dist, 'index.html'))) throw error;
    });
  } finally {
    process.off('exit', stop);
    stopped.removeEventListener('abort', stop);
    await rm(made, { recursive: true, force: true });
  }
}
