import { Link } from '@tanstack/react-router';
import type { ApprovalRequest } from '../../api/values.ts';
import { subjectOf } from '../../components/action-subject.ts';
import { Badge } from '../../components/badge.tsx';
import { Time } from '../../components/time.tsx';
import { countdown, quorumOf, untilMs, urgencyOf } from './queue.ts';

/** One line of the queue: what, who, whose word is needed, and how long there is for it. */
export function QueueRow(props: {
  readonly request: ApprovalRequest;
  readonly nowMs: number;
  readonly isOpen: boolean;
}) {
  const { request, nowMs, isOpen } = props;
  const { decision } = request;
  const { given, needed } = quorumOf(request);
  return (
    <Link
      to="/approvals/$id"
      params={{ id: decision.id }}
      className={isOpen ? 'queue-row queue-row-open' : 'queue-row'}
      aria-current={isOpen ? 'true' : undefined}
    >
      <span className="queue-subject mono cut">{subjectOf(decision.action)}</span>
      <span className="queue-left">
        <Left request={request} nowMs={nowMs} />
      </span>
      <span className="queue-who small soft cut">
        {decision.principal.id} asks the role {decision.verdict.role}
        {needed > 1 ? `, ${given} of ${needed} yes` : ''}
      </span>
      <span className="queue-you small soft">
        {urgencyOf(request, nowMs) === 'settled' || request.you.may ? '' : 'not yours to answer'}
      </span>
    </Link>
  );
}

function Left({ request, nowMs }: { readonly request: ApprovalRequest; readonly nowMs: number }) {
  const until = untilMs(request);
  switch (urgencyOf(request, nowMs)) {
    case 'pressing':
      return (
        <Badge tone="bad" icon="warn">
          <span className="numeric">{countdown((until ?? nowMs) - nowMs)} left</span>
        </Badge>
      );
    case 'waiting':
      return <span className="small soft numeric">{countdown((until ?? nowMs) - nowMs)} left</span>;
    case 'settled':
      return request.state.kind === 'waiting' ? (
        <Badge tone="plain">expired</Badge>
      ) : (
        <span className="small soft">
          {request.state.kind} <Time atMs={request.answers.at(-1)?.timeMs ?? request.decision.timeMs} />
        </span>
      );
  }
}
