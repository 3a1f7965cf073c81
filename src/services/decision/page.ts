import { readPageCursor } from '#domain/decision/decision-index.ts';
import { ok, type Result } from '#domain/result.ts';

/** Rows of a page whose size nobody names. */
export const PAGE_SIZE = 50;

/** The page that a query asks for. */
export function pageOf(query: {
  readonly limit?: number;
  readonly after?: string;
}): Result<{ readonly limit: number; readonly after?: string }, 'cursor-malformed'> {
  const { limit = PAGE_SIZE, after } = query;
  if (after === undefined) return ok({ limit });
  const cursor = readPageCursor(after);
  return cursor.ok ? ok({ limit, after }) : cursor;
}
