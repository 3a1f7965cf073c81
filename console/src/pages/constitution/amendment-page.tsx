import { Link, useParams } from '@tanstack/react-router';
import { useApi } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Digest } from '../../components/copy.tsx';
import { Facts, PageHead, Pane } from '../../components/pane.tsx';
import { Loaded, Loading } from '../../components/states.tsx';
import { Time, useNowMs } from '../../components/time.tsx';
import { useLiveRefresh } from '../../live/use-live-refresh.ts';
import { useMe } from '../../sign-in/use-me.ts';
import { AmendmentActions } from './amendment-actions.tsx';
import { type Amendment, missingText, offersOf, STATE_TONES, stepText } from './amendment-words.ts';
import './amendments.css';
import { BallotPane } from './ballot-pane.tsx';
import './constitution.css';
import { ConstitutionTabs } from './constitution-tabs.tsx';
import { ImpactPane } from './impact-pane.tsx';
import { SigningPane } from './signing-pane.tsx';

/** One amendment: what it waits for, what one may do, what it would change, and what became of it. */
export function AmendmentPage() {
  const { id } = useParams({ from: '/console/constitution/amendments/$id' });
  const amendment = useApi('GET /v1/amendments/{id}', { params: { id } }, { everyMs: 10_000 });
  useLiveRefresh(['change'], ['GET /v1/amendments/{id}', 'GET /v1/amendments/{id}/timeline']);
  return (
    <>
      <PageHead title="Constitution" lead={<Link to="/constitution/amendments">All amendments</Link>} />
      <ConstitutionTabs />
      <Loaded of={amendment} loading={<Loading lines={12} />}>
        {(data) => <Shown amendment={data} />}
      </Loaded>
    </>
  );
}

const NOBODY = { id: '', roles: [] };

function Shown({ amendment }: { readonly amendment: Amendment }) {
  const me = useMe();
  const inForce = useApi('GET /v1/constitution', {});
  const digest = inForce.data?.ref.digest ?? '';
  const reading = useApi('GET /v1/constitutions/{digest}/reading', { params: { digest } }, { enabled: digest !== '' });
  const offers = offersOf(amendment, me.data ?? NOBODY, reading.data?.roles ?? { veto: [], operate: [] });
  return (
    <div className="constitution">
      <Summary amendment={amendment} />
      <AmendmentActions amendment={amendment} offers={offers} />
      {amendment.ballots.map((ballot) => (
        <BallotPane key={ballot.id} ballot={ballot} />
      ))}
      {offers.sign ? <SigningPane amendment={amendment} /> : null}
      {amendment.impact === undefined ? null : <ImpactPane amendment={amendment} impact={amendment.impact.impact} />}
      <Timeline id={amendment.id} />
    </div>
  );
}

function Summary({ amendment }: { readonly amendment: Amendment }) {
  const nowMs = useNowMs();
  const { title, state, constitution, proposer, emergency, rollback, parent, vetoes } = amendment;
  return (
    <Pane title={title} aside={<Badge tone={STATE_TONES[state.kind] ?? 'plain'}>{state.kind}</Badge>}>
      <p className="amendments-missing">{missingText(amendment, nowMs)}</p>
      <Facts
        facts={[
          ['By', proposer],
          [
            'Would be',
            `number ${constitution.number}${emergency ? ', as an emergency' : ''}${rollback ? ', bringing back what was before' : ''}`,
          ],
          [
            'Digest',
            <Digest key="digest" digest={constitution.digest} label="the digest of the proposed constitution" />,
          ],
          [
            'In full',
            <span key="read" className="amendments-links">
              <Link to="/constitution/compare" search={{ from: parent, to: constitution.digest }}>
                What it says otherwise
              </Link>
              <Link to="/constitution" search={{ digest: constitution.digest }}>
                Read it whole
              </Link>
            </span>,
          ],
          ...vetoes.map(({ by, reason }) => [`Veto by ${by}`, reason] as const),
        ]}
      />
    </Pane>
  );
}

function Timeline({ id }: { readonly id: string }) {
  const timeline = useApi('GET /v1/amendments/{id}/timeline', { params: { id } });
  return (
    <Pane title="What became of it" aside="each step is a record of the journal">
      <Loaded of={timeline} loading={<Loading lines={4} />}>
        {({ steps }) => (
          <ol className="amendments-steps">
            {steps.map((step) => (
              <li key={step.sequence}>
                <Time atMs={step.timeMs} as="clock" />
                <span>
                  {stepText(step)}
                  {step.by === undefined ? null : <span className="soft"> by {step.by}</span>}
                </span>
                <span className="faint numeric small">record {step.sequence.toLocaleString('en')}</span>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Pane>
  );
}
