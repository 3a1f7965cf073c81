#!/usr/bin/env node
// Plain JavaScript that any Node can read: ACGS runs TypeScript as it is, which needs Node 24. An older Node is replaced
// by the one that `npm ci` installed beside the package, or refused with the fix.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  const { main } = await import('../src/apps/cli/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(pinned)) {
    console.error(
      `acgs needs Node ${NODE_MAJOR_MIN} or later; this is ${process.version}. Run "npm ci" in the clone: it brings its own.`,
    );
    process.exit(2);
  }
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A server behind this wrapper must stop when the wrapper is told to, and the wrapper end as the server did.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
