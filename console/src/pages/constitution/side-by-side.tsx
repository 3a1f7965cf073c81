import { type DiffRow, diffLines } from './diff-lines.ts';
import './side-by-side.css';

/** Two texts, line by line; on a narrow window the old line stands above the new one. */
export function SideBySide(props: {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  readonly prose?: boolean;
}) {
  const rows = diffLines(props.before, props.after);
  return (
    <figure
      className={props.prose === true ? 'side-by-side side-by-side-prose' : 'side-by-side mono'}
      aria-label={props.label}
    >
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows of two texts have no other name, and never move
        <Row key={index} row={row} />
      ))}
    </figure>
  );
}

function Row({ row }: { readonly row: DiffRow }) {
  if (row.kind === 'same') {
    return (
      <div className="side-by-side-row side-by-side-same">
        <span>{row.left}</span>
        <span aria-hidden="true">{row.right}</span>
      </div>
    );
  }
  return (
    <div className="side-by-side-row">
      {row.kind === 'added' ? <span className="side-by-side-none" /> : <del>{row.left}</del>}
      {row.kind === 'removed' ? <span className="side-by-side-none" /> : <ins>{row.right}</ins>}
    </div>
  );
}
