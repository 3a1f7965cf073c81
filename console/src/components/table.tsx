import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { scrollTopShowing, visibleRange } from './visible-range.ts';
import './table.css';

export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  /** A track of a CSS grid: `8rem`, `minmax(0, 1fr)`. */
  readonly width: string;
  readonly align?: 'end';
  /** On a narrow window (720 px) it is left out; what it says must stand elsewhere. */
  readonly wideOnly?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

const ROW_HEIGHT_PX = 40;

/** What a table of so few rows takes, for one that need not scroll: a CSS length. */
export function rowsHeight(rows: number): string {
  return `${ROW_HEIGHT_PX * (rows + 1)}px`;
}

/** Rows from the end of what is loaded at which more is asked for. */
const END_ROWS = 20;

/**
 * A table of any length, by roles in the place of elements, since rows that are not drawn and a table's own layout do not go together: only what is seen is drawn, so all rows are of one height, and what is long is cut by the cell. It scrolls
 * in its own box, which takes the height that its place gives it (`height`, a CSS length). Which row is chosen is the page's to keep:
 * give `selected` and `onOpen`, and use `useListKeys` for j, k and Enter.
 */
export function Table<Row>(props: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly height: string;
  /** Index of the chosen row; it is kept in sight. */
  readonly selected?: number | undefined;
  readonly onOpen?: (row: Row, index: number) => void;
  /** Called when the end of what is loaded comes into sight. */
  readonly onEnd?: () => void;
  /** Told which rows are drawn, `from` included and `to` not, whenever that changes: for a list whose rows are read as they are seen. */
  readonly onView?: (range: { readonly from: number; readonly to: number }) => void;
}) {
  const { rows, columns, selected, onEnd, onOpen, onView } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scrollTopPx: 0, heightPx: 800 });
  const { from, to } = visibleRange({ ...view, rowHeightPx: ROW_HEIGHT_PX, rowCount: rows.length });

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const read = () => setView({ scrollTopPx: element.scrollTop, heightPx: element.clientHeight });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (selected === undefined || element === null) return;
    const seen = { scrollTopPx: element.scrollTop, heightPx: element.clientHeight, rowHeightPx: ROW_HEIGHT_PX };
    element.scrollTop = scrollTopShowing(selected, seen);
  }, [selected]);

  useLayoutEffect(() => onView?.({ from, to }), [from, to, onView]);

  const isEndNear = to > rows.length - END_ROWS;
  useLayoutEffect(() => {
    if (isEndNear) onEnd?.();
  }, [isEndNear, onEnd]);

  // By custom properties, so that the narrow form can be chosen by CSS alone.
  const tracks = {
    '--tracks': columns.map(({ width }) => width).join(' '),
    '--tracks-narrow': columns
      .filter(({ wideOnly }) => wideOnly !== true)
      .map(({ width }) => width)
      .join(' '),
  } as React.CSSProperties; // React's type has no custom properties
  const classOf = (column: Column<Row>) =>
    `cell${column.align === 'end' ? ' cell-end' : ''}${column.wideOnly === true ? ' cell-wide' : ''}`;
  return (
    <div className="table" role="table" aria-label={props.label} aria-rowcount={rows.length + 1} style={tracks}>
      <div role="rowgroup" className="table-head">
        <div role="row" className="row" aria-rowindex={1}>
          {columns.map((column) => (
            <div key={column.id} role="columnheader" className={classOf(column)}>
              {column.head}
            </div>
          ))}
        </div>
      </div>
      {/* Scrolled by the keyboard too: what scrolls must be reachable. */}
      <div ref={box} role="rowgroup" className="table-body" style={{ maxHeight: props.height }} tabIndex={0}>
        <div role="presentation" style={{ height: from * ROW_HEIGHT_PX }} />
        {rows.slice(from, to).map((row, offset) => {
          const index = from + offset;
          return (
            <div
              key={props.rowKey(row)}
              role="row"
              aria-rowindex={index + 2}
              aria-current={index === selected ? 'true' : undefined}
              className={onOpen === undefined ? 'row' : 'row row-opens'}
              onClick={onOpen === undefined ? undefined : () => onOpen(row, index)}
            >
              {columns.map((column) => (
                <div key={column.id} role="cell" className={classOf(column)}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
        <div role="presentation" style={{ height: (rows.length - to) * ROW_HEIGHT_PX }} />
      </div>
    </div>
  );
}
