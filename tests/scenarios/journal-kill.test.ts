import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectJournal, openJournalReader } from '#adapters/journal/inspect.ts';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { scratchDirectory } from '#adapters/journal/scratch.ts';
import { randomFrom } from '../support/random.ts';

const APPENDER = join(import.meta.dirname, 'journal-appender.ts');
const KILLS = 200;
/** One journal's life; the next life begins with an empty directory, so that checking does not cost more each time. */
const KILLS_OF_ONE_JOURNAL = 10;
/** Journals at a time: on two cores more of them would only wait for each other. */
const LANES = 2;
/** From the moment that the journal is open; long enough for a few segments. */
const DELAY_MS_MAX = 60;

/** Set ACGS_TEST_SEED to repeat a failure. */
const SEED = Number(process.env.ACGS_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

describe(`kill -9 of a process that appends (seed ${SEED})`, () => {
  it(`at ${KILLS} random points loses no acknowledged record, and the journal goes on`, {
    timeout: 600_000,
  }, async () => {
    const random = randomFrom(SEED);
    const journals = Array.from({ length: KILLS / KILLS_OF_ONE_JOURNAL }, () =>
      Array.from({ length: KILLS_OF_ONE_JOURNAL }, () => ({
        delayMs: random() * DELAY_MS_MAX,
        appenders: 1 + Math.floor(random() * 32),
      })),
    );
    using cache = scratchDirectory();
    warmUp(cache.path);
    const totals: Life[] = [];
    const lane = async (): Promise<void> => {
      for (let kills = journals.pop(); kills !== undefined; kills = journals.pop()) {
        totals.push(await killAgainAndAgain(kills, cache.path));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    // A test that killed nothing under load would prove nothing.
    expect(totals.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(KILLS * 10);
    expect(totals.reduce((sum, { segments }) => sum + segments, 0)).toBeGreaterThan(KILLS / 10);
  });
});

interface Life {
  readonly acknowledged: number;
  readonly segments: number;
}

interface Kill {
  readonly delayMs: number;
  readonly appenders: number;
}

/** One journal, killed in the middle of its life as often as there are `kills`, and checked after each. */
async function killAgainAndAgain(kills: readonly Kill[], cache: string): Promise<Life> {
  using scratch = scratchDirectory();
  const acknowledged = new Map<number, string>();
  let recorded = 0;
  for (const [index, kill] of kills.entries()) {
    const where = `seed ${SEED}, kill ${index}, after ${kill.delayMs.toFixed(1)} ms with ${kill.appenders} appenders`;
    const lines = await runAndKill(scratch.path, kill, cache);
    const [first, ...records] = lines;
    const [, records0, torn] = /^opened (\d+) (\d+)$/.exec(first ?? '') ?? [];
    expect(Number(records0), where).toBeGreaterThanOrEqual(recorded);
    expect(torn, where).toBeDefined();
    for (const line of records) {
      const [sequence, hash] = line.split(' ');
      acknowledged.set(Number(sequence), hash ?? '');
    }
    const report = await inspectJournal(scratch.path);
    if (report.kind !== 'sound') throw new Error(`${where}: ${JSON.stringify(report)}`);
    recorded = report.records;
    expect(report.records, where).toBeGreaterThanOrEqual(Math.max(0, ...acknowledged.keys()));
  }
  const opened = await openJournal({ directory: scratch.path });
  if (!opened.ok) throw new Error(`seed ${SEED}: ${opened.refusal.message}`);
  const found = new Map<number, string>();
  for await (const { sequence, hash } of opened.value.read(1)) found.set(sequence, hash);
  await opened.value.close();
  for (const [sequence, hash] of acknowledged)
    expect(found.get(sequence), `seed ${SEED}, record ${sequence}`).toBe(hash);
  const reader = await openJournalReader(scratch.path);
  expect(reader.ok && reader.value.head().sequence, `seed ${SEED}`).toBe(found.size);
  const report = await inspectJournal(scratch.path);
  return { acknowledged: acknowledged.size, segments: report.kind === 'sound' ? report.segments : 0 };
}

/** Fills Node's compile cache, which is written at a regular exit only: 200 cold starts would be most of the test's time. */
function warmUp(cache: string): void {
  using scratch = scratchDirectory();
  const env = { ...process.env, NODE_COMPILE_CACHE: cache };
  const run = spawnSync(process.execPath, [APPENDER, scratch.path, '1', '1'], { env, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the appender does not run: ${run.stderr}`);
}

/** The whole lines that the process printed before it was killed. */
async function runAndKill(directory: string, { delayMs, appenders }: Kill, cache: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [APPENDER, directory, String(appenders), '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  let out = '';
  let error = '';
  let waiting = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (waiting) return;
    waiting = true;
    setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  const [code, signal] = await once(child, 'close');
  if (signal !== 'SIGKILL') throw new Error(`seed ${SEED}: the appender ended by itself (${code}): ${error}`);
  return out.split('\n').slice(0, -1);
}
