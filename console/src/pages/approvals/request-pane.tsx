import { Link } from '@tanstack/react-router';
import type { Reply } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import type { ApprovalRequest } from '../../api/values.ts';
import { subjectOf } from '../../components/action-subject.ts';
import { Badge, VerdictBadge } from '../../components/badge.tsx';
import { Copy } from '../../components/copy.tsx';
import { Reasons } from '../../components/decision/reasons.tsx';
import { RecordedAction } from '../../components/decision/recorded-action.tsx';
import { Facts, Pane } from '../../components/pane.tsx';
import { Loaded } from '../../components/states.tsx';
import { Time, useNowMs } from '../../components/time.tsx';
import { AnswerForm } from './answer-form.tsx';
import { GiveGrant } from './give-grant.tsx';
import { countdown, quorumOf, untilMs, urgencyOf } from './queue.ts';

type Detail = Reply<'GET /v1/approvals/{id}'>;

const LABEL_WORDS: Readonly<Record<Detail['labels'][number], string>> = {
  'read-credentials': 'has read a secret',
  'read-untrusted': 'has read content from outside',
  'changed-manifest': 'has changed what decides which code runs later',
};

/** A request with everything that it takes to judge it. */
export function RequestPane({ id }: { readonly id: string }) {
  return (
    <div className="request">
      <Link to="/approvals" className="request-back">
        Back to the queue
      </Link>
      <Loaded of={useApi('GET /v1/approvals/{id}', { params: { id } })}>
        {(detail) => <RequestView detail={detail} />}
      </Loaded>
    </div>
  );
}

function RequestView({ detail }: { readonly detail: Detail }) {
  const { request, effects, explanation, session, labels } = detail;
  const { decision } = request;
  const { principal, delegation = [], agent, sessionId } = decision;
  return (
    <>
      <Pane title="The question" aside={<Standing request={request} />}>
        <p className="request-ask">
          <strong>{principal.id}</strong> ({agent}
          {delegation.length === 0 ? '' : `, for ${delegation.map((one) => one.id).join(', for ')}`}) asks the role{' '}
          <strong>{decision.verdict.role}</strong>, <Time atMs={decision.timeMs} />
        </p>
        <RecordedAction decision={decision} effects={effects} />
      </Pane>
      <Pane title="The answer">
        <AnswerForm request={request} />
        <Quorum request={request} />
      </Pane>
      <GiveGrant detail={detail} />
      <Pane title="Why a person is asked">
        <Reasons reasons={decision.reasons} explanation={explanation} hasAdvice={false} />
        {explanation === undefined ? (
          <p className="soft small">
            Constitution {decision.constitution.number} asks, and is no longer in force: the agent has to ask again.
          </p>
        ) : null}
      </Pane>
      <Pane
        title="The session so far"
        aside={
          sessionId === undefined ? undefined : (
            <Link to="/sessions/run" search={{ principal: principal.id, session: sessionId }}>
              all of it
            </Link>
          )
        }
      >
        {labels.length === 0 ? null : (
          <p className="request-labels">
            {labels.map((label) => (
              <Badge key={label} tone="waiting" icon="warn">
                {LABEL_WORDS[label]}
              </Badge>
            ))}
          </p>
        )}
        <SessionSoFar session={session} hasSession={sessionId !== undefined} />
      </Pane>
      <Pane title="Who is told while nobody answers">
        <Escalation request={request} />
      </Pane>
      <Pane title="Facts">
        <Facts
          facts={[
            ['request', <Copy key="id" text={decision.id} label="the request’s id" />],
            ['may answer', request.mayAnswer.join(' or ')],
            ['constitution', String(decision.constitution.number)],
            [
              'the decision',
              <Link key="decision" to="/decisions/$id" params={{ id: decision.id }}>
                with its receipt
              </Link>,
            ],
          ]}
        />
      </Pane>
    </>
  );
}

function Standing({ request }: { readonly request: ApprovalRequest }) {
  const nowMs = useNowMs();
  const until = untilMs(request);
  const { kind } = request.state;
  if (kind === 'waiting') {
    if (urgencyOf(request, nowMs) === 'settled') return <Badge tone="plain">expired</Badge>;
    return (
      <span className="numeric" role="timer">
        {countdown((until ?? nowMs) - nowMs)} left to answer
      </span>
    );
  }
  return <Badge tone={kind === 'refused' ? 'bad' : kind === 'expired' ? 'plain' : 'good'}>{kind}</Badge>;
}

function Quorum({ request }: { readonly request: ApprovalRequest }) {
  const { given, needed } = quorumOf(request);
  return (
    <>
      {needed > 1 ? (
        <p className="quorum">
          <meter
            className="unseen"
            min={0}
            max={needed}
            value={given}
            aria-label={`${given} of ${needed} persons said yes`}
          />
          {Array.from({ length: needed }, (_, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: places of a quorum are all alike
            <span key={at} aria-hidden="true" className={at < given ? 'quorum-place quorum-given' : 'quorum-place'} />
          ))}
          <span>
            {given} of {needed} persons said yes
          </span>
        </p>
      ) : null}
      {request.answers.map(({ answer, by, timeMs, reason }) => (
        <p key={by}>
          <Badge tone={answer === 'granted' ? 'good' : 'bad'}>{answer}</Badge> by {by} <Time atMs={timeMs} />
          {reason === undefined ? null : <span className="soft">: {reason}</span>}
        </p>
      ))}
    </>
  );
}

function SessionSoFar({ session, hasSession }: { readonly session: Detail['session']; readonly hasSession: boolean }) {
  if (!hasSession) return <p className="soft">The action belongs to no session.</p>;
  if (session === undefined) {
    return (
      <p className="soft">
        The search index does not answer, so what came before is not shown. The request can be answered without it.
      </p>
    );
  }
  if (session.length === 0) return <p className="soft">It is the first action of its session.</p>;
  return (
    <ol className="request-session" aria-label="What the session did before, newest first">
      {session.map((decision) => (
        <li key={decision.id}>
          <VerdictBadge verdict={decision.verdict.kind} />
          <Link to="/decisions/$id" params={{ id: decision.id }} className="mono cut">
            {subjectOf(decision.action)}
          </Link>
          <span className="small soft">
            <Time atMs={decision.timeMs} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Escalation({ request }: { readonly request: ApprovalRequest }) {
  const nowMs = useNowMs();
  const isWaiting = urgencyOf(request, nowMs) !== 'settled';
  return (
    <ol className="escalation">
      {request.escalation.map(({ atMs, recipient }) => (
        <li key={`${atMs}-${recipient.role ?? ''}`} className={atMs <= nowMs ? 'escalation-past' : undefined}>
          {recipient.kind === 'role' ? `the role ${recipient.role}` : 'whoever is on call'}{' '}
          <span className="soft">{atMs <= nowMs ? 'since' : isWaiting ? 'is told' : 'would have been told'} </span>
          <Time atMs={atMs} />
        </li>
      ))}
    </ol>
  );
}
