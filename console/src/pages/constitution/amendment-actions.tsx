import { useState } from 'react';
import { useCall } from '../../api/use-api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FormActions, TextField } from '../../components/form.tsx';
import { Pane } from '../../components/pane.tsx';
import { ProblemState } from '../../components/states.tsx';
import type { Amendment, offersOf } from './amendment-words.ts';

const CHANGED = [
  'GET /v1/amendments',
  'GET /v1/amendments/{id}',
  'GET /v1/amendments/{id}/timeline',
  'GET /v1/ballots',
] as const;

/** What one may do with it now, apart from voting and signing. */
export function AmendmentActions(props: {
  readonly amendment: Amendment;
  readonly offers: ReturnType<typeof offersOf>;
}) {
  const { amendment, offers } = props;
  const propose = useCall('POST /v1/amendments/{id}/proposal', CHANGED);
  const withdraw = useCall('POST /v1/amendments/{id}/withdrawal', CHANGED);
  const begin = useCall('POST /v1/roll-out', ['GET /v1/roll-out', ...CHANGED]);
  const [isVetoing, setVetoing] = useState(false);
  if (!offers.propose && !offers.withdraw && !offers.veto && !offers.rollOut) return null;
  const params = { id: amendment.id };
  const error = propose.error ?? withdraw.error ?? begin.error;
  return (
    <Pane title="What you may do">
      {error === null ? null : <ProblemState error={error} />}
      <div className="amendments-actions">
        {offers.propose ? (
          <Button
            kind="main"
            busy={propose.isPending}
            onClick={() => propose.mutate({ params, body: { impact: amendment.impact?.digest ?? '' } })}
          >
            Put it to the vote
          </Button>
        ) : null}
        {offers.rollOut ? (
          <Button
            kind="main"
            busy={begin.isPending}
            onClick={() => begin.mutate({ body: { candidate: amendment.constitution.digest } })}
          >
            Begin to roll it out
          </Button>
        ) : null}
        {offers.withdraw ? (
          <Button busy={withdraw.isPending} onClick={() => withdraw.mutate({ params })}>
            Withdraw it
          </Button>
        ) : null}
        {offers.veto ? (
          <Button kind="no" onClick={() => setVetoing(true)}>
            Veto it
          </Button>
        ) : null}
      </div>
      {isVetoing ? <Veto amendment={amendment} onClose={() => setVetoing(false)} /> : null}
    </Pane>
  );
}

function Veto({ amendment, onClose }: { readonly amendment: Amendment; readonly onClose: () => void }) {
  const veto = useCall('POST /v1/amendments/{id}/veto', CHANGED);
  const [reason, setReason] = useState('');
  return (
    <Dialog title={`Veto “${amendment.title}”`} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          veto.mutate({ params: { id: amendment.id }, body: { reason } }, { onSuccess: onClose });
        }}
      >
        <p>It then takes a vote of its own to override the veto. A veto stands: it cannot be taken back.</p>
        <TextField label="Why" value={reason} onChange={setReason} required maxLength={4_000} lines={3} />
        {veto.error === null ? null : <ProblemState error={veto.error} />}
        <FormActions>
          <Button type="submit" kind="no" busy={veto.isPending} disabled={reason.trim() === ''}>
            Veto
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
