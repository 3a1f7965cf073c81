import { useNavigate } from '@tanstack/react-router';
import { useCall } from '../../api/use-api.ts';
import type { ApprovalRequest } from '../../api/values.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FormActions } from '../../components/form.tsx';
import { ProblemState } from '../../components/states.tsx';
import { Time, useNowMs } from '../../components/time.tsx';
import { useMe } from '../../sign-in/use-me.ts';
import { Covers } from './grant-parts.tsx';
import type { ProposalBody } from './grant-proposal.ts';
import type { GrantPreview } from './grants.ts';
import { urgencyOf } from './queue.ts';

/** The last look: exactly what is allowed, to whom, by whom, until when. Giving it approves the request that it comes from, too. */
export function ConfirmGrant(props: {
  readonly body: ProposalBody;
  readonly preview: GrantPreview;
  readonly request: ApprovalRequest;
  readonly onClose: () => void;
}) {
  const { body, preview, request, onClose } = props;
  const { data: me } = useMe();
  const nowMs = useNowMs();
  const navigate = useNavigate();
  const giving = useCall('POST /v1/grants', ['GET /v1/grants']);
  const answering = useCall('POST /v1/decisions/{id}/approval', ['GET /v1/approvals', 'GET /v1/approvals/{id}']);
  const isWaiting = request.you.may && urgencyOf(request, nowMs) !== 'settled';
  const isBusy = giving.isPending || answering.isPending;
  const error = giving.error ?? answering.error;
  const give = async () => {
    try {
      if (!giving.isSuccess) await giving.mutateAsync({ body });
      if (isWaiting) {
        await answering.mutateAsync({ params: { id: request.decision.id }, body: { answer: 'granted' } });
      }
    } catch {
      return; // shown below, by the mutation that it befell
    }
    await navigate({ to: '/approvals/grants' });
  };
  return (
    <Dialog title="Let it do so for a while?" onClose={onClose}>
      <div className="form grant-proposal">
        <p>
          <strong>{preview.principalId}</strong> may do this without asking the role <strong>{preview.role}</strong>{' '}
          again:
        </p>
        <Covers covers={preview.covers} workspaceRoots={preview.workspaceRoots} />
        <dl className="grant-facts">
          <dt>Until</dt>
          <dd>
            <Time atMs={preview.expiresMs} as="clock" />, <Time atMs={preview.expiresMs} />
          </dd>
          <dt>Given by</dt>
          <dd>
            {me?.id ?? 'you'}
            {preview.persons > 1 ? `, and ${preview.persons - 1} more who must agree first` : ''}
          </dd>
          <dt>Ends sooner</dt>
          <dd>
            when anybody who may answer revokes it, with constitution {preview.constitution.number}, or with the agent
          </dd>
        </dl>
        {isWaiting ? <p>The request that waits now is approved with it.</p> : null}
        {error === null ? null : (
          <>
            {giving.isSuccess ? <p role="status">The grant is given; the request itself was not answered:</p> : null}
            <ProblemState error={error} />
          </>
        )}
        <FormActions>
          <Button onClick={onClose}>Not now</Button>
          <Button kind="yes" icon="allow" busy={isBusy} onClick={() => void give()}>
            {preview.persons > 1 ? 'Propose it' : 'Let it do so'}
          </Button>
        </FormActions>
      </div>
    </Dialog>
  );
}
