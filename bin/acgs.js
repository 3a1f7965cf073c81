#!/usr/bin/env node
// Plain JavaScript that any Node can read: ACGS runs TypeScript as it is, which needs Node 24. An older Node is replaced
// by the one that `npm ci` installed beside the package, or refused with the fix.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
// A server allocates some hundred megabytes a second that live for milliseconds. V8's default nursery on a large machine, twice
// 32 MiB, only makes it larger; in twice 4 MiB what is alive is as small, and so is each pause (docs/decisions/0012-latency.md).
// The heap may grow by a quarter beyond what was alive at the last collection; by default it doubles.
const SERVER_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=25'];
// glibc's allocator: give back what the start has used, and keep few pools for threads that do little. Others ignore it.
const SERVER_MEMORY = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' };

// What was compiled is kept with the package, which only its owner writes: every start is faster, and the compiler for
// TypeScript is not even loaded, here and in every process that is started from here.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/acgs-compiled', import.meta.url));

const isFirst = !existsSync(process.env.NODE_COMPILE_CACHE);
const script = fileURLToPath(import.meta.url);
const args = process.argv.slice(2);
const isServer = args[0] === 'start';
const hasFlags = SERVER_FLAGS.every((flag) => process.execArgv.includes(flag));

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) runPinned();
else if (isServer && !hasFlags && process.execve !== undefined && process.platform !== 'win32') {
  if (isFirst) await compileServer();
  // Becomes the server instead of starting one: its parent's signals and its process id stay the same.
  const command = [process.execPath, ...SERVER_FLAGS, ...process.execArgv, script, ...args];
  process.execve(process.execPath, command, { ...SERVER_MEMORY, ...process.env });
} else {
  module.enableCompileCache();
  const { main } = await import('../src/apps/cli/main.ts');
  process.exitCode = await main(args);
}

/** Once after an installation, so that the first server has as little in its memory as every later one. */
async function compileServer() {
  module.enableCompileCache();
  await import('../src/apps/cli/main.ts');
  await import('../src/apps/cli/start/command.ts');
  module.flushCompileCache();
}

function runPinned() {
  const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(pinned)) {
    console.error(
      `acgs needs Node ${NODE_MAJOR_MIN} or later; this is ${process.version}. Run "npm ci" in the clone: it brings its own.`,
    );
    process.exit(2);
  }
  const child = spawn(pinned, [...(isServer ? SERVER_FLAGS : []), script, ...args], { stdio: 'inherit' });
  // A server behind this wrapper must stop when the wrapper is told to, and the wrapper end as the server did.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
