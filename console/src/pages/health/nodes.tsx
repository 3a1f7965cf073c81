import type { Reply } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Digest } from '../../components/copy.tsx';
import { Pane } from '../../components/pane.tsx';
import { Empty, Loaded, Loading } from '../../components/states.tsx';
import { type Column, rowsHeight, Table } from '../../components/table.tsx';
import { spanText } from '../../components/time.tsx';

type Node = Reply<'GET /v1/nodes'>['nodes'][number];

const ROWS_SHOWN_MAX = 12;

const COLUMNS: readonly Column<Node>[] = [
  { id: 'node', head: 'Node', width: 'minmax(8rem, 1.4fr)', cell: ({ id }) => <span className="mono">{id}</span> },
  { id: 'state', head: 'State', width: '8.5rem', cell: (node) => <NodeState node={node} /> },
  {
    id: 'number',
    head: 'Decides by',
    width: '12rem',
    wideOnly: true,
    cell: ({ number, digest }) => (
      <>
        number {number} <Digest digest={digest} label="the digest of the constitution" />
      </>
    ),
  },
  {
    id: 'verified',
    head: 'Verified',
    width: '7rem',
    wideOnly: true,
    align: 'end',
    cell: ({ verifiedSecondsAgo }) => `${spanText(verifiedSecondsAgo * 1000)} ago`,
  },
  {
    id: 'seen',
    head: 'Heard of',
    width: '6rem',
    wideOnly: true,
    align: 'end',
    cell: ({ seenSecondsAgo }) => `${spanText(seenSecondsAgo * 1000)} ago`,
  },
];

/** Every decision node with what it decides by, how old that is, and whether it has verified it for itself. */
export function Nodes() {
  const nodes = useApi('GET /v1/nodes', {}, { everyMs: 5_000 });
  return (
    <Pane title="Nodes" flush aside={nodes.data === undefined ? undefined : <>{nodes.data.nodes.length} known</>}>
      <Loaded of={nodes} loading={<Loading lines={2} />}>
        {({ nodes: rows }) =>
          rows.length === 0 ? (
            <Empty title="No node has been heard of">
              <p>A node tells how it is every second: this one is just starting, or its processes cannot reach it.</p>
            </Empty>
          ) : (
            <Table
              label="Nodes"
              rows={rows}
              columns={COLUMNS}
              rowKey={({ id }) => id}
              height={rowsHeight(Math.min(rows.length, ROWS_SHOWN_MAX))}
            />
          )
        }
      </Loaded>
    </Pane>
  );
}

/** Seconds after which a node that asks every second is silent. */
const SILENT_SECONDS = 5;

function NodeState({ node }: { readonly node: Node }) {
  if (!node.verified) {
    return (
      <Badge tone="bad" icon="warn">
        not verified
      </Badge>
    );
  }
  if (node.isStale) {
    return (
      <Badge tone="bad" icon="warn">
        stale
      </Badge>
    );
  }
  if (node.seenSecondsAgo > SILENT_SECONDS) {
    return (
      <Badge tone="waiting" icon="warn">
        silent
      </Badge>
    );
  }
  return node.follows ? (
    <Badge tone="good" icon="check">
      follows
    </Badge>
  ) : (
    <Badge tone="waiting">catching up</Badge>
  );
}
