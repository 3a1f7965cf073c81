import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useCall } from '../../api/use-api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FormActions, Labelled, TextField } from '../../components/form.tsx';
import { ProblemState } from '../../components/states.tsx';
import { type FolderRead, folderTexts } from './folder-texts.ts';

/** A folder is chosen, validated by the server, and its impact worked out; nothing is voted on yet. */
export function Draft({ onClose }: { readonly onClose: () => void }) {
  const draft = useCall('POST /v1/amendments', ['GET /v1/amendments']);
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [emergency, setEmergency] = useState(false);
  const [folder, setFolder] = useState<FolderRead>();
  return (
    <Dialog title="Draft an amendment" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (folder?.kind !== 'read') return;
          draft.mutate(
            { body: { title, emergency, files: folder.texts } },
            {
              onSuccess: ({ id }) => {
                onClose();
                void navigate({ to: '/constitution/amendments/$id', params: { id } });
              },
            },
          );
        }}
      >
        <TextField
          label="What it is about"
          hint="Whoever votes reads this first."
          value={title}
          onChange={setTitle}
          required
          maxLength={4_000}
          lines={2}
        />
        <Labelled
          label="The folder of the constitution to be"
          hint="With constitution.yaml, schema.cedarschema, policies and tests. It is read here and sent as text."
        >
          {(id, hintId) => (
            <input
              id={id}
              type="file"
              aria-describedby={hintId}
              ref={(input) => input?.setAttribute('webkitdirectory', '')}
              onChange={(event) => void readFolder(event.target.files).then(setFolder)}
            />
          )}
        </Labelled>
        {folder === undefined ? null : <FolderWords folder={folder} />}
        <label className="choice">
          <input type="checkbox" checked={emergency} onChange={(event) => setEmergency(event.target.checked)} />
          <span>
            It is an emergency <span className="soft">a shorter vote; for who may also suspend policies</span>
          </span>
        </label>
        {draft.error === null ? null : <ProblemState error={draft.error} />}
        {draft.isPending ? (
          <p className="soft" role="status">
            Its policies are validated, its examples run, and recorded decisions decided again by it. That takes up to a
            minute.
          </p>
        ) : null}
        <FormActions>
          <Button
            type="submit"
            kind="main"
            busy={draft.isPending}
            disabled={title.trim() === '' || folder?.kind !== 'read'}
          >
            Work out its impact
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}

function FolderWords({ folder }: { readonly folder: FolderRead }) {
  if (folder.kind === 'not-one') {
    return (
      <p className="amendments-wrong" role="alert">
        {folder.why}
      </p>
    );
  }
  const { policies, tests } = folder.texts;
  return (
    <p className="soft" role="status">
      {policies.length} files of policies and {tests.length} of examples.
    </p>
  );
}

async function readFolder(files: FileList | null): Promise<FolderRead | undefined> {
  if (files === null || files.length === 0) return undefined;
  const read = [...files].map(async (file) => ({
    name: file.webkitRelativePath || `folder/${file.name}`,
    text: await file.text(),
  }));
  return folderTexts(await Promise.all(read));
}
