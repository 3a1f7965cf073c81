import type { PoolClient } from 'pg';
import { IndexDiverged, RecordGap } from '#domain/decision/decision-index.ts';
import type { JournalRecord } from '#domain/journal/journal.ts';
import { columnKey } from './columns.ts';
import { type RecordRows, rowsOf } from './record-rows.ts';

/** Bytes of one statement, about: keeps the memory of both sides flat when records are large. */
const STATEMENT_CHARS_MAX = 4 * 1024 * 1024;

/**
 * Applies the records of one node within the caller's transaction. The node's position is locked first, so of two
 * followers that bring the same records the second finds them applied.
 */
export async function applyRecords(client: PoolClient, node: string, records: readonly JournalRecord[]): Promise<void> {
  const key = columnKey(node);
  const position = await lockPosition(client, key);
  const known = records.find(({ sequence }) => sequence === position.sequence);
  if (known !== undefined && known.hash !== position.hash) {
    throw new IndexDiverged(`record ${known.sequence} of ${node} is not the one that was applied`);
  }
  const fresh = records.filter(({ sequence }) => sequence > position.sequence);
  for (const [index, { sequence }] of fresh.entries()) {
    const expected = position.sequence + index + 1;
    if (sequence !== expected) throw new RecordGap(`record ${sequence} of ${node} was given, expected ${expected}`);
  }
  const last = fresh.at(-1);
  if (last === undefined) return;
  await insert(client, rowsOf(fresh));
  await client.query('UPDATE journal_position SET sequence = $2, hash = $3 WHERE node = $1', [
    key,
    last.sequence,
    last.hash,
  ]);
}

async function lockPosition(
  client: PoolClient,
  node: string,
): Promise<{ readonly sequence: number; readonly hash: string }> {
  await client.query(
    `INSERT INTO journal_position (node, sequence, hash) VALUES ($1, 0, '') ON CONFLICT (node) DO NOTHING`,
    [node],
  );
  const { rows } = await client.query<{ sequence: string; hash: string }>(
    'SELECT sequence, hash FROM journal_position WHERE node = $1 FOR UPDATE',
    [node],
  );
  return { sequence: Number(rows[0]?.sequence), hash: rows[0]?.hash ?? '' };
}

async function insert(client: PoolClient, rows: RecordRows): Promise<void> {
  for (const chunk of chunks(rows.decisions)) {
    await client.query(
      `INSERT INTO decision
         (id, time_ms, verdict, agent, principal_id, session_id, action_kind, policies, effects, persons, subject,
          entry)
       SELECT id, time_ms, verdict, agent, principal_id, session_id, action_kind, policies::text[], effects::text[],
         persons::text[], subject, entry
       FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
         $9::text[], $10::text[], $11::text[], $12::text[])
         AS new (id, time_ms, verdict, agent, principal_id, session_id, action_kind, policies, effects, persons, subject,
           entry)
       ON CONFLICT (id) DO NOTHING`,
      columnsOf(chunk, 12),
    );
  }
  for (const chunk of chunks(rows.outcomes)) {
    await client.query(
      `INSERT INTO outcome (node, sequence, time_ms, status, decision_id, principal_id, session_id, entry)
       SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
         $8::text[])
       ON CONFLICT (node, sequence) DO NOTHING`,
      columnsOf(chunk, 8),
    );
  }
  for (const chunk of chunks(rows.approvals)) {
    await client.query(
      `INSERT INTO approval (id, decision_id, time_ms, entry)
       SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
       ON CONFLICT (id) DO NOTHING`,
      columnsOf(chunk, 4),
    );
  }
  for (const chunk of chunks(rows.sessions)) {
    await client.query(
      `INSERT INTO session AS old (id, run, cwd, first_seen_ms, last_seen_ms, allow_count, deny_count, ask_count,
         modify_count, defer_count, ungoverned_count)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
         $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
       ON CONFLICT (id) DO UPDATE SET
         cwd = coalesce(old.cwd, excluded.cwd),
         first_seen_ms = least(old.first_seen_ms, excluded.first_seen_ms),
         last_seen_ms = greatest(old.last_seen_ms, excluded.last_seen_ms),
         allow_count = old.allow_count + excluded.allow_count,
         deny_count = old.deny_count + excluded.deny_count,
         ask_count = old.ask_count + excluded.ask_count,
         modify_count = old.modify_count + excluded.modify_count,
         defer_count = old.defer_count + excluded.defer_count,
         ungoverned_count = old.ungoverned_count + excluded.ungoverned_count`,
      columnsOf(chunk, 11),
    );
  }
}

type Row = RecordRows['decisions'][number];

function* chunks(rows: readonly Row[]): Generator<readonly Row[]> {
  let chunk: Row[] = [];
  let chars = 0;
  for (const row of rows) {
    chunk.push(row);
    for (const value of row) chars += typeof value === 'string' ? value.length : 0;
    if (chars < STATEMENT_CHARS_MAX) continue;
    yield chunk;
    chunk = [];
    chars = 0;
  }
  if (chunk.length > 0) yield chunk;
}

/** `unnest` takes one array for each column. */
function columnsOf(rows: readonly Row[], count: number): (string | number | null)[][] {
  return Array.from({ length: count }, (_, column) => rows.map((row) => row[column] ?? null));
}
