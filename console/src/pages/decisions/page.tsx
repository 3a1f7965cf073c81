import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { VerdictBadge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { PageHead, Pane } from '../../components/pane.tsx';
import { Empty, Loaded, ProblemState } from '../../components/states.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { TryIt } from '../../components/try-it/try-it.tsx';
import { useListKeys } from '../../keyboard/use-list-keys.ts';
import { useLive } from '../../live/live-stream.ts';
import { type Filter, isNarrowed } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { type DecisionRow, useDecisionRows } from './use-decision-rows.ts';
import './decisions.css';

const route = getRouteApi('/console/decisions');

/** Every decision, newest first, to the first one; what is narrowed stands in the address. */
export function DecisionsPage() {
  const filter = route.useSearch();
  const navigate = useNavigate();
  const [isTrying, setTrying] = useState(false);
  const setFilter = (next: Filter) => void navigate({ to: '/decisions', search: next, replace: true });
  return (
    <>
      <PageHead title="Decisions" lead="Every action that was put to the constitution.">
        <Button onClick={() => setTrying(true)}>Try a command</Button>
      </PageHead>
      <FilterBar filter={filter} onChange={setFilter} />
      <DecisionList key={JSON.stringify(filter)} filter={filter} onClear={() => setFilter({})} />
      {isTrying ? (
        <Dialog title="Try a command" wide onClose={() => setTrying(false)}>
          <TryIt />
        </Dialog>
      ) : null}
    </>
  );
}

function DecisionList({ filter, onClear }: { readonly filter: Filter; readonly onClear: () => void }) {
  const navigate = useNavigate();
  const list = useDecisionRows(filter);
  const [newer, setNewer] = useState(0);
  useLive(({ name }) => {
    if (name === 'decision') setNewer((before) => before + 1);
  });
  const { count, rowAt, asOfMs } = list;
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted anew from the moment that the list was read at
  useEffect(() => setNewer(0), [asOfMs]);
  const open = (index: number) => {
    const row = rowAt(index);
    if (row !== undefined) void navigate({ to: '/decisions/$id', params: { id: row.id } });
  };
  const [selected] = useListKeys({ count, noun: 'decision', onOpen: open });
  // The places of the rows: a row itself is known once its page has been read.
  const places = useMemo(() => Array.from({ length: count }, (_, place) => place), [count]);
  const columns = useMemo(() => columnsBy(rowAt), [rowAt]);
  return (
    <Pane
      title="All of them"
      flush
      aside={
        <>
          {newer === 0 ? null : (
            <Button kind="quiet" onClick={list.refresh}>
              {/* Whether what came is like what is looked for, only the server knows. */}
              {isNarrowed(filter) ? `Read again: ${newer} decided since` : `Show ${newer} newer`}
            </Button>
          )}
          {list.outline.data === undefined ? null : (
            <span className="numeric" role="status">
              {count.toLocaleString('en-GB')}
              {list.outline.data.isCapped ? ' newest; narrow the list for older ones' : ''}
            </span>
          )}
        </>
      }
    >
      <Loaded of={list.outcome}>
        {() =>
          count === 0 ? (
            <Empty title={isNarrowed(filter) ? 'No decision is like that' : 'Nothing was decided yet'}>
              {isNarrowed(filter) ? (
                <Button onClick={onClear}>Show all</Button>
              ) : (
                <>
                  An agent’s first action appears here. <code>acgs hook install</code> sets an agent up.
                </>
              )}
            </Empty>
          ) : (
            <>
              {list.error === null ? null : <ProblemState error={list.error} retry={list.retry} />}
              <Table
                label="Decisions, newest first"
                rows={places}
                columns={columns}
                rowKey={String}
                height="var(--decisions-height)"
                selected={selected}
                onOpen={(place) => open(place)}
                onView={list.onView}
              />
            </>
          )
        }
      </Loaded>
    </Pane>
  );
}

function columnsBy(rowAt: (place: number) => DecisionRow | undefined): readonly Column<number>[] {
  const cell = (show: (row: DecisionRow) => React.ReactNode) => (place: number) => {
    const row = rowAt(place);
    return row === undefined ? <span className="decision-coming" /> : show(row);
  };
  return [
    {
      id: 'verdict',
      head: 'Verdict',
      width: '5.25rem',
      cell: cell(({ verdict }) => <VerdictBadge verdict={verdict.kind} />),
    },
    {
      id: 'subject',
      head: 'Action',
      width: 'minmax(0, 1fr)',
      cell: cell(({ subject, isCut }) => (
        <span className="mono" title={subject}>
          {subject.replaceAll(/\s+/g, ' ')}
          {isCut ? '…' : ''}
        </span>
      )),
    },
    {
      id: 'policy',
      head: 'Policy',
      width: '9.5rem',
      wideOnly: true,
      cell: cell(({ policy }) => <span className="mono soft">{policy}</span>),
    },
    {
      id: 'who',
      head: 'Agent',
      width: '9.5rem',
      wideOnly: true,
      cell: cell(({ principal, onBehalfOf }) =>
        onBehalfOf === undefined ? principal.id : `${principal.id} for ${onBehalfOf}`,
      ),
    },
    { id: 'time', head: 'When', width: '5rem', align: 'end', cell: cell(({ timeMs }) => <Time atMs={timeMs} />) },
  ];
}
