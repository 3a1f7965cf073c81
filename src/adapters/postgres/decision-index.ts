import type { PoolConfig } from 'pg';
import type { Approval } from '#domain/approval/approval.ts';
import type { Decision, DecisionId, Outcome } from '#domain/decision/decision.ts';
import {
  type DecisionIndex,
  type DecisionStats,
  OUTLINE_ROWS_MAX,
  type TimelineStep,
  type VerdictCounts,
  writePageCursor,
} from '#domain/decision/decision-index.ts';
import type { JournalEntry, JournalRecord } from '#domain/journal/journal.ts';
import type { Result } from '#domain/result.ts';
import { applyRecords } from './apply.ts';
import { columnKey } from './columns.ts';
import { openDatabase } from './database.ts';
import {
  Conditions,
  decisionsStatement,
  outlineStatement,
  type Page,
  sessionsStatement,
  timelineStatement,
} from './list.ts';
import { runKey } from './record-rows.ts';
import { type SessionRow, summaryOf } from './session-rows.ts';

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

  /** What was reported of these decisions and answered to them, oldest first. */
  async function belongingTo(ids: readonly DecisionId[]): Promise<readonly JournalEntry[]> {
    if (ids.length === 0) return [];
    const rows = await database.query<{ entry: string }>(
      `(SELECT entry FROM outcome WHERE decision_id = ANY($1::text[]) ORDER BY time_ms, node, sequence)
       UNION ALL
       (SELECT entry FROM approval WHERE decision_id = ANY($1::text[]) ORDER BY time_ms, id)`,
      [ids.map((id) => columnKey(id))],
    );
    return rows.map(({ entry }) => parse(entry));
  }

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
         (SELECT entry FROM outcome WHERE decision_id = $1 ORDER BY time_ms, node, sequence)
         UNION ALL
         (SELECT entry FROM approval WHERE decision_id = $1 ORDER BY time_ms, id)`,
        [columnKey(id)],
      );
      const entries = rows.map(({ entry }) => parse(entry));
      const decision = entries.flatMap(decisionIn)[0];
      if (decision === undefined) return undefined;
      const { approvalId } = decision;
      const used =
        approvalId === undefined
          ? []
          : await database.query<{ entry: string }>('SELECT entry FROM approval WHERE id = $1', [
              columnKey(approvalId),
            ]);
      const approval = used.map(({ entry }) => parse(entry)).flatMap(approvalIn)[0];
      return {
        decision,
        outcomes: entries.flatMap(outcomeIn),
        answers: entries.flatMap(approvalIn),
        ...(approval === undefined ? {} : { approval }),
      };
    },
    async outline(filter, page) {
      const { sql, values } = outlineStatement(filter, page);
      const rows = await database.query<{ id: string; time_ms: string; number: string }>(sql, values);
      const found = Number(rows.at(-1)?.number ?? 0);
      const count = Math.min(found, OUTLINE_ROWS_MAX);
      const [newest] = rows;
      // The first page ends the same way while newer ones arrive: it begins with the newest of now, whose id is below this.
      const first =
        newest === undefined ? [] : [writePageCursor({ timeMs: Number(newest.time_ms), id: `${newest.id}~` })];
      const others = rows
        // After the last row that is counted no page begins.
        .filter(({ number }) => Number(number) % page.limit === 0 && Number(number) < count)
        .map((row) => writePageCursor({ timeMs: Number(row.time_ms), id: row.id }));
      return { count, isCapped: found > OUTLINE_ROWS_MAX, places: [...first, ...others] };
    },
    async timeline(run, page) {
      const [known] = await database.query<SessionRow>('SELECT * FROM session WHERE id = $1', [runKey(run)]);
      if (known === undefined) return undefined;
      const { sql, values } = timelineStatement(run, page);
      const rows = await database.query<{ id: string; time_ms: string; entry: string }>(sql, values);
      const { shown, next } = split(rows, page, (row) => ({ timeMs: Number(row.time_ms), id: row.id }));
      const entries = shown.map(({ entry }) => parse(entry));
      const belonging = await belongingTo(entries.flatMap(decisionIn).map(({ id }) => id));
      return { session: summaryOf(known), steps: stepsOf(entries, belonging), ...next };
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
        await client.query('TRUNCATE decision, outcome, approval, session, journal_position');
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

function approvalIn(entry: JournalEntry): readonly Approval[] {
  return entry.kind === 'approval' ? [entry.approval] : [];
}

/** @param belonging outcomes of the decisions among the entries, and answers to them */
function stepsOf(entries: readonly JournalEntry[], belonging: readonly JournalEntry[]): readonly TimelineStep[] {
  const outcomes = Map.groupBy(belonging.flatMap(outcomeIn), ({ decisionId }) => decisionId);
  const answers = Map.groupBy(belonging.flatMap(approvalIn), ({ decisionId }) => decisionId);
  return entries.flatMap((entry): readonly TimelineStep[] => {
    if (entry.kind === 'outcome') return [{ kind: 'ungoverned', outcome: entry.outcome }];
    return decisionIn(entry).map((decision) => ({
      kind: 'decision',
      decision,
      outcomes: outcomes.get(decision.id) ?? [],
      answers: answers.get(decision.id) ?? [],
    }));
  });
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
