import { useNavigate } from '@tanstack/react-router';
import type { Reply } from '../../api/client.ts';
import { pagesOf, usePages } from '../../api/use-api.ts';
import { PageHead, Pane } from '../../components/pane.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { spanText, Time } from '../../components/time.tsx';
import { useListKeys } from '../../keyboard/use-list-keys.ts';
import { useLiveRefresh } from '../../live/use-live-refresh.ts';
import { Counts } from './counts.tsx';

type Session = Reply<'GET /v1/sessions'>['sessions'][number];

/** Runs of agents, newest first. */
export function SessionsPage() {
  const navigate = useNavigate();
  const pages = usePages('GET /v1/sessions', { query: { limit: 100 } });
  useLiveRefresh(['decision', 'outcome'], ['GET /v1/sessions']);
  const sessions = pagesOf(pages.data).flatMap((page) => page.sessions);
  const open = ({ principalId, id }: Session) =>
    void navigate({ to: '/sessions/run', search: { principal: principalId, session: id } });
  const [selected] = useListKeys({
    count: sessions.length,
    noun: 'session',
    onOpen: (index) => {
      const session = sessions[index];
      if (session !== undefined) open(session);
    },
  });
  return (
    <>
      <PageHead title="Sessions" lead="One session is one run of one agent." />
      <Pane title="Runs" flush>
        <Loaded of={pages}>
          {() =>
            sessions.length === 0 ? (
              <Empty title="No agent has run yet">
                A session begins with an agent’s first action that names one. <code>acgs hook install</code> sets an
                agent up.
              </Empty>
            ) : (
              <Table
                label="Sessions, newest first"
                rows={sessions}
                columns={COLUMNS}
                rowKey={({ principalId, id }) => JSON.stringify([principalId, id])}
                height="calc(100dvh - 14rem)"
                selected={selected}
                onOpen={open}
                onEnd={() => {
                  if (pages.hasNextPage && !pages.isFetchingNextPage) void pages.fetchNextPage();
                }}
              />
            )
          }
        </Loaded>
      </Pane>
    </>
  );
}

const COLUMNS: readonly Column<Session>[] = [
  { id: 'agent', head: 'Agent', width: 'minmax(0, 12rem)', cell: ({ principalId }) => principalId },
  {
    id: 'where',
    head: 'In',
    width: 'minmax(0, 1fr)',
    wideOnly: true,
    cell: ({ cwd, agent }) => (
      <span className="mono soft" title={cwd}>
        {cwd ?? agent}
      </span>
    ),
  },
  {
    id: 'decided',
    head: 'Decided',
    width: 'minmax(9rem, 16rem)',
    cell: ({ decisions, ungoverned }) => <Counts counts={decisions} ungoverned={ungoverned} />,
  },
  {
    id: 'length',
    head: 'Took',
    width: '5rem',
    align: 'end',
    wideOnly: true,
    cell: ({ firstSeenMs, lastSeenMs }) => spanText(lastSeenMs - firstSeenMs),
  },
  { id: 'began', head: 'Began', width: '6.5rem', align: 'end', cell: ({ firstSeenMs }) => <Time atMs={firstSeenMs} /> },
];
