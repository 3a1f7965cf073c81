import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolConfig } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseEntry } from '#adapters/journal/entry-schema.ts';
import { createMemoryJournal } from '#adapters/journal/memory.ts';
import { type DecisionIndex, IndexUnavailable } from '#domain/decision/decision-index.ts';
import { postgresMissing, startTestPostgres, type TestPostgres } from '../../../tests/support/postgres.ts';
import { decided, decisionId, shellDecision, toRecords } from '../../../tests/support/postgres-records.ts';
import { openDatabase } from './database.ts';
import { createPostgresDecisionIndex } from './decision-index.ts';
import { createIndexFollower, type FollowerEvent } from './follow.ts';
import { MigrationConflict } from './migrate.ts';

const indexes: DecisionIndex[] = [];
function open(database: PoolConfig): DecisionIndex {
  const index = createPostgresDecisionIndex({ database, parseEntry });
  indexes.push(index);
  return index;
}
afterEach(async () => {
  for (const index of indexes.splice(0)) await index.close();
});

async function outageOf(work: Promise<unknown>): Promise<IndexUnavailable> {
  const error = await work.then(
    () => 'it succeeded',
    (thrown: unknown) => thrown,
  );
  if (error instanceof IndexUnavailable) return error;
  throw new Error('expected an outage', { cause: error });
}

describe('a server that does not answer', () => {
  it('is an outage when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = portOf(server.address());
    server.close();
    const outage = await outageOf(open({ host: '127.0.0.1', port, user: 'u', database: 'd' }).position('n'));
    expect(outage.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is an outage within the time allowed when it accepts and says nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const index = open({
      host: '127.0.0.1',
      port: portOf(server.address()),
      user: 'u',
      database: 'd',
      connectionTimeoutMillis: 100,
    });
    const startedMs = performance.now();
    await outageOf(index.list({}, { limit: 1 }));
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    server.close();
  });

  it('is an outage after the index was closed, which may be done twice', async () => {
    const index = open({ host: '127.0.0.1', port: 1 });
    await index.close();
    await index.close();
    await outageOf(index.position('n'));
  });
});

const missing = postgresMissing();
// Does not run where Debian's postgresql-15 is not installed; its name then says so, with the fix.
describe.skipIf(missing !== undefined)(missing ?? 'a real server', { timeout: 120_000 }, () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  }, 120_000);
  afterAll(() => server?.stop());

  it('that refuses the password is an outage, and says why', async () => {
    const outage = await outageOf(open({ ...server.poolConfig, password: 'wrong' }).position('n'));
    expect(outage.message).toContain('password authentication failed');
  });

  it('migrates once when several nodes start together, and again when they start again', async () => {
    const nodes = Array.from({ length: 4 }, () => open(server.poolConfig));
    await Promise.all(nodes.map((node) => node.position('n')));
    await open(server.poolConfig).position('n');
    const database = openDatabase(server.poolConfig);
    const rows = await database.query<{ number: number }>('SELECT number FROM schema_migration', []);
    expect(rows).toEqual([{ number: 1 }, { number: 2 }]);
    await database.close();
  });

  it('refuses a database whose migration was another one, or that a newer version has prepared', async () => {
    await open(server.poolConfig).position('n');
    await server.administer(`UPDATE schema_migration SET sha256 = 'x' || sha256`);
    expect((await outageOf(open(server.poolConfig).position('n'))).cause).toBeInstanceOf(MigrationConflict);
    await server.administer(`UPDATE schema_migration SET sha256 = substr(sha256, 2)`);
    await server.administer(`INSERT INTO schema_migration (number, name, sha256) VALUES (9, '0009-newer.sql', '')`);
    const outage = await outageOf(open(server.poolConfig).position('n'));
    expect(outage.message).toContain('0009-newer.sql');
    await server.administer('DELETE FROM schema_migration WHERE number = 9');
  });

  it('makes its tables again when somebody has removed them', async () => {
    const index = open(server.poolConfig);
    await index.apply(toRecords(decided([shellDecision(1, 'npm test')])));
    await server.administer('DROP TABLE approval, decision, outcome, session, journal_position, schema_migration');
    await outageOf(index.position('node-1'));
    expect(await index.position('node-1')).toBe(0);
  });

  it('that ends a slow statement leaves an outage behind and a pool that works', async () => {
    const database = openDatabase({ ...server.poolConfig, max: 1, statement_timeout: 100 });
    await expect(database.query('SELECT pg_sleep(5)', [])).rejects.toThrow(IndexUnavailable);
    expect(await database.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
    await database.close();
  });

  it('that is silent in the middle of a transaction is given up on, and the work is rolled back', async () => {
    const database = openDatabase({ ...server.poolConfig, max: 1, query_timeout: 2_000, statement_timeout: 0 });
    await database.query('CREATE TABLE scratch (n integer)', []);
    const work = database.transaction(async (client) => {
      await client.query('INSERT INTO scratch VALUES (1)');
      await client.query('SELECT pg_sleep(60)');
    });
    await expect(work).rejects.toThrow(IndexUnavailable);
    expect(await database.query('SELECT n FROM scratch', [])).toEqual([]);
    // A server notices that nobody waits for a statement only when it ends.
    await server.administer(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'`,
    );
    await database.query('DROP TABLE scratch', []);
    await database.close();
  });

  it('lets a mistake of ours through as what it is, and rolls back', async () => {
    const database = openDatabase({ ...server.poolConfig, max: 1 });
    await expect(database.query('SELEKT 1', [])).rejects.toMatchObject({ code: '42601' });
    const work = database.transaction(async () => {
      throw new TypeError('a mistake');
    });
    await expect(work).rejects.toThrow(TypeError);
    expect(await database.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
    await database.close();
  });

  it('whose rows somebody has changed is not believed', async () => {
    const index = open(server.poolConfig);
    await index.rebuild();
    await index.apply(toRecords(decided([shellDecision(1, 'npm test')])));
    await server.administer(`UPDATE decision SET entry = replace(entry, '"allow"', '"aloud"')`);
    await expect(index.find(decisionId(1))).rejects.toThrow(/rebuild it/);
    await expect(index.list({}, { limit: 1 })).rejects.toThrow(/rebuild it/);
  });

  it('that is killed is an outage, and when it is back the follower brings what is missing', async () => {
    const journal = createMemoryJournal('node-1');
    const index = open(server.poolConfig);
    await index.rebuild();
    const events: FollowerEvent[] = [];
    const follower = createIndexFollower({ journal, index, intervalMs: 20, onEvent: (event) => events.push(event) });
    for (const entry of decided([shellDecision(1, 'npm test')])) await journal.append(entry);
    await follower.caughtUp();

    // Killed while statements of ours are under way.
    const busy = Promise.allSettled(Array.from({ length: 8 }, () => index.list({ text: 'npm' }, { limit: 9 })));
    await server.kill();
    await busy;
    await outageOf(index.find(decisionId(1)));
    for (let number = 2; number <= 700; number += 1) {
      await journal.append({ kind: 'decision', decision: shellDecision(number, 'npm test') });
    }
    while (events.length === 0) await sleep(20);
    expect(follower.lagRecords()).toBe(699);

    await server.restart();
    await follower.caughtUp();
    expect(follower.lagRecords()).toBe(0);
    expect((await index.stats({})).decisions.allow).toBe(700);
    await follower.stop();
    expect(events.map(({ kind }) => kind)).toEqual(['index-down', 'index-up']);
  });
});

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('the port of a TCP server is a number');
  return address.port;
}
