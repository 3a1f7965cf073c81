import { useState } from 'react';
import { useCall } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FormActions } from '../../components/form.tsx';
import { Facts } from '../../components/pane.tsx';
import { Empty, ProblemState } from '../../components/states.tsx';
import { useMe } from '../../sign-in/use-me.ts';
import { Invitation } from './invitation.tsx';
import { RoleBoxes } from './role-boxes.tsx';
import type { Person } from './standing.ts';

/** One person: roles, status, a way in. Nobody changes their own. */
export function PersonDialog(props: {
  readonly id: string;
  readonly person: Person | undefined;
  readonly mayManage: boolean;
  readonly onClose: () => void;
}) {
  const { person, onClose } = props;
  const isSelf = useMe().data?.id === props.id;
  return (
    <Dialog title={person?.name ?? props.id} onClose={onClose}>
      {person === undefined ? (
        <Empty title="There is no such person" />
      ) : (
        <div className="form">
          <Facts
            facts={[
              [
                'Id',
                <span key="id" className="mono">
                  {person.id}
                </span>,
              ],
              [
                'Status',
                <Badge key="status" tone={person.status === 'active' ? 'good' : 'waiting'}>
                  {person.status}
                </Badge>,
              ],
              ['Roles', person.roles.join(', ') || 'none'],
            ]}
          />
          {isSelf ? <p className="soft">Nobody changes their own roles or status.</p> : null}
          {props.mayManage && !isSelf ? <Manage person={person} onClose={onClose} /> : null}
        </div>
      )}
    </Dialog>
  );
}

function Manage({ person, onClose }: { readonly person: Person; readonly onClose: () => void }) {
  const setRoles = useCall('POST /v1/people/{id}/roles', ['GET /v1/people']);
  const setStatus = useCall('POST /v1/people/{id}/status', ['GET /v1/people']);
  const [roles, choose] = useState(person.roles);
  const isChanged = [...roles].sort().join() !== [...person.roles].sort().join();
  const params = { id: person.id };
  const next = person.status === 'active' ? 'suspended' : 'active';
  return (
    <>
      <form
        className="form agents-change"
        onSubmit={(event) => {
          event.preventDefault();
          setRoles.mutate({ params, body: { roles } }, { onSuccess: onClose });
        }}
      >
        <RoleBoxes roles={roles} onChange={choose} />
        {setRoles.error === null ? null : <ProblemState error={setRoles.error} />}
        {setStatus.error === null ? null : <ProblemState error={setStatus.error} />}
        <FormActions>
          <Button
            kind={next === 'suspended' ? 'no' : 'yes'}
            busy={setStatus.isPending}
            onClick={() => setStatus.mutate({ params, body: { status: next } }, { onSuccess: onClose })}
          >
            {next === 'suspended' ? 'Suspend' : 'Reinstate'}
          </Button>
          <Button type="submit" kind="main" busy={setRoles.isPending} disabled={!isChanged}>
            Save the roles
          </Button>
        </FormActions>
      </form>
      <div className="agents-change">
        <Invitation id={person.id} onClose={onClose} />
      </div>
    </>
  );
}
