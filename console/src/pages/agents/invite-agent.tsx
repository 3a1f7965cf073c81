import { useState } from 'react';
import { useCall } from '../../api/use-api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FormActions, Labelled, TextField } from '../../components/form.tsx';
import { ProblemState } from '../../components/states.tsx';
import { useHasRole } from '../../sign-in/use-me.ts';
import { OneTimeCode } from './one-time-code.tsx';

/** Kinds that hooks know; a gateway or an agent of one's own may have any name. */
const KINDS = ['claude-code', 'codex', 'cursor', 'gemini-cli', 'copilot-cli', 'opencode', 'mcp-gateway'];

/** Makes a place for an agent, and shows the code with which it enrols: once, since only its hash is kept. */
export function InviteAgent({ onClose }: { readonly onClose: () => void }) {
  const invite = useCall('POST /v1/agents', ['GET /v1/agents']);
  const [id, setId] = useState('');
  const [agent, setAgent] = useState('');
  const [teams, setTeams] = useState('');
  // Policies give rights to teams, so only whoever manages all agents gives any.
  const mayGiveTeams = useHasRole('operator');
  if (invite.data !== undefined) {
    return (
      <Dialog title={`${invite.data.id} is invited`} onClose={onClose}>
        <OneTimeCode
          secret={`acgs agent enrol ${invite.data.code}`}
          label="the command"
          where="Run this on the agent’s machine."
          expiresMs={invite.data.expiresMs}
          onClose={onClose}
        />
      </Dialog>
    );
  }
  const named = teams
    .split(',')
    .map((team) => team.trim())
    .filter((team) => team !== '');
  return (
    <Dialog title="Invite an agent" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate({ body: { id, agent, ...(named.length === 0 ? {} : { teams: named }) } });
        }}
      >
        <TextField
          label="Id"
          hint="As policies and records name it: letters, digits and . _ @ -"
          value={id}
          onChange={setId}
          mono
          required
          maxLength={64}
        />
        <Labelled label="Kind" hint="Which coding agent it is; its hook says the same.">
          {(controlId, hintId) => (
            <>
              <input
                id={controlId}
                className="control"
                list={`${controlId}-kinds`}
                aria-describedby={hintId}
                value={agent}
                onChange={(event) => setAgent(event.target.value)}
                required
                maxLength={128}
                autoComplete="off"
              />
              <datalist id={`${controlId}-kinds`}>
                {KINDS.map((kind) => (
                  <option key={kind} value={kind} />
                ))}
              </datalist>
            </>
          )}
        </Labelled>
        {mayGiveTeams ? (
          <TextField
            label="Teams"
            hint="With commas between them; policies may give rights to a team."
            value={teams}
            onChange={setTeams}
            maxLength={512}
          />
        ) : null}
        {invite.error === null ? null : <ProblemState error={invite.error} />}
        <FormActions>
          <Button type="submit" kind="main" busy={invite.isPending} disabled={id === '' || agent === ''}>
            Invite
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}
