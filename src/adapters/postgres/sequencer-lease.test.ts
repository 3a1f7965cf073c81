import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LeaseLost, LedgerUnavailable } from '#domain/ledger/store.ts';
import { postgresMissing, startTestPostgres, type TestPostgres } from '../../../tests/support/postgres.ts';
import { createPostgresLease } from './sequencer-lease.ts';

// Skipped where PostgreSQL is not installed: `npm test` installs it as root on Debian, and names the fix elsewhere.
describe.skipIf(postgresMissing() !== undefined)('the lease of a ledger in PostgreSQL', { timeout: 120_000 }, () => {
  let postgres: TestPostgres;
  let databaseUrl = '';
  beforeAll(async () => {
    postgres = await startTestPostgres();
    const { user, password, host, port, database } = postgres.poolConfig;
    databaseUrl = `postgres://${user}:${password}@${host}:${port}/${database}`;
  }, 120_000);
  afterAll(async () => {
    await postgres?.stop();
  });
  const acquire = (ledger: string) => createPostgresLease({ databaseUrl, ledger })();

  it('is an outage where there is no server', async () => {
    const nowhere = createPostgresLease({ databaseUrl: 'postgres://127.0.0.1:1/none', ledger: 'a' });
    await expect(nowhere()).rejects.toBeInstanceOf(LedgerUnavailable);
  });

  it('is held by one at a time, for each ledger, and its token grows', async () => {
    const first = await acquire('one');
    expect(first?.holder).toBe('fencing token 1');
    expect(await acquire('one')).toBeUndefined();
    const other = await acquire('other');
    expect(other?.holder).toBe('fencing token 1');
    await first?.check();
    await first?.release();
    await expect(first?.check()).rejects.toBeInstanceOf(LeaseLost);
    const second = await acquire('one');
    expect(second?.holder).toBe('fencing token 2');
    await second?.release();
    await other?.release();
  });

  it('is lost when a higher token has been given out, although the session lives', async () => {
    const lease = await acquire('fenced');
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query("UPDATE ledger_sequencer SET token = token + 1 WHERE ledger = 'fenced'");
    await client.end();
    await expect(lease?.check()).rejects.toThrow(/fencing token 2 has come after 1/);
    await lease?.release();
  });

  it('is lost with its session, and another can have it at once', async () => {
    const lease = await acquire('cut');
    await postgres.administer(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'acgs-sequencer'",
    );
    await expect(lease?.check()).rejects.toBeInstanceOf(LeaseLost);
    const next = await acquire('cut');
    expect(next?.holder).toBe('fencing token 2');
    await next?.release();
  });

  it('is lost while the server is down, and its tokens go on after it', async () => {
    const lease = await acquire('down');
    await postgres.kill();
    await expect(lease?.check()).rejects.toBeInstanceOf(LeaseLost);
    await expect(acquire('down')).rejects.toBeInstanceOf(LedgerUnavailable);
    await postgres.restart();
    const next = await acquire('down');
    expect(next?.holder).toBe('fencing token 2');
    await next?.release();
  });
});
