/** Rows of one page of the list. */
export const PAGE_ROWS = 100;

/** Which pages hold these rows; `from` is included, `to` is not. The last page is `pageOf(count - 1)`. */
export function pagesInView(range: { readonly from: number; readonly to: number }, count: number): readonly number[] {
  const to = Math.min(range.to, count);
  if (to <= range.from) return [];
  const first = pageOf(range.from);
  return Array.from({ length: pageOf(to - 1) - first + 1 }, (_, at) => first + at);
}

export function pageOf(row: number): number {
  return Math.floor(row / PAGE_ROWS);
}
