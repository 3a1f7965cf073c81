import { text } from 'node:stream/consumers';
import type { CliIo } from '#apps/cli/io.ts';

const COLUMNS_DEFAULT = 80;

/** The process's own streams and environment, for the one place that runs as `acgs`. */
export function createProcessIo(argv: readonly string[]): CliIo {
  // `acgs log | head`: the reader has enough. Nothing was lost that anybody wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (chunk) => void process.stdout.write(chunk),
    err: (chunk) => void process.stderr.write(chunk),
    columns: process.stdout.columns ?? COLUMNS_DEFAULT,
    colour: wantsColour(argv, process.env, process.stdout.isTTY === true),
    cwd: process.cwd(),
    env: process.env,
    readStdin: () => text(process.stdin),
  };
}

/** By no-color.org and the de facto FORCE_COLOR; what is for machines is never coloured. */
export function wantsColour(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const end = argv.indexOf('--');
  const options = end === -1 ? argv : argv.slice(0, end);
  if (options.includes('--json') || (env['NO_COLOR'] ?? '') !== '') return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}
