import { useState } from 'react';
import { useCall } from '../../api/use-api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FormActions, TextField } from '../../components/form.tsx';
import { ProblemState } from '../../components/states.tsx';
import { Invitation } from './invitation.tsx';
import { RoleBoxes } from './role-boxes.tsx';

/** Adds a person, and gives them a way in. */
export function AddPerson({ onClose }: { readonly onClose: () => void }) {
  const add = useCall('POST /v1/people', ['GET /v1/people']);
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly string[]>([]);
  if (add.data !== undefined) {
    return (
      <Dialog title={`${add.data.name} is added`} onClose={onClose}>
        <Invitation id={add.data.id} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Add a person" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate({ body: { id, name, roles } });
        }}
      >
        <TextField label="Name" value={name} onChange={setName} required maxLength={128} />
        <TextField
          label="Id"
          hint="As records name them: a-z, 0-9 and . _ @ + -"
          value={id}
          onChange={setId}
          mono
          required
          maxLength={64}
        />
        <RoleBoxes roles={roles} onChange={setRoles} />
        {add.error === null ? null : <ProblemState error={add.error} />}
        <FormActions>
          <Button type="submit" kind="main" busy={add.isPending} disabled={id === '' || name === ''}>
            Add
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
