/** Rows that are drawn above and below what is seen, so that a quick scroll shows no gap. */
const OVERSCAN_ROWS = 12;

/** Which rows of a list are drawn: `from` is included, `to` is not. */
export function visibleRange(view: {
  readonly scrollTopPx: number;
  readonly heightPx: number;
  readonly rowHeightPx: number;
  readonly rowCount: number;
}): { readonly from: number; readonly to: number } {
  const { scrollTopPx, heightPx, rowHeightPx, rowCount } = view;
  const first = Math.floor(Math.max(0, scrollTopPx) / rowHeightPx);
  const from = Math.max(0, Math.min(first, rowCount) - OVERSCAN_ROWS);
  const to = Math.min(rowCount, first + Math.ceil(heightPx / rowHeightPx) + OVERSCAN_ROWS);
  return { from, to: Math.max(from, to) };
}

/** The scroll position at which a row is seen whole, from where the list is now. */
export function scrollTopShowing(
  row: number,
  view: { readonly scrollTopPx: number; readonly heightPx: number; readonly rowHeightPx: number },
): number {
  const topPx = row * view.rowHeightPx;
  if (topPx < view.scrollTopPx) return topPx;
  return Math.max(view.scrollTopPx, topPx + view.rowHeightPx - view.heightPx);
}
