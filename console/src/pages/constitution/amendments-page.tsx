import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { PageHead, Pane } from '../../components/pane.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { useNowMs } from '../../components/time.tsx';
import { useLiveRefresh } from '../../live/use-live-refresh.ts';
import { type Amendment, missingText, STATE_TONES } from './amendment-words.ts';
import './amendments.css';
import { BallotPane } from './ballot-pane.tsx';
import './constitution.css';
import { ConstitutionTabs } from './constitution-tabs.tsx';
import { Draft } from './draft.tsx';

/** Every amendment, the newest first, and what each waits for. */
export function AmendmentsPage() {
  const amendments = useApi('GET /v1/amendments', {}, { everyMs: 15_000 });
  useLiveRefresh(['change'], ['GET /v1/amendments', 'GET /v1/ballots']);
  const [isDrafting, setDrafting] = useState(false);
  return (
    <>
      <PageHead title="Constitution" lead="How it is changed: drafted, looked at, voted on, signed, rolled out.">
        <Button kind="main" onClick={() => setDrafting(true)}>
          Draft an amendment
        </Button>
      </PageHead>
      <ConstitutionTabs />
      <OtherBallots />
      <Loaded of={amendments}>
        {({ amendments: all }) =>
          all.length === 0 ? (
            <Empty title="Nobody has proposed anything yet">
              <p>
                An amendment is a folder: what is in force, changed, with its number raised by one. Its impact on
                recorded decisions is worked out before anyone votes.
              </p>
            </Empty>
          ) : (
            <Pane title="Amendments" flush aside={all.length.toLocaleString('en')}>
              <ul className="amendments">
                {all.map((amendment) => (
                  <Item key={amendment.id} amendment={amendment} />
                ))}
              </ul>
            </Pane>
          )
        }
      </Loaded>
      {isDrafting ? <Draft onClose={() => setDrafting(false)} /> : null}
    </>
  );
}

/** Open votes on suspensions and appeals, which have no page of their own. */
function OtherBallots() {
  const ballots = useApi('GET /v1/ballots', {}, { everyMs: 30_000 });
  const open = (ballots.data?.ballots ?? []).filter(
    ({ result, subject }) => result === undefined && (subject.kind === 'ratification' || subject.kind === 'appeal'),
  );
  if (open.length === 0) return null;
  return (
    <div className="constitution amendments-others">
      {open.map((ballot) => (
        <BallotPane key={ballot.id} ballot={ballot} />
      ))}
    </div>
  );
}

function Item({ amendment }: { readonly amendment: Amendment }) {
  const nowMs = useNowMs();
  const { id, title, proposer, emergency, rollback, constitution, state, ballots } = amendment;
  const isAsked = ballots.some(
    ({ result, own }) => result === undefined && own?.isEntitled === true && own.choice === undefined,
  );
  return (
    <li className="amendments-item">
      <Badge tone={STATE_TONES[state.kind] ?? 'plain'}>{state.kind}</Badge>
      <div>
        <p>
          <Link to="/constitution/amendments/$id" params={{ id }}>
            <strong>{title}</strong>
          </Link>
          {isAsked ? <span className="amendments-asked">you may vote</span> : null}
        </p>
        <p className="soft">
          number {constitution.number}
          {emergency ? ', emergency' : ''}
          {rollback ? ', brings back what was before' : ''}, by {proposer}. {missingText(amendment, nowMs)}
        </p>
      </div>
    </li>
  );
}
