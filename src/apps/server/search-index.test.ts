import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OpenedJournal, openJournal } from '#adapters/journal/open-journal.ts';
import { IndexUnavailable } from '#domain/decision/decision-index.ts';
import { postgresMissing, startTestPostgres, type TestPostgres } from '../../../tests/support/postgres.ts';
import { shellDecision } from '../../../tests/support/postgres-records.ts';
import { type SearchIndexEvent, startSearchIndex } from './search-index.ts';

const root = mkdtempSync(join(tmpdir(), 'acgs-search-'));
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let journals = 0;
async function openedJournal(): Promise<OpenedJournal> {
  const opened = await openJournal({ directory: join(root, String(++journals)), node: `node-${journals}` });
  if (!opened.ok) throw new Error(opened.refusal.message);
  undo.push(() => opened.value.close());
  return opened.value;
}

async function record(journal: OpenedJournal, first: number, last: number): Promise<void> {
  const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  await Promise.all(
    numbers.map((number) =>
      journal.append({ kind: 'decision', decision: shellDecision(number, `npm run step-${number}`) }),
    ),
  );
}

function started(journal: OpenedJournal, databaseUrl: string | undefined) {
  const events: SearchIndexEvent[] = [];
  const search = startSearchIndex({
    journal,
    databaseUrl,
    directory: join(root, `index-${journals}`),
    onEvent: (event) => events.push(event),
  });
  undo.push(() => search.close());
  const kinds = (): readonly string[] => events.map(({ kind }) => kind);
  const caughtUp = () => expect.poll(() => search.lagRecords(), { timeout: 60_000, interval: 50 }).toBe(0);
  return { search, events, kinds, caughtUp };
}

describe('the process of the search index', { timeout: 120_000 }, () => {
  it('is an outage while its database is down, tells it once, and the lag grows', async () => {
    const journal = await openedJournal();
    await record(journal, 1, 3);
    const { search, events, kinds } = started(journal, 'postgres://127.0.0.1:1/none');
    await expect.poll(kinds, { timeout: 60_000 }).toEqual(['index-down']);
    expect(events[0]).toMatchObject({ error: { message: expect.stringContaining('cannot be reached') } });
    await expect(search.index.stats({})).rejects.toBeInstanceOf(IndexUnavailable);
    await record(journal, 4, 5);
    expect(search.lagRecords()).toBe(5);
    expect(kinds()).toEqual(['index-down']);
  });

  it('is an outage once it is closed, and leaves no process', async () => {
    const { search } = started(await openedJournal(), 'postgres://127.0.0.1:1/none');
    const pid = search.pid() ?? Number.NaN;
    await search.close();
    await expect(search.index.find(shellDecision(1, '').id)).rejects.toBeInstanceOf(IndexUnavailable);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('ends with its parent, however that ends', async () => {
    const child = fork(new URL('./index-process/main.ts', import.meta.url));
    const exited = once(child, 'exit');
    await once(child, 'spawn');
    // What the kernel does to the channel when the parent is killed.
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });
});

const missing = postgresMissing();
// Not run where PostgreSQL is absent: the title then says why.
describe.skipIf(missing !== undefined)(
  `on PostgreSQL${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  {
    timeout: 120_000,
  },
  () => {
    let postgres: TestPostgres;
    let url: string;
    beforeAll(async () => {
      postgres = await startTestPostgres();
      const { user, password, host, port, database } = postgres.poolConfig;
      url = `postgres://${user}:${password}@${encodeURIComponent(host)}:${port}/${database}`;
    }, 120_000);
    afterAll(() => postgres.stop());

    it('is killed, and until it is back every question is an outage; then it goes on where it was', async () => {
      const journal = await openedJournal();
      await record(journal, 1, 700);
      const { search, events, kinds, caughtUp } = started(journal, url);
      await caughtUp();
      const pid = search.pid() ?? Number.NaN;
      process.kill(pid, 'SIGKILL');
      const asked = search.index.stats({});
      await expect(asked).rejects.toBeInstanceOf(IndexUnavailable);
      await expect.poll(kinds, { timeout: 60_000 }).toEqual(['index-process-ended']);
      expect(events[0]).toMatchObject({ how: expect.stringContaining('SIGKILL') });
      await record(journal, 701, 750);
      await caughtUp();
      expect(search.pid()).not.toBe(pid);
      expect((await search.index.stats({})).decisions.allow).toBe(750);
      expect(kinds()).toEqual(['index-process-ended']);
    });

    it('follows what is recorded, and answers as the index itself does', async () => {
      const journal = await openedJournal();
      const { search, caughtUp } = started(journal, url);
      await record(journal, 2_001, 2_030);
      await caughtUp();
      const { decisions, next } = await search.index.list({ text: 'step-2' }, { limit: 10 });
      expect(decisions.map(({ timeMs }) => timeMs)).toEqual(
        Array.from({ length: 10 }, (_, at) => shellDecision(2_030 - at, '').timeMs),
      );
      expect(next).toEqual(expect.any(String));
      const [newest] = decisions;
      expect(newest).toEqual(shellDecision(2_030, 'npm run step-2030'));
      expect(await search.index.find(shellDecision(2_030, '').id)).toEqual({
        decision: newest,
        outcomes: [],
        answers: [],
      });
      expect(await search.index.find(shellDecision(9_999, '').id)).toBeUndefined();
      expect((await search.index.sessions({ limit: 1 })).sessions).toHaveLength(1);
      // A bug of the caller is not an outage.
      const wrong = search.index.list({}, { limit: 0 });
      await expect(wrong).rejects.toThrow('a page has');
      await expect(wrong).rejects.not.toBeInstanceOf(IndexUnavailable);
    });
  },
);
