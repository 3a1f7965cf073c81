import { getRouteApi, Link } from '@tanstack/react-router';
import { pagesOf, usePages } from '../../api/use-api.ts';
import { Badge, VerdictBadge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Facts, PageHead, Pane } from '../../components/pane.tsx';
import { Loaded } from '../../components/states.tsx';
import { spanText, Time } from '../../components/time.tsx';
import { useLiveRefresh } from '../../live/use-live-refresh.ts';
import { Counts } from './counts.tsx';
import { type DecisionStep, type Drawn, drawn, type Label } from './timeline.ts';
import './sessions.css';

const route = getRouteApi('/console/sessions/run');

/** A pause that is told between two steps, in milliseconds: shorter ones are the agent's own thinking. */
const PAUSE_MS = 60_000;

const LABEL_WORDS: Readonly<Record<Label, string>> = {
  'read-credentials': 'a secret was read',
  'read-untrusted': 'content from outside was read',
  'changed-manifest': 'what decides which code runs later was changed',
};

/** One run of one agent from its beginning: what it asked for, what it was told, what happened. */
export function RunPage() {
  const { principal, session } = route.useSearch();
  const pages = usePages('GET /v1/sessions/timeline', { query: { principal, session, limit: 100 } });
  useLiveRefresh(['decision', 'outcome', 'approval'], ['GET /v1/sessions/timeline']);
  const steps = drawn(pagesOf(pages.data).flatMap((page) => page.steps));
  return (
    <>
      <PageHead title="Session" lead={<span className="mono">{session}</span>}>
        <Link to="/decisions" search={{ session, principal }}>
          Its decisions as a list
        </Link>
      </PageHead>
      <Loaded of={pages}>
        {(data) => {
          const summary = data.pages.at(-1)?.session;
          if (summary === undefined) return null;
          return (
            <div className="run">
              <Pane
                title="What happened"
                aside={
                  <span className="numeric">
                    {steps.length} steps{pages.hasNextPage ? ' so far' : ''}
                  </span>
                }
              >
                <ol className="timeline">
                  {steps.map((one, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: steps are only added at the end
                    <StepView key={at} drawn={one} />
                  ))}
                </ol>
                {pages.hasNextPage ? (
                  <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                    Show what followed
                  </Button>
                ) : null}
              </Pane>
              <Pane title="Facts" className="run-facts">
                <Facts
                  facts={[
                    ['agent', `${summary.principalId} (${summary.agent})`],
                    ...(summary.cwd === undefined ? [] : [['began in', <code key="cwd">{summary.cwd}</code>] as const]),
                    ['began', <Time key="began" atMs={summary.firstSeenMs} as="clock" />],
                    ['last seen', <Time key="last" atMs={summary.lastSeenMs} />],
                    ['decided', <Counts key="counts" counts={summary.decisions} ungoverned={summary.ungoverned} />],
                  ]}
                />
                {summary.ungoverned === 0 ? null : (
                  <p className="soft small run-note">
                    Ungoverned: the agent reported something as done that it had not asked for. Its hook may be missing
                    for that tool.
                  </p>
                )}
              </Pane>
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

function StepView({ drawn: { step, atMs, afterMs, gained, waitedMs } }: { readonly drawn: Drawn }) {
  return (
    <li className={`step step-${step.kind === 'decision' ? step.decision.verdict.kind : 'ungoverned'}`}>
      {afterMs !== undefined && afterMs >= PAUSE_MS ? (
        <p className="step-pause small soft">{spanText(afterMs)} later</p>
      ) : null}
      <div className="step-line">
        <span className="step-time small soft">
          <Time atMs={atMs} as="clock" />
        </span>
        {step.kind === 'decision' ? (
          <DecisionLine step={step} waitedMs={waitedMs} />
        ) : (
          <p className="step-what">
            <Badge tone="special" icon="warn">
              ungoverned
            </Badge>
            <span>Something was done ({step.outcome.status}) that no decision preceded.</span>
          </p>
        )}
      </div>
      {gained.map((label) => (
        <p key={label} className="step-note small">
          <Badge tone="waiting" icon="warn">
            {label}
          </Badge>{' '}
          From here on the session counts as one in which {LABEL_WORDS[label]}.
        </p>
      ))}
    </li>
  );
}

function DecisionLine({ step, waitedMs }: { readonly step: DecisionStep; readonly waitedMs: number | undefined }) {
  const { decision, outcomes, answers } = step;
  const answer = answers.at(-1);
  return (
    <p className="step-what">
      <VerdictBadge verdict={decision.verdict.kind} role={decision.verdict.role} />
      <Link to="/decisions/$id" params={{ id: decision.id }} className="step-subject mono">
        {decision.subject}
        {decision.isCut ? '…' : ''}
      </Link>
      {answer === undefined || waitedMs === undefined ? null : (
        <span className="small soft">
          {answer.answer} by {answer.by.id} after {waitedMs < 1_000 ? 'no time' : spanText(waitedMs)}
        </span>
      )}
      {outcomes.map(({ status, timeMs }) => (
        <Badge key={timeMs} tone={status === 'succeeded' ? 'good' : status === 'failed' ? 'bad' : 'plain'}>
          {status}
        </Badge>
      ))}
    </p>
  );
}
