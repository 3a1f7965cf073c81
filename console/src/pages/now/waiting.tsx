import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { messageOf } from '../../api/problem.ts';
import { useApi, useCall } from '../../api/use-api.ts';
import type { ApprovalRequest } from '../../api/values.ts';
import { subjectOf } from '../../components/action-subject.ts';
import { Button } from '../../components/button.tsx';
import { Pane } from '../../components/pane.tsx';
import { Empty, Loaded } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useShortcut } from '../../keyboard/shortcuts.ts';

/** Requests that are shown here; the rest is on the page of approvals. */
const SHOWN_MAX = 5;
/** A request that expires tells nobody, so the list is read again this often, in milliseconds. */
const EVERY_MS = 30_000;

/** Agents that are held until a person answers, the oldest first, with both answers at hand. */
export function Waiting() {
  const waiting = useApi('GET /v1/approvals', { query: { limit: SHOWN_MAX } }, { everyMs: EVERY_MS });
  const answer = useAnswer();
  const list = useRef<HTMLUListElement>(null);
  const isAny = (waiting.data?.requests.length ?? 0) > 0;
  // A key alone answers nothing: it goes to the button, and Enter presses it.
  const goTo = (button: '.button-yes' | '.button-no') =>
    list.current?.querySelector<HTMLButtonElement>(button)?.focus();
  useShortcut(
    { keys: 'a', does: 'To the approval of the first request', group: 'Now' },
    () => goTo('.button-yes'),
    isAny,
  );
  useShortcut({ keys: 'r', does: 'To its refusal', group: 'Now' }, () => goTo('.button-no'), isAny);
  const count = waiting.data?.count ?? 0;
  return (
    <Pane
      title="Waiting for a person"
      flush
      aside={count > SHOWN_MAX ? <Link to="/approvals">all {count}</Link> : undefined}
    >
      <Loaded of={waiting}>
        {({ requests }) =>
          requests.length === 0 ? (
            <Empty title="Nobody waits" />
          ) : (
            <ul ref={list} className="waiting">
              {requests.map((request, index) => (
                <WaitingRequest key={request.decision.id} request={request} answer={answer} isFirst={index === 0} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Pane>
  );
}

function WaitingRequest(props: {
  readonly request: ApprovalRequest;
  readonly answer: ReturnType<typeof useAnswer>;
  readonly isFirst: boolean;
}) {
  const { request, answer, isFirst } = props;
  const { decision, mayAnswer } = request;
  const subject = subjectOf(decision.action);
  const [reason] = decision.reasons;
  const isBusy = answer.busy === decision.id;
  return (
    <li className="waiting-request">
      <Link to="/approvals/$id" params={{ id: decision.id }} className="waiting-subject mono" title={subject}>
        {subject}
      </Link>
      <p className="small soft">
        {decision.principal.id} asks {mayAnswer[0] ?? 'nobody'}, <Time atMs={decision.timeMs} />. {reason?.reason}
      </p>
      <div className="waiting-answers">
        <Button
          kind="yes"
          icon="allow"
          busy={isBusy}
          label={`Approve ${subject}`}
          {...(isFirst ? { hint: 'a' } : {})}
          onClick={() => answer.give(request, 'granted')}
        >
          Approve
        </Button>
        <Button
          kind="no"
          icon="deny"
          busy={isBusy}
          label={`Refuse ${subject}`}
          {...(isFirst ? { hint: 'r' } : {})}
          onClick={() => answer.give(request, 'refused')}
        >
          Refuse
        </Button>
      </div>
      {answer.problem?.id === decision.id ? (
        <p className="waiting-problem small" role="alert">
          {answer.problem.message}
        </p>
      ) : null}
    </li>
  );
}

/** Answers a request, and keeps why one could not be answered beside it. */
function useAnswer() {
  const call = useCall('POST /v1/decisions/{id}/approval', ['GET /v1/approvals']);
  const [problem, setProblem] = useState<{ readonly id: string; readonly message: string }>();
  return {
    busy: call.isPending ? call.variables.params.id : undefined,
    problem,
    give(request: ApprovalRequest, answer: 'granted' | 'refused'): void {
      const { id } = request.decision;
      if (call.isPending) return;
      setProblem(undefined);
      call.mutate(
        { params: { id }, body: { answer } },
        { onError: (error) => setProblem({ id, message: messageOf(error) }) },
      );
    },
  };
}
