import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCall } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Copy } from '../../components/copy.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FormActions } from '../../components/form.tsx';
import { Facts, Pane } from '../../components/pane.tsx';
import { ProblemState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useMe } from '../../sign-in/use-me.ts';
import { Covers, Policies } from './grant-parts.tsx';
import { GRANT_TONES, type Grant, isOpen, stateText } from './grants.ts';

/** One grant: all that it allows, by whom, until when, and what can be done about it. */
export function GrantCard({ grant, nowMs }: { readonly grant: Grant; readonly nowMs: number }) {
  const [asked, setAsked] = useState<'revocation' | 'agreement'>();
  const { data: me } = useMe();
  const open = isOpen(grant, nowMs);
  const mayAgree = open && grant.state.kind === 'proposed' && me != null && !grant.agreed.includes(me.id);
  return (
    <Pane
      title={grant.principalId}
      aside={<Badge tone={open ? GRANT_TONES[grant.state.kind] : toneWhenOver(grant)}>{stateText(grant, nowMs)}</Badge>}
    >
      <div className="grant-card">
        <div>
          <p>
            {open ? 'may do this' : 'could do this'} without asking the role <strong>{grant.role}</strong>:
          </p>
          <Covers covers={grant.covers} workspaceRoots={grant.workspaceRoots} />
        </div>
        <Facts
          facts={[
            [
              open ? 'ends' : 'would have ended',
              <>
                <Time key="clock" atMs={grant.expiresMs} as="clock" />, <Time key="ago" atMs={grant.expiresMs} />
              </>,
            ],
            [
              'given by',
              <>
                {grant.agreed.join(' and ')}, <Time key="given" atMs={grant.proposedMs} />
              </>,
            ],
            [
              'proposed from',
              <Link key="decision" to="/decisions/$id" params={{ id: grant.decisionId }}>
                the request
              </Link>,
            ],
            ['constitution', String(grant.constitution.number)],
            ['id', <Copy key="id" text={grant.id} shown={`${grant.id.slice(0, 13)}…`} label="the grant’s id" />],
          ]}
        />
        <Policies policies={grant.policies} />
        {open ? (
          <div className="grant-actions">
            {mayAgree ? (
              <Button
                kind="yes"
                icon="allow"
                label={`Agree to the grant of ${grant.principalId}`}
                onClick={() => setAsked('agreement')}
              >
                Agree
              </Button>
            ) : null}
            <Button
              kind="no"
              icon="deny"
              label={`Revoke the grant of ${grant.principalId}`}
              onClick={() => setAsked('revocation')}
            >
              Revoke
            </Button>
          </div>
        ) : null}
      </div>
      {asked === 'revocation' ? <Revoke grant={grant} onClose={() => setAsked(undefined)} /> : null}
      {asked === 'agreement' ? <Agree grant={grant} onClose={() => setAsked(undefined)} /> : null}
    </Pane>
  );
}

/** One whose time is up by this page's clock, before the server has been asked again. */
function toneWhenOver({ state: { kind } }: Grant) {
  return kind === 'in-force' || kind === 'proposed' ? GRANT_TONES.expired : GRANT_TONES[kind];
}

function Revoke({ grant, onClose }: { readonly grant: Grant; readonly onClose: () => void }) {
  const revoking = useCall('POST /v1/grants/{id}/revocation', ['GET /v1/grants']);
  return (
    <Dialog title="Revoke this grant?" onClose={onClose}>
      <div className="form grant-proposal">
        <p>
          From now on <strong>{grant.principalId}</strong> is asked about this again. What it has done already stays
          done; a grant that is revoked does not come back.
        </p>
        <Covers covers={grant.covers} workspaceRoots={grant.workspaceRoots} />
        {revoking.error === null ? null : <ProblemState error={revoking.error} />}
        <FormActions>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            kind="no"
            icon="deny"
            busy={revoking.isPending}
            onClick={() => revoking.mutate({ params: { id: grant.id } }, { onSuccess: onClose })}
          >
            Revoke it
          </Button>
        </FormActions>
      </div>
    </Dialog>
  );
}

function Agree({ grant, onClose }: { readonly grant: Grant; readonly onClose: () => void }) {
  const agreeing = useCall('POST /v1/grants/{id}/agreement', ['GET /v1/grants']);
  return (
    <Dialog title="Agree to this grant?" onClose={onClose}>
      <div className="form grant-proposal">
        <p>
          <strong>{grant.principalId}</strong> may do this without asking the role <strong>{grant.role}</strong>, until{' '}
          <Time atMs={grant.expiresMs} as="clock" />. Proposed by {grant.agreed.join(' and ')}.
        </p>
        <Covers covers={grant.covers} workspaceRoots={grant.workspaceRoots} />
        {agreeing.error === null ? null : <ProblemState error={agreeing.error} />}
        <FormActions>
          <Button onClick={onClose}>Not now</Button>
          <Button
            kind="yes"
            icon="allow"
            busy={agreeing.isPending}
            onClick={() => agreeing.mutate({ params: { id: grant.id } }, { onSuccess: onClose })}
          >
            Agree
          </Button>
        </FormActions>
      </div>
    </Dialog>
  );
}
