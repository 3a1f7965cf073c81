import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useCall } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Copy } from '../../components/copy.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Choices, FormActions, TextField } from '../../components/form.tsx';
import { Facts } from '../../components/pane.tsx';
import { Empty, ProblemState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import {
  type Agent,
  NEXT_STATUSES,
  type SettableStatus,
  STATUS_MEANS,
  STATUS_TONES,
  STATUS_VERBS,
} from './standing.ts';

/** One agent: who answers for it, its key, when it was here, and its status with what may follow. */
export function AgentDialog(props: {
  readonly id: string;
  readonly agent: Agent | undefined;
  readonly lastSeenMs: number | undefined;
  readonly onClose: () => void;
}) {
  const { agent, onClose } = props;
  return (
    <Dialog title={props.id} onClose={onClose}>
      {agent === undefined ? (
        <Empty title="There is no such agent">
          <p>It may have another id, or a token from “acgs token issue”, which makes no entry here.</p>
        </Empty>
      ) : (
        <div className="form">
          <Facts
            facts={[
              ['Status', <StatusWords key="status" agent={agent} />],
              ['Kind', agent.agent],
              ['Answers for it', agent.owner],
              ['Teams', agent.teams.join(', ') || 'none'],
              ['Key', <KeyFact key="key" agent={agent} />],
              [
                'Last seen',
                props.lastSeenMs === undefined ? 'not lately' : <Time key="seen" atMs={props.lastSeenMs} />,
              ],
            ]}
          />
          <p>
            <Link to="/decisions" search={{ principal: agent.id }}>
              What it did
            </Link>
          </p>
          <StatusForm agent={agent} onDone={onClose} />
        </div>
      )}
    </Dialog>
  );
}

function StatusWords({ agent: { id, status } }: { readonly agent: Agent }) {
  const suspensions = useApi('GET /v1/suspensions', {});
  const byResponse = suspensions.data?.agents.find(({ agent }) => agent === id);
  return (
    <>
      <Badge tone={STATUS_TONES[status]}>{status}</Badge> <span className="soft">{STATUS_MEANS[status]}</span>
      {byResponse === undefined ? null : (
        <p className="agents-note">
          The constitution’s graduated response has stopped it as well: {byResponse.why} It goes on when a person
          reinstates it: <span className="mono">acgs constitution reinstate {id}</span>
        </p>
      )}
    </>
  );
}

function KeyFact({ agent: { keyThumbprint, keySinceMs } }: { readonly agent: Agent }) {
  if (keyThumbprint === undefined) return <>none</>;
  return (
    <>
      <Copy text={keyThumbprint} shown={`${keyThumbprint.slice(0, 16)}…`} label="the key’s thumbprint" />
      {keySinceMs === undefined ? null : (
        <span className="soft">
          {' '}
          since <Time atMs={keySinceMs} />
        </span>
      )}
    </>
  );
}

function StatusForm({ agent, onDone }: { readonly agent: Agent; readonly onDone: () => void }) {
  const set = useCall('POST /v1/agents/{id}/status', ['GET /v1/agents']);
  const [status, setStatus] = useState<SettableStatus>();
  const [why, setWhy] = useState('');
  const next = NEXT_STATUSES[agent.status];
  if (next.length === 0)
    return <p className="soft">Nothing follows on this status: invite another agent in its place.</p>;
  return (
    <form
      className="form agents-change"
      onSubmit={(event) => {
        event.preventDefault();
        if (status === undefined) return;
        set.mutate({ params: { id: agent.id }, body: { status, why } }, { onSuccess: onDone });
      }}
    >
      <Choices
        legend="Change its status"
        choices={next.map((value) => ({ value, label: STATUS_VERBS[value], means: STATUS_MEANS[value] }))}
        value={status}
        onChange={setStatus}
      />
      {status === undefined ? null : (
        <>
          <TextField
            label="Why"
            hint="It is recorded, and stays: whoever looks later reads it."
            value={why}
            onChange={setWhy}
            required
            maxLength={1024}
            lines={2}
          />
          {set.error === null ? null : <ProblemState error={set.error} />}
          <FormActions>
            <Button
              type="submit"
              kind={status === 'active' ? 'yes' : 'no'}
              busy={set.isPending}
              disabled={why.trim() === ''}
            >
              {status === 'compromised' ? 'Declare it compromised' : `${STATUS_VERBS[status]} ${agent.id}`}
            </Button>
          </FormActions>
        </>
      )}
    </form>
  );
}
