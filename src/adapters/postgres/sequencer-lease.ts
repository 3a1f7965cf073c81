import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { type AcquireLease, LeaseLost, LedgerUnavailable, type SequencerLease } from '#domain/ledger/store.ts';

/** For connecting and for each question. A check is made before every write, so it must not hang. */
const TIMEOUT_MS = 3_000;
/** A holder that has vanished without a word is noticed by the server after 10 + 3 · 5 s, and its lock is free. */
const KEEPALIVES = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

/**
 * The right to sequence one ledger, among machines: a PostgreSQL advisory lock, which ends with its session, and a fencing
 * token that grows with every holder. Before every write the token is read over the session that holds the lock: that says at once
 * whether the session lives, and whether somebody else has come after.
 */
export function createPostgresLease(options: { readonly databaseUrl: string; readonly ledger: string }): AcquireLease {
  const { databaseUrl, ledger } = options;
  return async () => {
    // Loaded by whoever sequences on a PostgreSQL, and by nobody else.
    const { default: pg } = await import('pg');
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
      options: KEEPALIVES,
      application_name: 'acgs-sequencer',
    });
    let lost: unknown;
    client.on('error', (error) => {
      lost = error;
    });
    try {
      await client.connect();
      const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
        lockKey(ledger),
      ]);
      if (rows[0]?.locked !== true) {
        await client.end();
        return undefined;
      }
      const token = await nextToken(client, ledger);
      return leaseOf(client, ledger, token, () => lost);
    } catch (cause) {
      await client.end().catch(() => undefined);
      throw new LedgerUnavailable('PostgreSQL does not say who sequences the ledger', { cause });
    }
  };
}

async function nextToken(client: Client, ledger: string): Promise<string> {
  // Only the holder of the lock gets here, so nobody else makes the table at the same time.
  await client.query(
    'CREATE TABLE IF NOT EXISTS ledger_sequencer (ledger text PRIMARY KEY, token bigint NOT NULL, since timestamptz NOT NULL)',
  );
  const { rows } = await client.query<{ token: string }>(
    `INSERT INTO ledger_sequencer VALUES ($1, 1, now())
     ON CONFLICT (ledger) DO UPDATE SET token = ledger_sequencer.token + 1, since = now() RETURNING token`,
    [ledger],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('an insert that returns gives a row');
  return row.token;
}

function leaseOf(client: Client, ledger: string, token: string, lost: () => unknown): SequencerLease {
  let isReleased = false;
  return {
    holder: `fencing token ${token}`,
    async check() {
      if (isReleased) throw new LeaseLost('the lease was given back');
      if (lost() !== undefined) throw new LeaseLost('the session that holds the lock has ended', { cause: lost() });
      const { rows } = await client
        .query<{ token: string }>('SELECT token FROM ledger_sequencer WHERE ledger = $1', [ledger])
        .catch((cause: unknown) => {
          throw new LeaseLost('PostgreSQL does not confirm the lease', { cause });
        });
      const now = rows[0]?.token;
      if (now !== token) throw new LeaseLost(`fencing token ${now ?? 'gone'} has come after ${token}`);
    },
    async release() {
      if (isReleased) return;
      isReleased = true;
      await client.end().catch(() => undefined);
    },
  };
}

/** A number of its own for each ledger: the first 8 bytes of a hash, as a signed bigint. */
function lockKey(ledger: string): string {
  return createHash('sha256').update(`acgs-ledger-sequencer\n${ledger}`).digest().readBigInt64BE(0).toString();
}
