import { DatabaseError, Pool, type PoolClient, type PoolConfig, type QueryResultRow } from 'pg';
import { IndexDiverged, IndexUnavailable, RecordGap } from '#domain/decision/decision-index.ts';
import { migrate } from './migrate.ts';

/** Connections of one node. The index is read by people, not by the decision path. */
const CONNECTIONS_MAX = 4;
const CONNECT_TIMEOUT_MS = 5_000;
/** A page that takes longer is refused by the server; the client gives up a little later, for a server that is silent. */
const STATEMENT_TIMEOUT_MS = 20_000;
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const IDLE_TIMEOUT_MS = 30_000;
/** A node that vanishes from the network in a transaction does not keep its locks for ever. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

export interface Database {
  query<Row extends QueryResultRow>(sql: string, values: readonly unknown[]): Promise<readonly Row[]>;
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * A bounded pool whose schema is up to date before the first statement, and again after every outage: a database that
 * comes back may be an empty one, because an embedded store that cannot be opened is replaced.
 * Connects on first use, so a node starts while its database is down.
 * @throws {IndexUnavailable} from every call while the database cannot serve; anything else that is thrown is a bug.
 */
export function openDatabase(config: PoolConfig): Database {
  const pool = new Pool({
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'acgs',
    ...config,
  });
  let migrated: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  // Without a listener, a connection that breaks would end the process: the pool listens to the idle ones only, so each
  // gets one of its own too. Whoever waits for a query on it is told by that query.
  const distrust = (): void => {
    migrated = undefined;
  };
  pool.on('error', distrust);
  pool.on('connect', (client) => client.on('error', distrust));

  async function withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(!leavesConnectionSound(error));
      throw error;
    }
  }

  async function ready<T>(work: () => Promise<T>): Promise<T> {
    try {
      migrated ??= withClient((client) => inTransaction(client, () => migrate(client)));
      await migrated;
      return await work();
    } catch (error) {
      if (isAnswer(error)) throw error;
      migrated = undefined;
      throw isOutage(error) ? new IndexUnavailable(describe(error), { cause: error }) : error;
    }
  }

  return {
    query: (sql, values) =>
      ready(async () => {
        const { rows } = await withClient((client) => client.query(sql, [...values]));
        return rows;
      }),
    transaction: (work) => ready(() => withClient((client) => inTransaction(client, () => work(client)))),
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

async function inTransaction<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // Otherwise the connection is dropped, which rolls back too. The first error is the one that tells.
    if (leavesConnectionSound(error)) await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** A refused statement or an answer of ours does; after anything else (a time-out, a broken pipe) its state is not known. */
function leavesConnectionSound(error: unknown): boolean {
  return error instanceof DatabaseError || isAnswer(error);
}

function isAnswer(error: unknown): boolean {
  return error instanceof RecordGap || error instanceof IndexDiverged;
}

/**
 * SQLSTATE classes (PostgreSQL, Appendix A) with which a server says that it cannot serve now, or not us: connection,
 * feature missing, transaction state, authorization, rolled back, no such database, resources, limits, not in a state
 * to do so, operator intervention, system and internal errors; and a table or right that somebody has taken away.
 */
const OUTAGE_CLASSES = ['08', '0A', '25', '28', '3D', '40', '53', '54', '55', '57', '58', 'XX'];
const OUTAGE_CODES = ['42P01', '42501'];

function isOutage(error: unknown): boolean {
  // Whatever did not come from the server came from the way to it (refused, reset, timed out, ended) or is MigrationConflict.
  if (!(error instanceof DatabaseError)) return !(error instanceof TypeError || error instanceof RangeError);
  const code = error.code ?? '';
  return OUTAGE_CLASSES.includes(code.slice(0, 2)) || OUTAGE_CODES.includes(code);
}

function describe(error: unknown): string {
  const what = error instanceof AggregateError ? error.errors.map(String).join('; ') : String(error);
  return `the search index cannot be reached: ${what}`;
}
