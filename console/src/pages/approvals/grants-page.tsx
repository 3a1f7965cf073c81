import { useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { Button } from '../../components/button.tsx';
import { PageHead, Pane } from '../../components/pane.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { useNowMs } from '../../components/time.tsx';
import { useLiveRefresh } from '../../live/use-live-refresh.ts';
import { ApprovalsTabs } from './approvals-tabs.tsx';
import { GrantCard } from './grant-card.tsx';
import { type Grant, grantsInOrder, isOpen } from './grants.ts';
import './grants.css';

/** How often the list is read where nothing says that it has changed, in milliseconds: a grant that has expired says nothing. */
const READ_EVERY_MS = 30_000;

/** What agents may do for a while without asking again: who let them, what exactly, until when; and its end. */
export function GrantsPage() {
  const [isWhole, setWhole] = useState(false);
  // A change of the agents' standing or of the constitution ends grants, too.
  useLiveRefresh(['change'], ['GET /v1/grants']);
  const grants = useApi(
    'GET /v1/grants',
    { query: isWhole ? { state: 'all' } : {} },
    { everyMs: READ_EVERY_MS, keep: true },
  );
  return (
    <>
      <PageHead title="Approvals" lead="What agents may do for a while without asking again.">
        <Button pressed={isWhole} onClick={() => setWhole(!isWhole)}>
          Show ended ones too
        </Button>
      </PageHead>
      <ApprovalsTabs />
      <Loaded of={grants}>{(data) => <Grants grants={data.grants} isWhole={isWhole} />}</Loaded>
    </>
  );
}

function Grants({ grants, isWhole }: { readonly grants: readonly Grant[]; readonly isWhole: boolean }) {
  const nowMs = useNowMs();
  const shown = grantsInOrder(grants, nowMs).filter((grant) => isWhole || isOpen(grant, nowMs));
  if (shown.length === 0) {
    return (
      <Pane title="Standing grants">
        <Empty title={isWhole ? 'There has been none' : 'None is in force'}>
          Every question is answered by a person. Where the same is asked again and again, open the request and choose
          “Let it do so for a while”.
        </Empty>
      </Pane>
    );
  }
  return (
    <ul className="grants" aria-label="Standing grants">
      {shown.map((grant) => (
        <li key={grant.id}>
          <GrantCard grant={grant} nowMs={nowMs} />
        </li>
      ))}
    </ul>
  );
}
