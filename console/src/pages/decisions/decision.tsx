import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import type { Reply } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { Badge, VerdictBadge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Copy, Digest } from '../../components/copy.tsx';
import { Reasons } from '../../components/decision/reasons.tsx';
import { RecordedAction } from '../../components/decision/recorded-action.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Facts, PageHead, Pane } from '../../components/pane.tsx';
import { Loaded } from '../../components/states.tsx';
import { spanText, Time } from '../../components/time.tsx';
import { TryIt } from '../../components/try-it/try-it.tsx';
import { useShortcut } from '../../keyboard/shortcuts.ts';
import { useLiveRefresh } from '../../live/use-live-refresh.ts';
import { ProofCheck } from './proof-check.tsx';
import './decisions.css';

const route = getRouteApi('/console/decisions/$id');

type History = Reply<'GET /v1/decisions/{id}'>;

/** One decision: what was asked, why it was decided so, who answered, what became of it, and the proof. */
export function DecisionPage() {
  const { id } = route.useParams();
  const router = useRouter();
  useLiveRefresh(['outcome', 'approval'], ['GET /v1/decisions/{id}']);
  useShortcut({ keys: 'u', does: 'Back to the list', group: 'Decision' }, () => router.history.back());
  return (
    <Loaded of={useApi('GET /v1/decisions/{id}', { params: { id } })}>
      {(history) => <DecisionView key={id} history={history} />}
    </Loaded>
  );
}

function DecisionView({ history }: { readonly history: History }) {
  const { decision, effects, explanation, outcomes, answers, approval } = history;
  const { verdict, principal, delegation = [], agent, sessionId, constitution } = decision;
  const [isTrying, setTrying] = useState(false);
  const command = decision.action['command'];
  return (
    <>
      <PageHead
        title="Decision"
        lead={
          <span className="decision-title">
            <VerdictBadge verdict={verdict.kind} role={verdict.role} />
            <Time atMs={decision.timeMs} as="clock" />
            <span>
              to {principal.id}
              {delegation.map((one) => ` for ${one.id}`).join('')}
            </span>
          </span>
        }
      >
        {verdict.kind === 'ask' ? (
          <Link to="/approvals/$id" params={{ id: decision.id }}>
            The request
          </Link>
        ) : null}
        {typeof command === 'string' ? <Button onClick={() => setTrying(true)}>Try a variation</Button> : null}
      </PageHead>
      <div className="decision-grid">
        <div className="decision-column">
          <Pane title="Action" aside={decision.actionKind}>
            <RecordedAction decision={decision} effects={effects} />
          </Pane>
          <Pane title="Why">
            <Reasons reasons={decision.reasons} explanation={explanation} hasAdvice={verdict.kind !== 'allow'} />
            {explanation === undefined ? (
              <p className="soft small">
                Constitution {constitution.number} decided it, and is no longer in force: its articles are not shown
                here.
              </p>
            ) : null}
          </Pane>
        </div>
        <div className="decision-column">
          <Pane title="What became of it">
            <Outcomes outcomes={outcomes} verdict={verdict.kind} />
            <Answers answers={answers} approval={approval} />
            {decision.standingGrantId === undefined ? null : (
              <p>
                Let through by the standing grant <span className="mono">{decision.standingGrantId}</span>.
              </p>
            )}
          </Pane>
          <Pane title="Proof">
            <ProofCheck decision={decision} />
          </Pane>
          <Pane title="Facts">
            <Facts
              facts={[
                ['decision', <Copy key="id" text={decision.id} label="the decision’s id" />],
                [
                  'agent',
                  `${principal.id} (${agent}${decision.agentVersion === undefined ? '' : ` ${decision.agentVersion}`})`,
                ],
                ...delegation.map(
                  (one) =>
                    [
                      'on behalf of',
                      <Link
                        key={one.id}
                        to="/decisions"
                        search={one.kind === 'person' ? { person: one.id } : { principal: one.id }}
                      >
                        {one.id}
                      </Link>,
                    ] as const,
                ),
                ...(sessionId === undefined
                  ? []
                  : [
                      [
                        'session',
                        <Link key="session" to="/sessions/run" search={{ principal: principal.id, session: sessionId }}>
                          {sessionId}
                        </Link>,
                      ] as const,
                    ]),
                [
                  'constitution',
                  <span key="constitution">
                    {constitution.number} <Digest digest={constitution.digest} label="the constitution’s digest" />
                  </span>,
                ],
                ['action digest', <Digest key="digest" digest={decision.actionDigest} label="the action’s digest" />],
              ]}
            />
          </Pane>
        </div>
      </div>
      {isTrying && typeof command === 'string' ? (
        <Dialog title="Try a variation" wide onClose={() => setTrying(false)}>
          <TryIt initial={command} />
        </Dialog>
      ) : null}
    </>
  );
}

function Outcomes({ outcomes, verdict }: { readonly outcomes: History['outcomes']; readonly verdict: string }) {
  if (outcomes.length === 0) {
    return (
      <p className="soft">
        {verdict === 'deny' ? 'It was denied; no outcome was reported.' : 'The agent has not reported an outcome.'}
      </p>
    );
  }
  return (
    <ul>
      {outcomes.map(({ timeMs, status, durationMs }) => (
        <li key={timeMs}>
          <Badge tone={status === 'succeeded' ? 'good' : status === 'failed' ? 'bad' : 'plain'}>{status}</Badge>{' '}
          <Time atMs={timeMs} as="clock" />
          {typeof durationMs === 'number'
            ? `, after ${durationMs < 1_000 ? `${Math.round(durationMs)} ms` : spanText(durationMs)}`
            : ''}
        </li>
      ))}
    </ul>
  );
}

function Answers({
  answers,
  approval,
}: {
  readonly answers: History['answers'];
  readonly approval: History['approval'] | undefined;
}) {
  return (
    <>
      {answers.map((one) => (
        <p key={one.id}>
          <Badge tone={one.answer === 'granted' ? 'good' : 'bad'}>{one.answer}</Badge> by {one.by.id}{' '}
          <Time atMs={one.timeMs} as="clock" />
          {one.reason === undefined ? null : <span className="soft">: {one.reason}</span>}
        </p>
      ))}
      {approval === undefined ? null : (
        <p>
          Let through by{' '}
          <Link to="/decisions/$id" params={{ id: approval.decisionId }}>
            the answer of {approval.by.id}
          </Link>
          , as {approval.role}.
        </p>
      )}
    </>
  );
}
