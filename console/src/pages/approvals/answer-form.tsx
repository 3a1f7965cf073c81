import { useId, useRef, useState } from 'react';
import { messageOf, Problem } from '../../api/problem.ts';
import { useCall } from '../../api/use-api.ts';
import type { ApprovalRequest } from '../../api/values.ts';
import { Button } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { useNowMs } from '../../components/time.tsx';
import { useShortcut } from '../../keyboard/shortcuts.ts';
import { urgencyOf } from './queue.ts';

/** As much as the endpoint takes. */
const REASON_LENGTH_MAX = 500;

/**
 * Yes or no, with a reason. A key only proposes the answer: it is given by pressing it a second time, or by the button, so that
 * a slip of the hand lets nothing through.
 */
export function AnswerForm({ request }: { readonly request: ApprovalRequest }) {
  const id = useId();
  const nowMs = useNowMs();
  const [reason, setReason] = useState('');
  const [proposed, setProposed] = useState<'granted' | 'refused'>();
  const field = useRef<HTMLTextAreaElement>(null);
  const answering = useCall('POST /v1/decisions/{id}/approval', ['GET /v1/approvals', 'GET /v1/approvals/{id}']);
  const isOpen = urgencyOf(request, nowMs) !== 'settled';
  const may = isOpen && request.you.may && !answering.isPending;
  const answer = (given: 'granted' | 'refused') => {
    if (!may) return;
    const words = reason.trim();
    answering.mutate(
      {
        params: { id: request.decision.id },
        body: { answer: given, ...(words === '' ? {} : { reason: words }) },
      },
      { onSettled: () => setProposed(undefined) },
    );
  };
  const press = (given: 'granted' | 'refused') => (proposed === given ? answer(given) : setProposed(given));
  useShortcut({ keys: 'a', does: 'Approve (twice)', group: 'Request' }, () => press('granted'), may);
  useShortcut({ keys: 'r', does: 'Refuse (twice)', group: 'Request' }, () => press('refused'), may);
  useShortcut({ keys: 'w', does: 'Say why', group: 'Request' }, () => field.current?.focus(), may);
  useShortcut(
    { keys: 'Escape', does: 'Neither', group: 'Request' },
    () => setProposed(undefined),
    proposed !== undefined,
  );

  if (!isOpen || !request.you.may) return <NotNow request={request} isOpen={isOpen} />;
  return (
    <div className="answer">
      <p>
        <span className="soft">A yes allows:</span> {request.allows}
      </p>
      <label className="answer-reason" htmlFor={`${id}-reason`}>
        <span className="small soft">Why (optional; kept with the answer)</span>
        <textarea
          ref={field}
          id={`${id}-reason`}
          rows={2}
          maxLength={REASON_LENGTH_MAX}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
      </label>
      <div className="answer-buttons">
        <Button
          kind="yes"
          icon="allow"
          hint="a"
          busy={answering.isPending}
          pressed={proposed === 'granted'}
          onClick={() => answer('granted')}
        >
          Approve
        </Button>
        <Button
          kind="no"
          icon="deny"
          hint="r"
          busy={answering.isPending}
          pressed={proposed === 'refused'}
          onClick={() => answer('refused')}
        >
          Refuse
        </Button>
        <span role="status" className="small soft">
          {proposed === undefined
            ? ''
            : `Press ${proposed === 'granted' ? 'a' : 'r'} again to ${proposed === 'granted' ? 'approve' : 'refuse'}, Escape for neither.`}
        </span>
      </div>
      {answering.error === null ? null : (
        <p role="alert" className="answer-refused">
          <Icon name="warn" /> {refusedText(answering.error)}
        </p>
      )}
    </div>
  );
}

/** Why there is nothing to press. */
function NotNow({ request, isOpen }: { readonly request: ApprovalRequest; readonly isOpen: boolean }) {
  const { kind } = request.state;
  if (kind === 'waiting' && !isOpen) {
    return <p role="status">Its time is over: nobody answered. The agent was blocked, and has to ask again.</p>;
  }
  if (kind === 'waiting') {
    return (
      <p role="status">
        {request.you.code === 'approval-own'
          ? 'This is your own request. Nobody answers their own: another person has to.'
          : (request.you.message ?? 'It is not yours to answer.')}
      </p>
    );
  }
  const last = request.answers.at(-1);
  const words: Readonly<Record<Exclude<typeof kind, 'waiting'>, string>> = {
    granted: `Granted${last === undefined ? '' : ` by ${last.by}`}; the agent has not come back for it yet.`,
    refused: `Refused${last === undefined ? '' : ` by ${last.by}`}. The agent was told not to try again.`,
    used: 'Granted, and the agent has gone on with it. A yes is good once.',
    expired: 'Its time is over. The agent has to ask again.',
  };
  return <p role="status">{words[kind]}</p>;
}

function refusedText(error: unknown): string {
  if (error instanceof Problem && error.code === 'approval-answered') return `Somebody was quicker: ${error.message}`;
  if (error instanceof Problem && error.code === 'approval-expired') return `Too late: ${error.message}`;
  return messageOf(error);
}
