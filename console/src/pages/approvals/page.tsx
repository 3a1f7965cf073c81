import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import type { ApprovalRequest } from '../../api/values.ts';
import { Button } from '../../components/button.tsx';
import { PageHead, Pane } from '../../components/pane.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { useNowMs } from '../../components/time.tsx';
import { useShortcut } from '../../keyboard/shortcuts.ts';
import { useLiveRefresh } from '../../live/use-live-refresh.ts';
import { ApprovalsTabs } from './approvals-tabs.tsx';
import { queueOf, urgencyOf } from './queue.ts';
import { QueueRow } from './queue-row.tsx';
import { RequestPane } from './request-pane.tsx';
import './approvals.css';

/** How often the list is read where nothing says that it has changed, in milliseconds: a request that has expired says nothing. */
const READ_EVERY_MS = 30_000;

/** What people are asked: the queue, and beside it the request with everything that it takes to answer it. */
export function ApprovalsPage() {
  const [isWhole, setWhole] = useState(false);
  useLiveRefresh(['approval', 'decision'], ['GET /v1/approvals', 'GET /v1/approvals/{id}']);
  const requests = useApi(
    'GET /v1/approvals',
    { query: { state: isWhole ? 'all' : 'waiting' } },
    { everyMs: READ_EVERY_MS, keep: true },
  );
  return (
    <>
      <PageHead title="Approvals" lead="Actions that wait for a person’s word.">
        <Button pressed={isWhole} onClick={() => setWhole(!isWhole)}>
          Show settled ones too
        </Button>
      </PageHead>
      <ApprovalsTabs />
      <Loaded of={requests}>{(data) => <Queue requests={data.requests} isWhole={isWhole} />}</Loaded>
    </>
  );
}

function Queue({ requests, isWhole }: { readonly requests: readonly ApprovalRequest[]; readonly isWhole: boolean }) {
  const navigate = useNavigate();
  const { id } = useParams({ strict: false });
  const nowMs = useNowMs();
  const queue = queueOf(requests, nowMs);
  const at = queue.findIndex(({ decision }) => decision.id === id);
  const choose = (index: number) => {
    const next = queue[Math.max(0, Math.min(queue.length - 1, index))];
    if (next !== undefined) void navigate({ to: '/approvals/$id', params: { id: next.decision.id }, replace: true });
  };
  useShortcut({ keys: 'j', does: 'Next request', group: 'List' }, () => choose(at + 1));
  useShortcut({ keys: 'k', does: 'Previous request', group: 'List' }, () => choose(at - 1));
  // On a wide window something is always open: the most urgent one. A phone shows the queue first.
  const first = queue[0]?.decision.id;
  useEffect(() => {
    if (id !== undefined || first === undefined || !window.matchMedia('(min-width: 961px)').matches) return;
    void navigate({ to: '/approvals/$id', params: { id: first }, replace: true });
  }, [id, first, navigate]);
  const waiting = queue.filter((request) => urgencyOf(request, nowMs) !== 'settled').length;
  if (queue.length === 0 && id === undefined) {
    return (
      <Pane title="Waiting">
        <Empty title="Nobody waits for you">
          When an agent asks for something that a person must approve, it appears here at once, and the agent waits for
          the answer.
        </Empty>
      </Pane>
    );
  }
  return (
    <div className={id === undefined ? 'approvals' : 'approvals approvals-open'}>
      <Pane
        title={isWhole ? 'All of them' : 'Waiting'}
        flush
        className="approvals-queue"
        aside={<span role="status">{waiting} waiting</span>}
      >
        {queue.length === 0 ? <Empty title="Nobody waits for you" /> : null}
        <ul className="queue">
          {queue.map((request) => (
            <li key={request.decision.id}>
              <QueueRow request={request} nowMs={nowMs} isOpen={request.decision.id === id} />
            </li>
          ))}
        </ul>
      </Pane>
      {id === undefined ? null : <RequestPane key={id} id={id} />}
    </div>
  );
}
