import { useState } from 'react';
import { useCall } from '../../api/use-api.ts';
import { Copy } from '../../components/copy.tsx';
import { Labelled } from '../../components/form.tsx';
import { Pane } from '../../components/pane.tsx';
import { ProblemState } from '../../components/states.tsx';
import type { Amendment } from './amendment-words.ts';

/** Keys stay where their owners keep them: they sign at a terminal, and what they signed is handed in here. */
export function SigningPane({ amendment }: { readonly amendment: Amendment }) {
  const { id, signing } = amendment;
  const submit = useCall('POST /v1/amendments/{id}/signatures', [
    'GET /v1/amendments',
    'GET /v1/amendments/{id}',
    'GET /v1/amendments/{id}/timeline',
  ]);
  const [unreadable, setUnreadable] = useState<Error>();
  const file = `amendment-${amendment.constitution.number}.bundle`;
  const commands = [
    ['Get what is signed', `acgs constitution fetch ${id} ${file}`],
    ['Look at it', `acgs constitution diff ${file}`],
    ['Sign it, each with their own key', `acgs constitution sign ${file} --key <your key>`],
  ] as const;
  async function handIn(files: FileList | null) {
    const text = await files?.[0]?.text();
    if (text === undefined) return;
    try {
      const envelope: unknown = JSON.parse(text);
      setUnreadable(undefined);
      submit.mutate({ params: { id }, body: { envelope } });
    } catch {
      setUnreadable(
        new Error('This file is no envelope: “acgs constitution sign” writes one that ends in .envelope.json.'),
      );
    }
  }
  const error = unreadable ?? submit.error;
  return (
    <Pane
      title="Signatures"
      aside={
        signing === undefined ? undefined : `${signing.threshold} of ${signing.keys.map(({ name }) => name).join(', ')}`
      }
    >
      <ol className="amendments-commands">
        {commands.map(([what, command]) => (
          <li key={command}>
            <span>{what}</span>
            <Copy text={command} label={`the command: ${what}`} />
          </li>
        ))}
      </ol>
      <Labelled label="Hand in the signatures" hint={`The file ${file}.envelope.json, once enough have signed.`}>
        {(inputId, hintId) => (
          <input
            id={inputId}
            type="file"
            accept=".json,application/json"
            aria-describedby={hintId}
            onChange={(event) => void handIn(event.target.files)}
          />
        )}
      </Labelled>
      {error === null ? null : <ProblemState error={error} />}
    </Pane>
  );
}
