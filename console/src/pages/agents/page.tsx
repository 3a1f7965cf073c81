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
import { AgentDialog } from './agent-dialog.tsx';
import './agents.css';
import { InviteAgent } from './invite-agent.tsx';
import { type Agent, matchingAgents, STATUS_TONES } from './standing.ts';
import { WhoTabs } from './who-tabs.tsx';

/** Every agent: whose it is, how it stands, when it last asked; and what can be done about it. */
export function AgentsPage() {
  const { q = '', id } = useSearch({ from: '/console/agents' });
  const navigate = useNavigate({ from: '/agents' });
  const [isInviting, setInviting] = useState(false);
  const agents = useApi('GET /v1/agents', {});
  const seen = useApi('GET /v1/last-seen', {}, { everyMs: 10_000 });
  useLiveRefresh(['change'], ['GET /v1/agents']);
  const lastSeen = seen.data?.agents ?? {};
  const look = (agent: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, id: agent }), replace: agent === undefined });
  return (
    <>
      <PageHead title="Agents & people" lead="Who works here, and with what rights.">
        <SearchField
          label="Search agents"
          value={q}
          onChange={(text) => void navigate({ search: { q: text }, replace: true })}
        />
        <Button kind="main" onClick={() => setInviting(true)}>
          Invite an agent
        </Button>
      </PageHead>
      <WhoTabs />
      <Loaded of={agents}>
        {({ agents: all }) => (
          <>
            <AgentList agents={matchingAgents(all, q)} of={all.length} lastSeen={lastSeen} onOpen={look} />
            {id === undefined ? null : (
              <AgentDialog
                key={id}
                id={id}
                agent={all.find((one) => one.id === id)}
                lastSeenMs={lastSeen[id]}
                onClose={() => look(undefined)}
              />
            )}
          </>
        )}
      </Loaded>
      {isInviting ? <InviteAgent onClose={() => setInviting(false)} /> : null}
    </>
  );
}

function AgentList(props: {
  readonly agents: readonly Agent[];
  readonly of: number;
  readonly lastSeen: Readonly<Record<string, number>>;
  readonly onOpen: (id: string) => void;
}) {
  const { agents, lastSeen, onOpen } = props;
  const [selected, select] = useListKeys({
    count: agents.length,
    noun: 'agent',
    onOpen: (at) => onOpen(agents[at]?.id ?? ''),
  });
  if (agents.length === 0) {
    return props.of === 0 ? (
      <Empty title="No agent has been invited">
        <p>
          Invite one: it enrols with a code, once, and with a key that stays on its machine. Agents with a token from
          “acgs token issue” are not listed here.
        </p>
      </Empty>
    ) : (
      <Empty title="No agent matches">
        <p>
          {props.of.toLocaleString('en')} agents are known. The search looks at ids, kinds, owners, teams and status.
        </p>
      </Empty>
    );
  }
  return (
    <Pane title="Agents" flush aside={`${agents.length.toLocaleString('en')} of ${props.of.toLocaleString('en')}`}>
      <Table
        label="Agents"
        rows={agents}
        columns={columns(lastSeen)}
        rowKey={({ id }) => id}
        height={`min(${rowsHeight(agents.length)}, calc(100dvh - 240px))`}
        selected={selected}
        onOpen={({ id }, at) => {
          select(at);
          onOpen(id);
        }}
      />
    </Pane>
  );
}

function columns(lastSeen: Readonly<Record<string, number>>): readonly Column<Agent>[] {
  return [
    { id: 'id', head: 'Agent', width: 'minmax(5rem, 1.4fr)', cell: ({ id }) => <span className="mono">{id}</span> },
    { id: 'kind', head: 'Kind', width: 'minmax(5rem, 1fr)', wideOnly: true, cell: ({ agent }) => agent },
    { id: 'owner', head: 'Answers for it', width: 'minmax(5rem, 1fr)', wideOnly: true, cell: ({ owner }) => owner },
    {
      id: 'teams',
      head: 'Teams',
      width: 'minmax(5rem, 1fr)',
      wideOnly: true,
      cell: ({ teams }) => (teams.length === 0 ? <span className="faint">none</span> : teams.join(', ')),
    },
    {
      id: 'status',
      head: 'Status',
      width: '6.75rem',
      cell: ({ status }) => <Badge tone={STATUS_TONES[status]}>{status}</Badge>,
    },
    {
      id: 'seen',
      head: 'Last seen',
      width: '5.5rem',
      align: 'end',
      cell: ({ id }) => <SeenAt atMs={lastSeen[id]} />,
    },
  ];
}

function SeenAt({ atMs }: { readonly atMs: number | undefined }) {
  return atMs === undefined ? <span className="faint">not lately</span> : <Time atMs={atMs} />;
}
