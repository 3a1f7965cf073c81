import { useMemo, useState } from 'react';
import type { Reply } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { useApi } from '../../api/use-api.ts';
import type { ApprovalRequest } from '../../api/values.ts';
import { Button } from '../../components/button.tsx';
import { Labelled, TextField } from '../../components/form.tsx';
import { Pane } from '../../components/pane.tsx';
import { Loaded, Loading, ProblemState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { useShortcut } from '../../keyboard/shortcuts.ts';
import { ConfirmGrant } from './confirm-grant.tsx';
import { Covers, Policies } from './grant-parts.tsx';
import {
  askedAbout,
  expiryMs,
  hoursText,
  proposalOf,
  spansHours,
  type WideningField,
  type Wider,
  wideningFieldsOf,
} from './grant-proposal.ts';
import type { GrantPreview } from './grants.ts';
import './grants.css';

type Detail = Reply<'GET /v1/approvals/{id}'>;

/** As much as the endpoint takes of a field. */
const FIELD_LENGTH_MAX = 4_096;
/** Milliseconds without a key after which what was written is asked about. */
const WRITTEN_MS = 400;
/** Of the recorded questions: the latest of them show what kind they are. */
const SHOWN_MAX = 8;
/** Hours that are chosen at first: a working day, or the constitution's bound where that is shorter. */
const HOURS_AT_FIRST = 8;

/** A standing grant in the place of the same answer again and again: opened on demand, since most requests are one of their kind. */
export function GiveGrant({ detail }: { readonly detail: Detail }) {
  const [isOpen, setOpen] = useState(false);
  const mayGive = isForReader(detail.request);
  useShortcut(
    { keys: 's', does: 'Let it do so for a while', group: 'Request' },
    () => setOpen(true),
    mayGive && !isOpen,
  );
  if (!mayGive) return null;
  const { principal, verdict } = detail.request.decision;
  return (
    <Pane
      title="Let it do so for a while"
      aside={isOpen ? <Button onClick={() => setOpen(false)}>Close</Button> : undefined}
    >
      {isOpen ? (
        <Bounds detail={detail} />
      ) : (
        <div className="grant-closed">
          <p className="soft">
            A standing grant answers for the role {verdict.role} when {principal.id} asks for the same again, until it
            ends or somebody revokes it.
          </p>
          <Button hint="s" onClick={() => setOpen(true)}>
            See what it would allow
          </Button>
        </div>
      )}
    </Pane>
  );
}

/** Nobody gives one for their own request, nor whom the role is not asked of, nor for what was refused. */
function isForReader({ state, you }: ApprovalRequest): boolean {
  return state.kind !== 'refused' && you.code !== 'approval-own' && you.code !== 'approval-not-entitled';
}

function Bounds({ detail }: { readonly detail: Detail }) {
  const { digest } = detail.request.decision.constitution;
  const reading = useApi('GET /v1/constitutions/{digest}/reading', { params: { digest } });
  return (
    <Loaded of={reading} loading={<Loading lines={3} />}>
      {({ limits: { standingGrantHours: hoursMax } }) =>
        hoursMax === undefined ? (
          <p role="status">
            The constitution allows no standing grants: it does not say how long one may last. An amendment can.
          </p>
        ) : (
          <Proposal detail={detail} hoursMax={hoursMax} />
        )
      }
    </Loaded>
  );
}

function Proposal({ detail, hoursMax }: { readonly detail: Detail; readonly hoursMax: number }) {
  const { request, effects } = detail;
  const [wider, setWider] = useState<Wider>({});
  const [span, setSpan] = useState(() => spanOf(Math.min(HOURS_AT_FIRST, hoursMax), hoursMax));
  const [isConfirmed, setConfirmed] = useState(false);
  const { id } = request.decision;
  const wanted = useMemo(() => proposalOf(id, span.expiresMs, wider), [id, span.expiresMs, wider]);
  // Not each letter is a question to the server.
  const body = useDebounced(wanted, WRITTEN_MS);
  const previewed = useApi('POST /v1/grants/preview', { body }, { keep: true });
  // What is shown must be what is given: while it is being read anew, nothing can be.
  const isCurrent = body === wanted && previewed.data !== undefined && !previewed.isPlaceholderData;
  const isImpossible = previewed.error instanceof Problem && previewed.error.status === 409;
  if (isImpossible) return <ProblemState error={previewed.error} />;
  return (
    <div className="form grant-proposal">
      <div className="grant-fields">
        <Labelled label="For how long" hint={<Until expiresMs={span.expiresMs} />}>
          {(id, hintId) => (
            <select
              id={id}
              className="control"
              aria-describedby={hintId}
              value={span.hours}
              onChange={(event) => setSpan(spanOf(Number(event.currentTarget.value), hoursMax))}
            >
              {spansHours(hoursMax).map((hours) => (
                <option key={hours} value={hours}>
                  {hoursText(hours)}
                  {hours === hoursMax ? ', the longest that the constitution allows' : ''}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        {wideningFieldsOf(askedAbout(request.decision, effects)).map((field) => (
          <Widen key={field.name} field={field} wider={wider} onChange={setWider} />
        ))}
      </div>
      {previewed.error === null ? null : <ProblemState error={previewed.error} />}
      {previewed.data === undefined ? (
        previewed.error === null && <Loading lines={4} label="Asking what it would allow" />
      ) : (
        <Preview preview={previewed.data} />
      )}
      <div>
        <Button kind="main" disabled={!isCurrent} onClick={() => setConfirmed(true)}>
          Let it do so…
        </Button>
      </div>
      {isConfirmed && isCurrent && previewed.data !== undefined ? (
        <ConfirmGrant body={body} preview={previewed.data} request={request} onClose={() => setConfirmed(false)} />
      ) : null}
    </div>
  );
}

function spanOf(hours: number, hoursMax: number) {
  return { hours, expiresMs: expiryMs(hours, hoursMax, Date.now()) };
}

function Until({ expiresMs }: { readonly expiresMs: number }) {
  return (
    <>
      Ends <Time atMs={expiresMs} as="clock" />, or with this constitution, or when it is revoked.
    </>
  );
}

function Widen(props: {
  readonly field: WideningField;
  readonly wider: Wider;
  readonly onChange: (wider: Wider) => void;
}) {
  const { field, wider, onChange } = props;
  const value = wider[field.name];
  if (field.kind === 'switch') {
    return (
      <label className="grant-switch">
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange({ ...wider, [field.name]: event.currentTarget.checked ? true : '' })}
        />
        {field.label}
      </label>
    );
  }
  const text = typeof value === 'string' ? value : '';
  return (
    <div className="grant-widen">
      <TextField
        label={`${field.label} (wider than asked)`}
        hint={field.hint}
        mono
        value={text}
        maxLength={FIELD_LENGTH_MAX}
        onChange={(next) => onChange({ ...wider, [field.name]: next })}
      />
      {field.usual === '' || field.usual === text ? null : (
        <Button kind="quiet" onClick={() => onChange({ ...wider, [field.name]: field.usual })}>
          Use <span className="mono">{field.usual}</span>
        </Button>
      )}
    </div>
  );
}

function Preview({ preview }: { readonly preview: GrantPreview }) {
  const { letThrough, looked, persons } = preview;
  return (
    <>
      <section>
        <h3>What it allows</h3>
        <Covers covers={preview.covers} workspaceRoots={preview.workspaceRoots} />
        {persons > 1 ? <p>{persons} persons must agree before it is in force; you are the first.</p> : null}
      </section>
      <section>
        <h3>
          Recorded questions that it would have let through: {letThrough.length} of {looked}
        </h3>
        {letThrough.length === 0 ? (
          <p className="soft">None: what was asked lies outside of what a grant can stand in for.</p>
        ) : (
          <ol className="grant-let-through">
            {letThrough.slice(0, SHOWN_MAX).map(({ id, timeMs, subject }) => (
              <li key={id}>
                <span className="mono cut" title={subject}>
                  {subject}
                </span>
                <span className="small soft">
                  <Time atMs={timeMs} />
                </span>
              </li>
            ))}
            {letThrough.length > SHOWN_MAX ? <li className="soft">and {letThrough.length - SHOWN_MAX} more</li> : null}
          </ol>
        )}
      </section>
      <Policies policies={preview.policies} />
    </>
  );
}
