import { useCall } from '../../api/use-api.ts';
import { Button } from '../../components/button.tsx';
import { FormActions } from '../../components/form.tsx';
import { ProblemState } from '../../components/states.tsx';
import { OneTimeCode } from './one-time-code.tsx';

/** A one-time code with which a person sets their first password. Who signs in by the organisation's own provider needs none. */
export function Invitation({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const invite = useCall('POST /v1/people/{id}/invitation');
  if (invite.data !== undefined) {
    const address = `${location.origin}/invitation`;
    return (
      <OneTimeCode
        secret={invite.data.code}
        label="the code"
        where={`Give it to ${id}, who opens ${address} and sets a password with it.`}
        expiresMs={invite.data.expiresMs}
        onClose={onClose}
      />
    );
  }
  return (
    <div className="form">
      <p>A code lets them set a password, once. Whoever signs in by your organisation’s own provider needs none.</p>
      {invite.error === null ? null : <ProblemState error={invite.error} />}
      <FormActions>
        <Button kind="plain" busy={invite.isPending} onClick={() => invite.mutate({ params: { id } })}>
          Make a code
        </Button>
      </FormActions>
    </div>
  );
}
