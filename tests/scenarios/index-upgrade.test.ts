import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { migrate, readMigrations } from '#adapters/postgres/migrate.ts';
import { postgresMissing, startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { type ServerProcess, startServerProcess, until } from '../support/server-process.ts';

const undo: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});
/** A machine that runs other tests beside: two starts and a database. */
const TIMEOUT_MS = 600_000;
const WAIT_MS_MAX = 240_000;
const TABLES = ['decision', 'outcome', 'session', 'journal_position'];
const COMMANDS = ['ls', 'git status', 'cat README.md', 'npm test', 'rm -rf /'];

interface Listed {
  readonly decisions: readonly { readonly id: string }[];
}
const missing = postgresMissing();

async function isIndexed(server: ServerProcess): Promise<boolean> {
  return (await (await server.get('/readyz')).text()).includes('"indexLagRecords":0');
}

async function idsOf(server: ServerProcess, query = ''): Promise<readonly string[]> {
  const answer = await server.get(`/v1/decisions${query}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as Listed).decisions.map(({ id }) => id).toSorted();
}

async function connect(postgres: TestPostgres, user = 'acgs'): Promise<Client> {
  const client = new Client({ ...postgres.poolConfig, user });
  await client.connect();
  undo.push(() => client.end());
  return client;
}

/** Leaves the database as an ACGS did that had the first migration only, with the same rows: its columns are some of today's. */
async function goBack(postgres: TestPostgres): Promise<void> {
  const administrator = await connect(postgres, 'postgres');
  await administrator.query(
    `ALTER SCHEMA public RENAME TO today; CREATE SCHEMA public AUTHORIZATION acgs; GRANT USAGE ON SCHEMA today TO acgs;
     ALTER EXTENSION pg_trgm SET SCHEMA public`,
  );
  const client = await connect(postgres);
  await client.query('BEGIN');
  await migrate(client, (await readMigrations()).slice(0, 1));
  for (const table of TABLES) {
    const { rows } = await client.query<{ column_name: string }>(
      "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1",
      [table],
    );
    const columns = rows.map(({ column_name }) => column_name).join(', ');
    await client.query(`INSERT INTO public.${table} (${columns}) SELECT ${columns} FROM today.${table}`);
  }
  await client.query('COMMIT');
  await administrator.query('DROP SCHEMA today CASCADE');
}

// Does not run where Debian's postgresql-15 is not installed; its name then says so, with the fix.
describe.skipIf(missing !== undefined)(missing ?? 'a search index that the release before has left', () => {
  it('is brought up to date by the start, and finds everything that it found', { timeout: TIMEOUT_MS }, async () => {
    const home = await mkdtemp(join(tmpdir(), 'acgs-upgrade-'));
    undo.push(() => rm(home, { recursive: true, force: true }));
    const postgres = await startTestPostgres();
    undo.push(postgres.stop);
    const { user, password, host, port, database } = postgres.poolConfig;
    const env = { ACGS_DATABASE_URL: `postgres://${user}:${password}@${host}:${port}/${database}` };
    const before = await startServerProcess({ home, env });
    undo.push(() => before.kill('SIGKILL'));
    for (const [at, command] of COMMANDS.entries()) {
      const action = { kind: 'shell', command, background: false, cwd: '/w', workspaceRoots: ['/w'] };
      const answer = await before.post('/v1/decisions', { action, session: { id: `s${at % 2}` } });
      expect(answer.status).toBe(200);
    }
    await until(() => isIndexed(before), WAIT_MS_MAX);
    const ids = await idsOf(before);
    expect(ids).toHaveLength(COMMANDS.length);
    const removing = await idsOf(before, '?effect=delete');
    expect(removing).toHaveLength(1);
    await before.kill('SIGTERM');

    await goBack(postgres);
    const client = await connect(postgres);
    const counts = async () => {
      const rows: number[] = [];
      for (const table of TABLES)
        rows.push(Number((await client.query(`SELECT count(*) FROM ${table}`)).rows[0].count));
      return rows;
    };
    const rowsBefore = await counts();
    expect(rowsBefore[0]).toBe(COMMANDS.length);
    // The journal's position says that the index has everything: whoever believed it would bring nothing again.
    expect(rowsBefore[3]).toBe(1);
    await expect(client.query('SELECT effects FROM decision')).rejects.toThrow(/does not exist/);

    const after = await startServerProcess({ home, env });
    undo.push(() => after.kill('SIGKILL'));
    await until(async () => (await isIndexed(after)) && (await idsOf(after)).length === ids.length, WAIT_MS_MAX);
    expect(await idsOf(after)).toEqual(ids);
    expect(await idsOf(after, '?effect=delete')).toEqual(removing);
    expect(await counts()).toEqual(rowsBefore);
    const { rows } = await client.query('SELECT number FROM schema_migration ORDER BY number');
    expect(rows.map(({ number }) => number)).toEqual((await readMigrations()).map(({ number }) => number));
  });
});
