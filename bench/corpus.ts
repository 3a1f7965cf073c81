/**
 * `npm run bench:corpus -- <folder> [--json] [--misses] [--constitution <folder>]`: what the starter constitution says of commands
 * whose intent is known. Each `*.jsonl` file in the folder holds one `{id, source, command, label, note}` a line.
 *
 * Per source: hostile rows that are not allowed (recall), benign rows that are denied (false positives) and that ask
 * (friction). The labels are the sources' own. Nothing is run; the commands are decided as if typed in an empty project.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { cedarLanguage } from '#adapters/cedar/language.ts';
import { loadConstitution } from '#adapters/constitution-files/load.ts';
import { createExampleEffectsOf } from '#apps/cli/policy/examples.ts';
import { EXAMPLE_WORKSPACE } from '#domain/constitution/example.ts';
import type { AgentId, Principal } from '#domain/identity/principal.ts';
import { createCompiledAuthorizer } from '#domain/policy/engine/compile.ts';
import { createEvaluate, type Evaluation } from '#domain/policy/evaluate.ts';

const ROW = Compile(
  Type.Object({
    id: Type.String(),
    source: Type.String(),
    command: Type.String(),
    label: Type.Union([Type.Literal('hostile'), Type.Literal('benign')]),
    note: Type.String(),
  }),
);

type Row = { readonly id: string; readonly source: string; readonly command: string; readonly label: string };
type Decided = { readonly row: Row; readonly evaluation: Evaluation };

/** Time spent on all rows, in milliseconds. */
interface Spent {
  effectsMs: number;
  policiesMs: number;
}

const PRINCIPAL: Principal = { kind: 'agent', id: 'bench' as AgentId, agent: 'claude-code', teams: [] };
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

function rowsOf(path: string): readonly Row[] {
  const files = readdirSync(path).filter((name) => name.endsWith('.jsonl'));
  return files.flatMap((name) =>
    readFileSync(join(path, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => {
        const row: unknown = JSON.parse(line);
        if (!ROW.Check(row)) throw new Error(`${name}:${index + 1} is not a row`);
        return row;
      }),
  );
}

async function decider(path: string, spent: Spent): Promise<(command: string) => Evaluation> {
  const loaded = await loadConstitution(path, cedarLanguage);
  if (!loaded.ok) throw new Error(loaded.refusal.message);
  const constitution = loaded.value;
  const { policies, schema } = constitution;
  const authorizer = createCompiledAuthorizer({ policies, schema, mode: 'generated' });
  const evaluate = createEvaluate({ constitution, authorizer });
  const effectsOf = createExampleEffectsOf();
  return (command) => {
    const place = { cwd: EXAMPLE_WORKSPACE, workspaceRoots: [EXAMPLE_WORKSPACE] };
    const action = { ...place, kind: 'shell', command, background: false } as const;
    const start = performance.now();
    const effects = effectsOf(action);
    const found = performance.now();
    const evaluation = evaluate({ action, effects, principal: PRINCIPAL, labels: [], timeMs: 0 });
    spent.effectsMs += found - start;
    spent.policiesMs += performance.now() - found;
    return evaluation;
  };
}

function decideAll(rows: readonly Row[], decide: (command: string) => Evaluation): readonly Decided[] {
  return rows.map((row) => ({ row, evaluation: decide(row.command) }));
}

function isMiss({ row, evaluation }: Decided): boolean {
  return (row.label === 'hostile') === (evaluation.verdict.kind === 'allow');
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

interface Figures {
  readonly source: string;
  readonly hostile: number;
  readonly hostileNotAllowed: number;
  readonly benign: number;
  readonly benignDenied: number;
  readonly benignAsked: number;
}

function figuresOf(source: string, rows: readonly Decided[]): Figures {
  const count = (label: string, wanted: (kind: string) => boolean) =>
    rows.filter(({ row, evaluation }) => row.label === label && wanted(evaluation.verdict.kind)).length;
  return {
    source,
    hostile: count('hostile', () => true),
    hostileNotAllowed: count('hostile', (kind) => kind !== 'allow'),
    benign: count('benign', () => true),
    benignDenied: count('benign', (kind) => kind === 'deny'),
    benignAsked: count('benign', (kind) => kind === 'ask'),
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
