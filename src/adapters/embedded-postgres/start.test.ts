import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { type DecisionIndex, IndexUnavailable } from '#domain/decision/decision-index.ts';
import { decided, shellDecision } from '../../../tests/support/postgres-records.ts';
import { createPostgresDecisionIndex } from '../postgres/decision-index.ts';
import { createIndexFollower } from '../postgres/follow.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresEvent,
  EmbeddedPostgresInUse,
  startEmbeddedPostgres,
} from './start.ts';

const SLOW_MS = 240_000;

describe('embedded PostgreSQL', { timeout: SLOW_MS }, () => {
  /** A database that has just been made: making one is most of the time of a first start. */
  let template: string;
  beforeAll(async () => {
    template = await mkdtemp(join(tmpdir(), 'acgs-embedded-'));
    await (await startEmbeddedPostgres({ directory: template })).stop();
  }, SLOW_MS);
  afterAll(() => rm(template, { recursive: true, force: true }));

  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const one of undo.splice(0).reverse()) await one();
  }, SLOW_MS);

  async function emptyFolder(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'acgs-embedded-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    return directory;
  }

  async function folder(): Promise<string> {
    const directory = await emptyFolder();
    await cp(join(template, 'data'), join(directory, 'data'), { recursive: true });
    return directory;
  }

  async function start(directory: string, events: EmbeddedPostgresEvent[] = []): Promise<EmbeddedPostgres> {
    const embedded = await startEmbeddedPostgres({ directory, onEvent: (event) => events.push(event) });
    undo.push(() => embedded.stop());
    return embedded;
  }

  function indexOn(embedded: EmbeddedPostgres): DecisionIndex {
    const index = createPostgresDecisionIndex({ database: embedded.poolConfig, parseEntry });
    undo.push(() => index.close());
    return index;
  }

  it('gives up when it is told to while it starts, and leaves no process and no half-made database behind', async () => {
    const directory = await emptyFolder();
    await expect(startEmbeddedPostgres({ directory, signal: AbortSignal.abort() })).rejects.toThrow();
    await expect(startEmbeddedPostgres({ directory, signal: AbortSignal.timeout(700) })).rejects.toThrow();
    expect(await readdir(directory)).not.toContain('data');
  });

  it('lets one process at a time into a folder, and keeps what was written', async () => {
    const directory = await folder();
    const embedded = await start(directory);
    const index = indexOn(embedded);
    const decision = shellDecision(1, 'npm test');
    const journal = createMemoryJournal('node-1');
    await index.apply([await journal.append({ kind: 'decision', decision })]);

    await expect(startEmbeddedPostgres({ directory })).rejects.toThrow(EmbeddedPostgresInUse);

    // Nobody else on the machine reaches the socket, which asks for no password.
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, '.s.PGSQL.5432'))).mode & 0o777).toBe(0o600);
    await index.close();
    await embedded.stop();
    expect(isAlive(embedded.pid())).toBe(false);
    const again = indexOn(await start(directory));
    expect(await again.find(decision.id)).toEqual({ decision, outcomes: [], answers: [] });
  });

  it('survives the death of its engine in the middle of writing: an outage, then everything is there', async () => {
    const events: EmbeddedPostgresEvent[] = [];
    const embedded = await start(await folder(), events);
    const index = indexOn(embedded);
    const journal = createMemoryJournal('node-1');
    const decisions = Array.from({ length: 2_000 }, (_, at) => shellDecision(at + 1, `npm test ${at}`));
    for (const entry of decided(decisions)) await journal.append(entry);
    const follower = createIndexFollower({ journal, index, intervalMs: 50 });
    undo.push(() => follower.stop());
    while (follower.lagRecords() > 1_500) await sleep(5);

    const killed = embedded.pid();
    if (killed === undefined) throw new Error('the engine has a process');
    process.kill(killed, 'SIGKILL');
    await expect(index.find(decisions[0]?.id ?? shellDecision(1, '').id)).rejects.toThrow(IndexUnavailable);

    await follower.caughtUp();
    expect((await index.stats({})).decisions.allow).toBe(2_000);
    expect(embedded.pid()).not.toBe(killed);
    expect(events.map(({ kind }) => kind)).toEqual(['exited', 'restarted']);
  });

  it('moves a database aside that cannot be opened, says so, and begins anew', async () => {
    const directory = await folder();
    await truncate(join(directory, 'data', 'global', 'pg_control'), 100);
    await mkdir(join(directory, 'data.damaged'));
    await writeFile(join(directory, 'data.damaged', 'older'), 'only the newest is kept');

    const events: EmbeddedPostgresEvent[] = [];
    const index = indexOn(await start(directory, events));
    expect(await index.position('node-1')).toBe(0);
    const to = join(directory, 'data.damaged');
    expect(events).toEqual([{ kind: 'moved-aside', to, why: expect.stringContaining('could not serve') }]);
    expect(await readdir(to)).toContain('PG_VERSION');
    expect(await readdir(to)).not.toContain('older');
  });

  it('does not rely on a database that was being written when the machine went down', async () => {
    const directory = await folder();
    const first = await start(directory);
    await indexOn(first).position('node-1');
    const bootFile = join(directory, 'data.boot');
    await first.stop();
    // A clean end has put everything on the disk.
    await expect(stat(bootFile)).rejects.toThrow('ENOENT');

    await writeFile(bootFile, 'another boot');
    const events: EmbeddedPostgresEvent[] = [];
    await start(directory, events);
    expect(events).toMatchObject([{ kind: 'moved-aside', why: expect.stringContaining('the machine went down') }]);
    expect(await readFile(bootFile, 'utf8')).not.toBe('another boot');
  });

  it('begins anew when the database finds that its files have changed, and is filled again', async () => {
    const directory = await folder();
    const journal = createMemoryJournal('node-1');
    for (const entry of decided(Array.from({ length: 600 }, (_, at) => shellDecision(at + 1, `npm test ${at}`)))) {
      await journal.append(entry);
    }
    const first = await start(directory);
    const filled = indexOn(first);
    const follower = createIndexFollower({ journal, index: filled, intervalMs: 50 });
    await follower.caughtUp();
    await follower.stop();
    await filled.close();
    await first.stop();
    await flipStored(join(directory, 'data', 'base'), 'npm test 1');

    const events: EmbeddedPostgresEvent[] = [];
    const index = indexOn(await start(directory, events));
    await expect(index.list({ text: 'npm test 1' }, { limit: 200 })).rejects.toThrow(IndexUnavailable);
    const again = createIndexFollower({ journal, index, intervalMs: 50 });
    undo.push(() => again.stop());
    await expect.poll(() => events.map(({ kind }) => kind), { timeout: 120_000 }).toContain('restarted');
    await again.caughtUp();
    expect((await index.list({}, { limit: 200 })).decisions).toHaveLength(200);
    expect((await index.stats({})).decisions.allow).toBe(600);
    expect(events.map(({ kind }) => kind)).toEqual(['exited', 'moved-aside', 'restarted']);
  });

  it('ends with its parent when that is killed, and lets the next one in', async () => {
    const directory = await folder();
    const startModule = new URL('./start.ts', import.meta.url).href;
    const script = `import { startEmbeddedPostgres } from ${JSON.stringify(startModule)};
      const embedded = await startEmbeddedPostgres({ directory: process.argv[1] });
      console.log(embedded.pid());
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, directory], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line]: unknown[] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const index = indexOn(await start(directory));
    expect(await index.position('node-1')).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('serves a folder whose path is too long for a socket', async () => {
    const directory = join(await emptyFolder(), 'a'.repeat(100), 'index');
    await cp(join(template, 'data'), join(directory, 'data'), { recursive: true });
    const embedded = await start(directory);
    expect(embedded.poolConfig.host).not.toContain(directory);
    expect(await indexOn(embedded).position('node-1')).toBe(0);
    await embedded.stop();
    await expect(stat(embedded.poolConfig.host)).rejects.toThrow('ENOENT');
  });
});

/** Changes one byte in each place where a text is stored, as a failing disk would: page checksums find it. */
async function flipStored(base: string, text: string): Promise<void> {
  let flipped = 0;
  for (const entry of await readdir(base, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) {
      bytes[at] = 'N'.charCodeAt(0);
      flipped += 1;
    }
    await writeFile(file, bytes);
  }
  expect(flipped).toBeGreaterThan(0);
}

/** A process that has ended and that nobody has waited for yet (an orphan's init may take its time) is not alive. */
function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return !(existsSync('/proc/self/stat') && /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch {
    return false;
  }
}
