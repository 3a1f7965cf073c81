import { Link, useNavigate } from '@tanstack/react-router';
import { VerdictBadge } from '../../components/badge.tsx';
import { Empty } from '../../components/states.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useListKeys } from '../../keyboard/use-list-keys.ts';
import type { Line } from './feed.ts';

const COLUMNS: readonly Column<Line>[] = [
  {
    id: 'time',
    head: 'Time',
    width: '4.75rem',
    wideOnly: true,
    cell: ({ timeMs }) => (
      <span className="soft">
        <Time atMs={timeMs} as="clock" />
      </span>
    ),
  },
  { id: 'verdict', head: 'Verdict', width: '5.25rem', cell: ({ verdict }) => <VerdictBadge verdict={verdict} /> },
  {
    id: 'action',
    head: 'Action',
    width: 'minmax(0, 1fr)',
    cell: ({ id, subject, policy }) => (
      <Link
        to="/decisions/$id"
        params={{ id }}
        className="now-subject mono"
        title={policy === undefined ? subject : `${subject}\n${policy}`}
      >
        {subject}
      </Link>
    ),
  },
  {
    id: 'agent',
    head: 'Agent',
    width: '7.5rem',
    wideOnly: true,
    cell: ({ principalId }) => <span className="soft">{principalId}</span>,
  },
];

/** The newest first; j and k go through them. */
export function LiveLines({ lines }: { readonly lines: readonly Line[] }) {
  const navigate = useNavigate();
  const [selected] = useListKeys({
    count: lines.length,
    noun: 'decision',
    onOpen: (index) => {
      const line = lines[index];
      if (line !== undefined) void navigate({ to: '/decisions/$id', params: { id: line.id } });
    },
  });
  if (lines.length === 0) {
    return (
      <Empty title="No agent has asked for anything yet">
        Put one under this constitution: <code>npx acgs hook install claude-code</code>
      </Empty>
    );
  }
  return (
    <Table
      label="Decisions, newest first"
      rows={lines}
      columns={COLUMNS}
      rowKey={({ id }) => id}
      height="max(24rem, calc(100dvh - 22rem))"
      selected={selected}
    />
  );
}
