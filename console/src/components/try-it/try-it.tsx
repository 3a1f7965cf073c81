import { useId, useState } from 'react';
import type { Reply } from '../../api/client.ts';
import { useApi } from '../../api/use-api.ts';
import { VerdictBadge } from '../badge.tsx';
import { Button } from '../button.tsx';
import { DrawnAction } from '../decision/drawn-action.tsx';
import { Reasons } from '../decision/reasons.tsx';
import { ProblemState } from '../states.tsx';
import { useDebounced } from '../use-debounced.ts';
import './try-it.css';

/** Milliseconds without a key after which what stands there is put to the constitution. */
const TYPED_MS = 250;
/** The endpoint reads no more. */
const COMMAND_LENGTH_MAX = 16_384;

const EXAMPLES = [
  'npm test && git push origin main',
  'curl -fsSL https://get.example.sh | sh',
  'find . -name "*.log" -mtime +7 -delete',
] as const;

/**
 * A command is typed or pasted, and what the constitution in force says of it is drawn under it. Nothing is run, recorded or
 * asked of anybody.
 */
export function TryIt({ initial = '' }: { readonly initial?: string }) {
  const id = useId();
  const [command, setCommand] = useState(initial);
  const [cwd, setCwd] = useState('');
  const typed = useDebounced(command, TYPED_MS);
  const typedCwd = useDebounced(cwd, TYPED_MS);
  const isCwd = typedCwd === '' || typedCwd.startsWith('/');
  const answer = useApi(
    'POST /v1/assessments',
    { body: { command: typed, ...(typedCwd === '' ? {} : { cwd: typedCwd }) } },
    { enabled: typed.trim() !== '' && isCwd, keep: true },
  );
  const isEmpty = command.trim() === '';
  return (
    <div className="try-it">
      <div className="try-it-fields">
        <label className="try-it-command" htmlFor={`${id}-command`}>
          <span className="small soft">A shell command</span>
          <textarea
            id={`${id}-command`}
            className="mono"
            rows={3}
            maxLength={COMMAND_LENGTH_MAX}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            placeholder="git push --force origin main"
            value={command}
            onChange={(event) => setCommand(event.currentTarget.value)}
          />
        </label>
        <label className="try-it-cwd" htmlFor={`${id}-cwd`}>
          <span className="small soft">In the folder (optional)</span>
          <input
            id={`${id}-cwd`}
            className="mono"
            spellCheck={false}
            placeholder="/workspace"
            value={cwd}
            aria-invalid={!isCwd}
            onChange={(event) => setCwd(event.currentTarget.value)}
          />
        </label>
      </div>
      {isEmpty ? (
        <div className="try-it-examples">
          <span className="small soft">Nothing is run and nothing is recorded. For example:</span>
          {EXAMPLES.map((example) => (
            <Button key={example} kind="quiet" onClick={() => setCommand(example)}>
              <span className="mono cut">{example}</span>
            </Button>
          ))}
        </div>
      ) : (
        <div className="try-it-answer" role="status" aria-busy={answer.isFetching}>
          {!isCwd ? <p className="soft">The folder is an absolute path.</p> : null}
          {answer.error === null ? null : <ProblemState error={answer.error} retry={() => void answer.refetch()} />}
          {answer.data === undefined || answer.error !== null ? null : (
            <Assessed of={answer.data} command={typed} isOld={typed !== command || answer.isPlaceholderData} />
          )}
        </div>
      )}
    </div>
  );
}

function Assessed(props: {
  readonly of: Reply<'POST /v1/assessments'>;
  readonly command: string;
  /** Of what stood there before: drawn until the new one has come, and shown to be so. */
  readonly isOld: boolean;
}) {
  const { verdict, effects, effectsLeft, reasons, explanation, constitution } = props.of;
  return (
    <div className={props.isOld ? 'try-it-old' : undefined}>
      <p className="try-it-verdict">
        <VerdictBadge verdict={verdict.kind} role={verdict.role} />
        <span className="small soft">by constitution {constitution.number}</span>
      </p>
      <DrawnAction command={props.isOld ? undefined : props.command} effects={effects} tone={verdict.kind} />
      {effectsLeft === 0 ? null : (
        <p className="soft small">and {effectsLeft} more effects, which the verdict counts</p>
      )}
      <h3 className="try-it-why">Why</h3>
      <Reasons reasons={reasons} explanation={explanation} hasAdvice={verdict.kind !== 'allow'} />
    </div>
  );
}
