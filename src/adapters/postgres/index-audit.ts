import type { PoolClient, PoolConfig } from 'pg';
import type { IndexAudit, IndexDifference } from '#domain/decision/index-audit.ts';
import type { JournalReader, JournalRecord } from '#domain/journal/journal.ts';
import { applyRecords } from './apply.ts';
import { columnKey } from './columns.ts';
import { openDatabase } from './database.ts';

/** Records of one step: some megabytes. */
const STEP_RECORDS = 1_000;
/** However long the journals are: nobody waits for it but who has asked. */
const NO_TIMEOUTS = { statement_timeout: 0, query_timeout: 0, idle_in_transaction_session_timeout: 0 } as const;

interface Table {
  readonly name: string;
  readonly keys: readonly string[];
  readonly order: string;
  /** Columns that follow from which node came first, where there is more than one. */
  readonly arbitraryAmongNodes?: readonly string[];
}

/** In the order in which differences are told. */
const TABLES: readonly Table[] = [
  { name: 'decision', keys: ['id'], order: 'time_ms' },
  { name: 'outcome', keys: ['node', 'sequence'], order: 'time_ms' },
  { name: 'approval', keys: ['id'], order: 'time_ms' },
  { name: 'session', keys: ['id'], order: 'first_seen_ms', arbitraryAmongNodes: ['cwd', 'run'] },
];

/**
 * The journals are applied once more, by the very code that filled the index, to temporary tables beside it; then the two are joined in both directions. So nothing
 * has to be said twice about which row follows from which record, and a row that was added is found like one that is missing.
 */
export function createPostgresIndexAudit(options: { readonly database: PoolConfig }): IndexAudit {
  const database = openDatabase({ ...options.database, ...NO_TIMEOUTS, max: 1 });
  return {
    firstDifference: (journals) =>
      database.transaction(async (client) => {
        // What an index's process applies meanwhile is not seen; nothing that is written here outlives the transaction.
        await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        const schema = await makeTemporaryTables(client);
        const applied = await applyAgain(client, schema, journals);
        if (applied.kind === 'different') return applied.difference;
        for (const table of TABLES) {
          const difference = await compare(client, schema, table, applied.nodes);
          if (difference !== undefined) return difference;
        }
        return undefined;
      }),
    close: () => database.close(),
  };
}

/** Names without a schema mean the temporary tables from here on (PostgreSQL, search_path). Gives the schema of the real ones, quoted. */
async function makeTemporaryTables(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ name: string }>('SELECT quote_ident(current_schema()) AS name');
  const schema = rows[0]?.name ?? 'public';
  for (const { name, keys } of [...TABLES, { name: 'journal_position', keys: ['node'] }]) {
    await client.query(
      `CREATE TEMPORARY TABLE ${name} (LIKE ${schema}.${name} INCLUDING DEFAULTS INCLUDING GENERATED) ON COMMIT DROP`,
    );
    await client.query(`ALTER TABLE pg_temp.${name} ADD PRIMARY KEY (${keys.join(', ')})`);
  }
  return schema;
}

type Applied =
  | { readonly kind: 'applied'; readonly nodes: number }
  | { readonly kind: 'different'; readonly difference: IndexDifference };

async function applyAgain(client: PoolClient, schema: string, journals: readonly JournalReader[]): Promise<Applied> {
  const { rows: positions } = await client.query<{ node: string; sequence: string; hash: string }>(
    `SELECT node, sequence, hash FROM ${schema}.journal_position ORDER BY node`,
  );
  for (const { node, sequence, hash } of positions) {
    const different = (kind: IndexDifference['kind'], ...columns: string[]): Applied => ({
      kind: 'different',
      difference: { table: 'journal_position', key: node, kind, columns },
    });
    const journal = journals.find((each) => columnKey(each.node) === node);
    if (journal === undefined) return different('added');
    if (journal.head().sequence < Number(sequence)) return different('changed', 'sequence');
    const last = await applyJournal(client, journal, Number(sequence));
    if ((last?.hash ?? '') !== hash) return different('changed', 'hash');
  }
  return { kind: 'applied', nodes: positions.length };
}

/** Gives the last record that was applied. */
async function applyJournal(
  client: PoolClient,
  journal: JournalReader,
  end: number,
): Promise<JournalRecord | undefined> {
  let step: JournalRecord[] = [];
  let last: JournalRecord | undefined;
  for await (const record of journal.read(1)) {
    if (record.sequence > end) break;
    step.push(record);
    last = record;
    if (step.length < STEP_RECORDS) continue;
    await applyRecords(client, journal.node, step);
    step = [];
  }
  if (step.length > 0) await applyRecords(client, journal.node, step);
  return last;
}

async function compare(
  client: PoolClient,
  schema: string,
  { name, keys, order, arbitraryAmongNodes = [] }: Table,
  nodes: number,
): Promise<IndexDifference | undefined> {
  const { rows: described } = await client.query<{ column: string }>(
    `SELECT quote_ident(attname) AS column FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [`${schema}.${name}`],
  );
  const columns = described
    .map(({ column }) => column)
    .filter((each) => nodes < 2 || !arbitraryAmongNodes.includes(each));
  const list = (alias: string, of: readonly string[]) => of.map((each) => `${alias}.${each}`).join(', ');
  const { rows } = await client.query<{
    key: string;
    is_missing: boolean;
    is_added: boolean;
    changed: string[] | null;
  }>(
    `SELECT concat_ws(' ', ${keys.map((each) => `coalesce(wanted.${each}, found.${each})`).join(', ')}) AS key,
       found.${keys[0]} IS NULL AS is_missing, wanted.${keys[0]} IS NULL AS is_added,
       array_remove(ARRAY[${columns.map((each) => `CASE WHEN wanted.${each} IS DISTINCT FROM found.${each} THEN '${each}' END`).join(', ')}], NULL) AS changed
     FROM pg_temp.${name} wanted FULL JOIN ${schema}.${name} found
       ON (${list('wanted', keys)}) = (${list('found', keys)})
     WHERE ROW(${list('wanted', columns)}) IS DISTINCT FROM ROW(${list('found', columns)})
     ORDER BY coalesce(wanted.${order}, found.${order}), key LIMIT 1`,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const kind = row.is_missing ? 'missing' : row.is_added ? 'added' : 'changed';
  return { table: name, key: row.key, kind, columns: kind === 'changed' ? (row.changed ?? []) : [] };
}
