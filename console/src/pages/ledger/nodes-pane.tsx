import { Badge } from '../../components/badge.tsx';
import { Pane } from '../../components/pane.tsx';
import { Empty } from '../../components/states.tsx';
import { type Column, rowsHeight, Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { type LedgerNode, nodeText } from './words.ts';

const ROWS_SHOWN_MAX = 12;

const COLUMNS: readonly Column<LedgerNode>[] = [
  { id: 'node', head: 'Node', width: 'minmax(7rem, 1.2fr)', cell: ({ node }) => <span className="mono">{node}</span> },
  {
    id: 'state',
    head: 'Journal',
    width: '9.5rem',
    cell: (node) => {
      const { tone, word } = nodeText(node);
      return <Badge tone={tone}>{word}</Badge>;
    },
  },
  {
    id: 'sequence',
    head: 'In the ledger',
    width: '7rem',
    align: 'end',
    cell: ({ sequence }) => `record ${sequence.toLocaleString('en')}`,
  },
  {
    id: 'missing',
    head: 'Still to come',
    width: '6.5rem',
    align: 'end',
    wideOnly: true,
    cell: ({ missing }) => missing.toLocaleString('en'),
  },
  {
    id: 'heard',
    head: 'Heard of',
    width: '7rem',
    align: 'end',
    wideOnly: true,
    cell: ({ heardMs }) => <Time atMs={heardMs} />,
  },
  {
    id: 'means',
    head: 'What that means',
    width: 'minmax(0, 2fr)',
    wideOnly: true,
    cell: (node) => nodeText(node).means,
  },
];

/** Whose journals the ledger has, and up to which record. */
export function NodesPane({ nodes }: { readonly nodes: readonly LedgerNode[] }) {
  return (
    <Pane
      title="Journals"
      flush
      aside={nodes.length === 1 ? 'of one node' : `of ${nodes.length.toLocaleString('en')} nodes`}
    >
      {nodes.length === 0 ? (
        <Empty title="No journal has come yet">
          <p>Every node ships its journal by itself, a moment after each record.</p>
        </Empty>
      ) : (
        <Table
          label="Journals"
          rows={nodes}
          columns={COLUMNS}
          rowKey={({ node }) => node}
          height={rowsHeight(Math.min(nodes.length, ROWS_SHOWN_MAX))}
        />
      )}
    </Pane>
  );
}
