import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../../api/client.ts';
import { useDebounced } from '../../components/use-debounced.ts';
import { type Filter, queryOf } from './filter.ts';
import { PAGE_ROWS, pageOf, pagesInView } from './pages-in-view.ts';

export type DecisionRow = Reply<'GET /v1/decisions/rows'>['rows'][number];

/** A scroll that does not stop loads nothing: milliseconds for which a part must stay in view. */
const SETTLED_MS = 60;

/**
 * The list as it was at one moment, however long: where its pages begin is known at once, and a page is read when it comes into
 * view. Decisions that come later stand before the first place and move nothing; `refresh` takes them in.
 */
export function useDecisionRows(filter: Filter) {
  const [asOfMs, setAsOfMs] = useState(() => Date.now());
  const [range, setRange] = useState({ from: 0, to: PAGE_ROWS });
  const settled = useDebounced(range, SETTLED_MS);
  const query = queryOf(filter, asOfMs);
  const list = ['decisions', asOfMs, filter];
  // Kept for as long as this list is looked at: a page that is read a second time would be one of another list.
  const kept = { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY };

  // The first screen, while the server still counts: with 100,000 decisions that takes longer than reading a page of them,
  // so it is asked for before the count. Page 0 of the outline takes its place, which may begin a row earlier: what was indexed
  // between the two.
  const first = useQuery({
    queryKey: [...list, 'first'],
    queryFn: ({ signal }) => call('GET /v1/decisions/rows', { query: { ...query, limit: PAGE_ROWS } }, { signal }),
    ...kept,
  });
  const outline = useQuery({
    queryKey: [...list, 'outline'],
    queryFn: ({ signal }) => call('GET /v1/decisions/outline', { query: { ...query, limit: PAGE_ROWS } }, { signal }),
    ...kept,
  });
  const firstRows = first.data?.rows ?? [];
  const count = outline.data?.count ?? firstRows.length;
  const pages = outline.data === undefined ? [] : pagesInView(settled, count);
  const rows = useQueries({
    queries: pages.map((page) => ({
      queryKey: [...list, page],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => {
        const after = outline.data?.places[page];
        return call('GET /v1/decisions/rows', { query: { ...query, limit: PAGE_ROWS, after } }, { signal });
      },
      ...kept,
    })),
  });
  const byPage = new Map(pages.map((page, at) => [page, rows[at]?.data?.rows]));
  return {
    outline,
    count,
    error: outline.error ?? rows.find(({ error }) => error !== null)?.error ?? null,
    retry: () => {
      if (outline.error !== null) void outline.refetch();
      for (const one of rows) if (one.error !== null) void one.refetch();
    },
    /** Something to show, or nothing to be shown: known by the outline, or by rows that were there before it. */
    outcome: {
      data: outline.data !== undefined || firstRows.length > 0 ? count : undefined,
      error: outline.error,
      refetch: outline.refetch,
    },
    rowAt: (row: number): DecisionRow | undefined =>
      (byPage.get(pageOf(row)) ?? (row < PAGE_ROWS ? firstRows : []))[row % PAGE_ROWS],
    onView: setRange,
    refresh: () => setAsOfMs(Date.now()),
    asOfMs,
  };
}
