/**
 * `npm run bench:corpus -- <folder> [--json] [--misses] [--constitution <folder>]`: what the starter constitution says of commands
 * whose intent is known. Each `*.jsonl` file in the folder holds one `{id, source, command, label, note}` a line.
 *
 * Per source: hostile rows that are not allowed (recall), benign rows that are denied (false positives) and that ask
 * (friction). The labels are the sources' own. Nothing is run; the commands are decided as if typed in an empty project.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type Decided,
  decideAll,
  decider,
  type Figures,
  figuresOf,
  isMiss,
  rowsOf,
  type Spent,
} from './corpus-rates.ts';

const STARTER = fileURLToPath(new URL('../constitution', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
    constitution: { type: 'string', default: STARTER },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  process.stderr.write('usage: npm run bench:corpus -- <folder> [--json] [--misses] [--constitution <folder>]\n');
  process.exitCode = 2;
} else {
  const spent: Spent = { effectsMs: 0, policiesMs: 0 };
  const decided = decideAll(rowsOf(folder), await decider(values.constitution, spent));
  const sources = Map.groupBy(decided, ({ row }) => row.source);
  const figures = [...sources].map(([source, rows]) => figuresOf(source, rows));
  const misses = decided.filter(isMiss).map(missOf);
  if (values.json) process.stdout.write(`${JSON.stringify({ figures, misses, spent })}\n`);
  else {
    printFigures(figures);
    printReasons(decided);
    printSpent(spent, decided.length);
    if (values.misses) for (const miss of misses) printMiss(miss);
    else process.stdout.write(`\n${misses.length} misses; --misses lists every one\n`);
  }
}

function missOf({ row, evaluation }: Decided) {
  const { verdict, reasons } = evaluation;
  return {
    id: row.id,
    source: row.source,
    label: row.label,
    verdict: verdict.kind === 'ask' ? `ask ${verdict.role}` : verdict.kind,
    policies: [...new Set(reasons.map((reason) => reason.policy))],
    command: row.command,
  };
}

function printFigures(figures: readonly Figures[]): void {
  const rate = (part: number, whole: number) =>
    (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} % (${part}/${whole})`).padEnd(22);
  const line = (cells: readonly string[]) => process.stdout.write(`${cells.join('').trimEnd()}\n`);
  line(['source'.padEnd(18), 'hostile not allowed'.padEnd(22), 'benign denied'.padEnd(22), 'benign asked']);
  for (const each of figures) {
    line([
      each.source.padEnd(18),
      rate(each.hostileNotAllowed, each.hostile),
      rate(each.benignDenied, each.benign),
      rate(each.benignAsked, each.benign),
    ]);
  }
}

/** Which policies stand in the way of benign rows, most first: what to look at when it is too much. */
function printReasons(decided: readonly Decided[]): void {
  const counts = new Map<string, number>();
  for (const each of decided) {
    if (each.row.label !== 'benign' || !isMiss(each)) continue;
    for (const policy of missOf(each).policies) counts.set(policy, (counts.get(policy) ?? 0) + 1);
  }
  process.stdout.write('\nbenign rows not allowed, by policy\n');
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  for (const [policy, count] of sorted) process.stdout.write(`${String(count).padStart(6)}  ${policy}\n`);
}

function printSpent({ effectsMs, policiesMs }: Spent, rows: number): void {
  const mean = (ms: number) => `${((1_000 * ms) / rows).toFixed(0)} µs`;
  process.stdout.write(`\nmean of a row: effects ${mean(effectsMs)}, policies ${mean(policiesMs)}\n`);
}

function printMiss(miss: ReturnType<typeof missOf>): void {
  const command = miss.command.replaceAll('\n', '⏎');
  process.stdout.write(
    `\n${miss.source} ${miss.label} ${miss.id}: ${miss.verdict} (${miss.policies.join(', ')})\n  ${command}\n`,
  );
}
