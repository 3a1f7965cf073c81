import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { SearchField } from '../../components/form.tsx';
import { PageHead, Pane } from '../../components/pane.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { type Column, rowsHeight, Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useListKeys } from '../../keyboard/use-list-keys.ts';
import { useLiveRefresh } from '../../live/use-live-refresh.ts';
import { useHasRole } from '../../sign-in/use-me.ts';
import { AddPerson } from './add-person.tsx';
import './agents.css';
import { PersonDialog } from './person-dialog.tsx';
import { matchingPeople, type Person } from './standing.ts';
import { WhoTabs } from './who-tabs.tsx';

/** Everybody who can sign in, and in which roles. */
export function PeoplePage() {
  const { q = '', id } = useSearch({ from: '/console/agents/people' });
  const navigate = useNavigate({ from: '/agents/people' });
  const [isAdding, setAdding] = useState(false);
  const mayManage = useHasRole('operator');
  const people = useApi('GET /v1/people', {});
  const seen = useApi('GET /v1/last-seen', {}, { everyMs: 10_000 });
  useLiveRefresh(['change'], ['GET /v1/people']);
  const look = (person: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, id: person }), replace: person === undefined });
  return (
    <>
      <PageHead title="Agents & people" lead="Who works here, and with what rights.">
        <SearchField
          label="Search people"
          value={q}
          onChange={(text) => void navigate({ search: { q: text }, replace: true })}
        />
        {mayManage ? (
          <Button kind="main" onClick={() => setAdding(true)}>
            Add a person
          </Button>
        ) : null}
      </PageHead>
      <WhoTabs />
      <Loaded of={people}>
        {({ people: all }) => (
          <>
            <PeopleList
              people={matchingPeople(all, q)}
              of={all.length}
              lastSeen={seen.data?.people ?? {}}
              onOpen={look}
            />
            {id === undefined ? null : (
              <PersonDialog
                key={id}
                id={id}
                person={all.find((one) => one.id === id)}
                mayManage={mayManage}
                onClose={() => look(undefined)}
              />
            )}
          </>
        )}
      </Loaded>
      {isAdding ? <AddPerson onClose={() => setAdding(false)} /> : null}
    </>
  );
}

function PeopleList(props: {
  readonly people: readonly Person[];
  readonly of: number;
  readonly lastSeen: Readonly<Record<string, number>>;
  readonly onOpen: (id: string) => void;
}) {
  const { people, lastSeen, onOpen } = props;
  const [selected, select] = useListKeys({
    count: people.length,
    noun: 'person',
    onOpen: (at) => onOpen(people[at]?.id ?? ''),
  });
  if (people.length === 0) {
    return props.of === 0 ? (
      <Empty title="Nobody has been added">
        <p>
          The operator of the first start has a token only. Add people, so that each signs in, votes and answers as
          themselves.
        </p>
      </Empty>
    ) : (
      <Empty title="Nobody matches">
        <p>{props.of.toLocaleString('en')} people are known. The search looks at ids, names, roles and status.</p>
      </Empty>
    );
  }
  return (
    <Pane title="People" flush aside={`${people.length.toLocaleString('en')} of ${props.of.toLocaleString('en')}`}>
      <Table
        label="People"
        rows={people}
        columns={columns(lastSeen)}
        rowKey={({ id }) => id}
        height={`min(${rowsHeight(people.length)}, calc(100dvh - 240px))`}
        selected={selected}
        onOpen={({ id }, at) => {
          select(at);
          onOpen(id);
        }}
      />
    </Pane>
  );
}

function columns(lastSeen: Readonly<Record<string, number>>): readonly Column<Person>[] {
  return [
    { id: 'name', head: 'Name', width: 'minmax(5rem, 1fr)', cell: ({ name }) => name },
    {
      id: 'id',
      head: 'Id',
      width: 'minmax(5rem, 1fr)',
      wideOnly: true,
      cell: ({ id }) => <span className="mono">{id}</span>,
    },
    {
      id: 'roles',
      head: 'Roles',
      width: 'minmax(5rem, 2fr)',
      cell: ({ roles }) =>
        roles.length === 0 ? <span className="faint">none: may only sign in</span> : roles.join(', '),
    },
    {
      id: 'status',
      head: 'Status',
      width: '6.25rem',
      cell: ({ status }) => <Badge tone={status === 'active' ? 'good' : 'waiting'}>{status}</Badge>,
    },
    {
      id: 'seen',
      head: 'Last seen',
      width: '7rem',
      align: 'end',
      wideOnly: true,
      cell: ({ id }) => {
        const atMs = lastSeen[id];
        return atMs === undefined ? <span className="faint">not lately</span> : <Time atMs={atMs} />;
      },
    },
  ];
}
