/**
 * `npm run bench:shell -- <folder> [--json]`: what reading and understanding shell commands costs.
 *
 * Each `*.jsonl` file in the folder holds one `{id, source, command, …}` a line (../shared/corpora). Per source: commands that are
 * refused or read with errors, and microseconds a command for the parser alone (unbash), for our own tree of it, and for the
 * effects of the action, at the median and the 99th percentile. The control, measured in the same run, is one SHA-256 over the command.
 * Nothing is run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'unbash';
import { parseShell } from '#adapters/shell-parser/parse.ts';
import { createEffectsOf } from '#domain/action/effects.ts';
import { sha256Hex } from '#domain/json.ts';

const ROW = Compile(Type.Object({ command: Type.String() }));

/** Each command is measured this often; the least of them counts, so that other processes on the machine do not. */
const REPEATS = 5;

const WORKSPACE = '/home/dev/project';
const effectsOf = createEffectsOf({
  parseShell,
  resolveLinks: (path) => path,
  home: '/home/dev',
  temporaryDirectories: ['/tmp'],
  nowMs: () => performance.now(),
});

const STAGES: Readonly<Record<string, (command: string) => unknown>> = {
  control: (command) => sha256Hex(command),
  unbash: (command) => parse(command),
  tree: (command) => parseShell(command),
  effects: (command) =>
    effectsOf({ kind: 'shell', command, background: false, cwd: WORKSPACE, workspaceRoots: [WORKSPACE] }),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const [folder] = positionals;
if (folder === undefined) {
  console.error('usage: npm run bench:shell -- <folder of *.jsonl> [--json]');
  process.exit(2);
}

interface SourceFigures {
  readonly source: string;
  readonly commands: number;
  readonly refused: number;
  readonly withErrors: number;
  /** Microseconds, by stage. */
  readonly us: Readonly<Record<string, { readonly p50: number; readonly p99: number; readonly max: number }>>;
}

function measure(source: string, commands: readonly string[]): SourceFigures {
  const read = commands.map((command) => parseShell(command));
  const us = Object.fromEntries(
    Object.entries(STAGES).map(([stage, run]) => {
      const sorted = commands.map((command) => leastUs(() => run(command))).sort((a, b) => a - b);
      return [stage, { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? 0 }];
    }),
  );
  return {
    source,
    commands: commands.length,
    refused: read.filter((result) => !result.ok).length,
    withErrors: read.filter((result) => result.ok && result.value.errors.length > 0).length,
    us,
  };
}

function leastUs(run: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least * 1_000;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
}

function commandsIn(file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => ROW.Parse(JSON.parse(line)).command);
}

const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .sort()
  .map((name) => ({ name: name.replace('.jsonl', ''), commands: commandsIn(join(folder, name)) }));
// The compiler has seen every stage before anything is measured.
for (const { commands } of sources)
  for (const run of Object.values(STAGES)) for (const each of commands.slice(0, 2_000)) run(each);
const figures = sources.map(({ name, commands }) => measure(name, commands));

if (values.json === true) console.log(JSON.stringify(figures, null, 2));
else {
  console.log('source            commands  refused  errors   stage      p50 µs   p99 µs   max µs');
  for (const { source, commands, refused, withErrors, us } of figures) {
    for (const [index, [stage, { p50, p99, max }]] of Object.entries(us).entries()) {
      const head =
        index === 0
          ? `${source.padEnd(18)}${String(commands).padStart(8)}${String(refused).padStart(9)}${String(withErrors).padStart(8)}`
          : ' '.repeat(43);
      const numbers = [p50, p99, max].map((value) => value.toFixed(1).padStart(9)).join('');
      console.log(`${head}   ${stage.padEnd(8)}${numbers}`);
    }
  }
}
