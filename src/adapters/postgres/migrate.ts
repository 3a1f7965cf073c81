import { readdir, readFile } from 'node:fs/promises';
import type { ClientBase } from 'pg';
import { sha256Hex } from '#domain/json.ts';

/** `0001-decision-index.sql`: applied in the order of their numbers, each once. An applied file never changes. */
const MIGRATIONS = new URL('./migrations/', import.meta.url);
const FILE_PATTERN = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** Any number, as long as every node takes the same one: the first 8 bytes of "ACGS/mig" as a bigint. */
const LOCK_KEY = '4702680858508487015';

/** The database was prepared by another version of ACGS than this one. Nothing was changed. */
export class MigrationConflict extends Error {
  override readonly name = 'MigrationConflict';
}

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

export async function readMigrations(folder: URL = MIGRATIONS): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(FILE_PATTERN.exec(name)?.[1]);
      if (number !== index + 1) throw new Error(`migration ${name} should have number ${index + 1}`);
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { number, name, sql, sha256: sha256Hex(sql) };
    }),
  );
}

/**
 * Brings the schema up to date within the caller's transaction: nodes that start together wait for one another at the
 * advisory lock, and whoever comes second finds everything done.
 * @throws {MigrationConflict} when an applied migration differs from the file of its number, or has no file here.
 */
export async function migrate(client: ClientBase, from?: readonly Migration[]): Promise<void> {
  const migrations = from ?? (await readMigrations());
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_KEY]);
  await client.query(
    `CREATE TABLE IF NOT EXISTS schema_migration (
       number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
     )`,
  );
  const { rows } = await client.query<{ number: number; name: string; sha256: string }>(
    'SELECT number, name, sha256 FROM schema_migration ORDER BY number',
  );
  for (const applied of rows) {
    const known = migrations.find(({ number }) => number === applied.number);
    if (known === undefined) {
      throw new MigrationConflict(`the database has migration ${applied.name}, which this ACGS does not know`);
    }
    if (known.sha256 !== applied.sha256) {
      throw new MigrationConflict(`migration ${applied.name} was applied in another form than ${known.name} has here`);
    }
  }
  for (const { number, name, sql, sha256 } of migrations.slice(rows.length)) {
    await client.query(sql);
    await client.query('INSERT INTO schema_migration (number, name, sha256) VALUES ($1, $2, $3)', [
      number,
      name,
      sha256,
    ]);
  }
}
