import {
  type DecisionFilter,
  OUTLINE_ROWS_MAX,
  PAGE_SIZE_MAX,
  type PageCursor,
  readPageCursor,
} from '#domain/decision/decision-index.ts';
import { columnKey, columnTime, likeContains } from './columns.ts';

export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export interface Page {
  readonly limit: number;
  readonly after?: string;
}

/**
 * A page by key and not by offset: rows that arrive meanwhile are newer than the first page, or fall between two rows,
 * and shift nothing. One row more than asked tells whether there is a next page.
 */
export function decisionsStatement(filter: DecisionFilter, page: Page): Statement {
  const where = conditionsOf(filter);
  const after = cursorOf(page);
  if (after !== undefined) where.add('(time_ms, id) < (?::bigint, ?)', after.timeMs, after.id);
  return {
    sql: `SELECT id, time_ms, entry FROM decision ${where.sql()} ORDER BY time_ms DESC, id DESC LIMIT ${limitOf(page) + 1}`,
    values: where.values,
  };
}

/** The first row, the last of each page, and that of all; `number` counts from 1. One row more than is counted tells whether there are more. */
export function outlineStatement(filter: DecisionFilter, page: Pick<Page, 'limit'>): Statement {
  const where = conditionsOf(filter);
  const limit = limitOf(page);
  return {
    sql: `WITH found AS (
            SELECT time_ms, id FROM decision ${where.sql()} ORDER BY time_ms DESC, id DESC LIMIT ${OUTLINE_ROWS_MAX + 1}
          ), numbered AS (
            SELECT time_ms, id, row_number() OVER (ORDER BY time_ms DESC, id DESC) AS number FROM found
          )
          SELECT id, time_ms, number FROM numbered
          WHERE number = 1 OR number % ${limit} = 0 OR number = (SELECT count(*) FROM found) ORDER BY number`,
    values: where.values,
  };
}

/** Decisions of a run and what happened in it without one, oldest first. */
export function timelineStatement(
  run: { readonly principalId: string; readonly sessionId: string },
  page: Page,
): Statement {
  const where = new Conditions();
  where.add('session_id = ?', columnKey(run.sessionId));
  where.add('principal_id = ?', columnKey(run.principalId));
  const after = cursorOf(page);
  if (after !== undefined) where.add('(time_ms, place) > (?::bigint, ?)', after.timeMs, after.id);
  return {
    sql: `SELECT place AS id, time_ms, entry FROM (
            SELECT id AS place, time_ms, session_id, principal_id, entry FROM decision
            UNION ALL
            SELECT place, time_ms, session_id, principal_id, entry FROM outcome WHERE decision_id IS NULL
          ) AS step ${where.sql()} ORDER BY time_ms, place LIMIT ${limitOf(page) + 1}`,
    values: where.values,
  };
}

function conditionsOf(filter: DecisionFilter): Conditions {
  const where = new Conditions();
  if (filter.verdict !== undefined) where.add('verdict = ?', filter.verdict);
  if (filter.agent !== undefined) where.add('agent = ?', columnKey(filter.agent));
  if (filter.principalId !== undefined) where.add('principal_id = ?', columnKey(filter.principalId));
  if (filter.sessionId !== undefined) where.add('session_id = ?', columnKey(filter.sessionId));
  if (filter.actionKind !== undefined) where.add('action_kind = ?', columnKey(filter.actionKind));
  if (filter.policy !== undefined) where.add('policies @> ARRAY[?::text]', columnKey(filter.policy));
  if (filter.text !== undefined && filter.text !== '') where.add('subject LIKE ?', likeContains(filter.text));
  if (filter.effectKind !== undefined) where.add('effects @> ARRAY[?::text]', filter.effectKind);
  if (filter.personId !== undefined) where.add('persons @> ARRAY[?::text]', columnKey(filter.personId));
  where.addSpan(filter);
  return where;
}

export function sessionsStatement(page: Page): Statement {
  const where = new Conditions();
  const after = cursorOf(page);
  if (after !== undefined) where.add('(first_seen_ms, id) < (?::bigint, ?)', after.timeMs, after.id);
  return {
    sql: `SELECT * FROM session ${where.sql()} ORDER BY first_seen_ms DESC, id DESC LIMIT ${limitOf(page) + 1}`,
    values: where.values,
  };
}

/** Conditions over one table, joined by AND. Values never enter the SQL text. */
export class Conditions {
  readonly values: unknown[] = [];
  readonly #conditions: string[] = [];

  add(condition: string, ...values: readonly unknown[]): void {
    const numbered = values.reduce<string>((sql, value) => {
      this.values.push(value);
      return sql.replace('?', `$${this.values.length}`);
    }, condition);
    this.#conditions.push(numbered);
  }

  addSpan(span: { readonly fromMs?: number; readonly toMs?: number }): void {
    if (span.fromMs !== undefined) this.add('time_ms >= ?::bigint', columnTime(Math.ceil(span.fromMs)));
    if (span.toMs !== undefined) this.add('time_ms < ?::bigint', columnTime(Math.ceil(span.toMs)));
  }

  sql(): string {
    return this.#conditions.length === 0 ? '' : `WHERE ${this.#conditions.join(' AND ')}`;
  }
}

function limitOf({ limit }: Pick<Page, 'limit'>): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_SIZE_MAX) {
    throw new RangeError(`a page has 1 to ${PAGE_SIZE_MAX} rows, not ${limit}`);
  }
  return limit;
}

function cursorOf({ after }: Page): PageCursor | undefined {
  if (after === undefined) return undefined;
  const cursor = readPageCursor(after);
  if (!cursor.ok) throw new RangeError(cursor.refusal.message);
  // A cursor comes back from outside: its id must be as a column can hold it.
  return { timeMs: cursor.value.timeMs, id: columnKey(cursor.value.id) };
}
