import type { PoolConfig } from 'pg';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Decision, Outcome } from '#domain/decision/decision.ts';
import {
  type DecisionIndex,
  type DecisionStats,
  type SessionSummary,
  type VerdictCounts,
  writePageCursor,
} from '#domain/decision/decision-index.ts';
import type { JournalEntry, JournalRecord } from '#domain/journal/journal.ts';
import type { Result } from '#domain/result.ts';
import { applyRecords } from './apply.ts';
import { columnKey } from './columns.ts';
import { openDatabase } from './database.ts';
import { Conditions, decisionsStatement, type Page, sessionsStatement } from './list.ts';

export interface PostgresIndexOptions {
  /** Where and as whom; what is absent is bounded by `openDatabase`. */
  readonly database: PoolConfig;
  /** Checks an entry that comes back from the database: the journal's own parser, since both hold the same text. */
  readonly parseEntry: (payload: Buffer) => Result<JournalEntry>;
}

/**
 * The decision index on PostgreSQL 15 or later, or what speaks its protocol. Connects and migrates on first use.
 * @throws {IndexUnavailable} from every method while the database cannot serve.
 */
export function createPostgresDecisionIndex(options: PostgresIndexOptions): DecisionIndex {
  const database = openDatabase(options.database);
  const parse = (entry: string): JournalEntry => parseStored(entry, options.parseEntry);
  return {
    async apply(records) {
      const byNode = Map.groupBy(records, ({ node }: JournalRecord) => node);
      const nodes = [...byNode].sort(([a], [b]) => (a < b ? -1 : 1));
      if (nodes.length === 0) return;
      await database.transaction(async (client) => {
        for (const [node, own] of nodes) await applyRecords(client, node, own);
      });
    },
    async position(node) {
      const rows = await database.query<{ sequence: string }>('SELECT sequence FROM journal_position WHERE node = $1', [
        columnKey(node),
      ]);
      return Number(rows[0]?.sequence ?? 0);
    },
    async find(id) {
      const rows = await database.query<{ entry: string }>(
        `SELECT entry FROM decision WHERE id = $1
         UNION ALL
         (SELECT entry FROM outcome WHERE decision_id = $1 ORDER BY time_ms, node, sequence)`,
        [columnKey(id)],
      );
      const entries = rows.map(({ entry }) => parse(entry));
      const decision = entries.flatMap(decisionIn)[0];
      return decision === undefined ? undefined : { decision, outcomes: entries.flatMap(outcomeIn) };
    },
    async list(filter, page) {
      const { sql, values } = decisionsStatement(filter, page);
      const rows = await database.query<{ id: string; time_ms: string; entry: string }>(sql, values);
      const { shown, next } = split(rows, page, (row) => ({ timeMs: Number(row.time_ms), id: row.id }));
      return { decisions: shown.map(({ entry }) => parse(entry)).flatMap(decisionIn), ...next };
    },
    async sessions(page) {
      const { sql, values } = sessionsStatement(page);
      const rows = await database.query<SessionRow>(sql, values);
      const { shown, next } = split(rows, page, (row) => ({ timeMs: Number(row.first_seen_ms), id: row.id }));
      return { sessions: shown.map(summaryOf), ...next };
    },
    async stats(span) {
      const where = new Conditions();
      where.addSpan(span);
      const rows = await database.query<{ what: string; kind: string; count: string }>(
        `SELECT 'decision' AS what, verdict AS kind, count(*) AS count FROM decision ${where.sql()} GROUP BY verdict
         UNION ALL
         SELECT CASE WHEN decision_id IS NULL THEN 'ungoverned' ELSE 'governed' END, status, count(*)
         FROM outcome ${where.sql()} GROUP BY 1, 2`,
        where.values,
      );
      return statsOf(rows);
    },
    rebuild: () =>
      database.transaction(async (client) => {
        await client.query('TRUNCATE decision, outcome, session, journal_position');
      }),
    close: () => database.close(),
  };
}

function parseStored(entry: string, parseEntry: PostgresIndexOptions['parseEntry']): JournalEntry {
  const parsed = parseEntry(Buffer.from(entry, 'utf8'));
  // Only `apply` writes here, from entries that the journal had checked: somebody else has been at the table.
  if (!parsed.ok) throw new Error(`the index holds an entry that is none: ${parsed.refusal.message}; rebuild it`);
  return parsed.value;
}

function decisionIn(entry: JournalEntry): readonly Decision[] {
  return entry.kind === 'decision' ? [entry.decision] : [];
}

function outcomeIn(entry: JournalEntry): readonly Outcome[] {
  return entry.kind === 'outcome' ? [entry.outcome] : [];
}

function split<Row>(
  rows: readonly Row[],
  { limit }: Page,
  cursorOf: (row: Row) => { readonly timeMs: number; readonly id: string },
): { readonly shown: readonly Row[]; readonly next: { readonly next?: string } } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { shown, next: more ? { next: writePageCursor(cursorOf(last)) } : {} };
}

/** Counts are bigint, which the driver gives as text. */
interface SessionRow {
  readonly id: string;
  readonly run: string;
  readonly cwd: string | null;
  readonly first_seen_ms: string;
  readonly last_seen_ms: string;
  readonly allow_count: string;
  readonly deny_count: string;
  readonly ask_count: string;
  readonly modify_count: string;
  readonly defer_count: string;
  readonly ungoverned_count: string;
}

const Run = Compile(Type.Object({ id: Type.String(), principalId: Type.String(), agent: Type.String() }));
const Cwd = Compile(Type.String());

function summaryOf(row: SessionRow): SessionSummary {
  const { id, principalId, agent } = Run.Parse(JSON.parse(row.run));
  return {
    id: id as SessionSummary['id'], // the parse edge: brands exist at compile time only
    principalId,
    agent,
    ...(row.cwd === null ? {} : { cwd: Cwd.Parse(JSON.parse(row.cwd)) }),
    firstSeenMs: Number(row.first_seen_ms),
    lastSeenMs: Number(row.last_seen_ms),
    decisions: {
      allow: Number(row.allow_count),
      deny: Number(row.deny_count),
      ask: Number(row.ask_count),
      modify: Number(row.modify_count),
      defer: Number(row.defer_count),
    },
    ungoverned: Number(row.ungoverned_count),
  };
}

function statsOf(
  rows: readonly { readonly what: string; readonly kind: string; readonly count: string }[],
): DecisionStats {
  const sum = (match: (row: { readonly what: string; readonly kind: string }) => boolean): number =>
    rows.filter(match).reduce((total, { count }) => total + Number(count), 0);
  const decided = (kind: keyof VerdictCounts): number => sum((row) => row.what === 'decision' && row.kind === kind);
  const ended = (kind: Outcome['status']): number => sum((row) => row.what !== 'decision' && row.kind === kind);
  return {
    decisions: {
      allow: decided('allow'),
      deny: decided('deny'),
      ask: decided('ask'),
      modify: decided('modify'),
      defer: decided('defer'),
    },
    outcomes: { succeeded: ended('succeeded'), failed: ended('failed'), unknown: ended('unknown') },
    ungoverned: sum(({ what }) => what === 'ungoverned'),
  };
}
