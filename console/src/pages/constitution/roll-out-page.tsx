import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Reply } from '../../api/client.ts';
import { useApi, useCall } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FormActions, TextField } from '../../components/form.tsx';
import { Facts, PageHead, Pane } from '../../components/pane.tsx';
import { Empty, Loaded, ProblemState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useLiveRefresh } from '../../live/use-live-refresh.ts';
import { useHasRole } from '../../sign-in/use-me.ts';
import './constitution.css';
import { ConstitutionTabs } from './constitution-tabs.tsx';
import { Flips } from './flips.tsx';
import './roll-out.css';
import { causeText, MEASURED, minutesLeftText, type RollOut, STAGES } from './roll-out-words.ts';

type Status = Reply<'GET /v1/roll-out'>;

/** How a constitution comes into force: stage by stage, held against its objectives, and taken back by itself when one is broken. */
export function RollOutPage() {
  const status = useApi('GET /v1/roll-out', {}, { everyMs: 2_000 });
  useLiveRefresh(['change'], ['GET /v1/roll-out']);
  return (
    <>
      <PageHead
        title="Constitution"
        lead="How the next one comes into force: beside this one first, then for some, then for all."
      />
      <ConstitutionTabs />
      <Loaded of={status}>
        {(data) =>
          data.rollOut === undefined ? (
            <Empty title="Nothing was ever rolled out here">
              <p>
                An amendment that was passed and signed is rolled out by whoever operates, from{' '}
                <Link to="/constitution/amendments">its own page</Link>.
              </p>
            </Empty>
          ) : (
            <div className="constitution">
              <StagePane status={data} rollOut={data.rollOut} />
              <MeasuredPane status={data} />
              <Flips flips={data.flips} compared={data.counts.pairs.compared} />
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function StagePane({ status, rollOut }: { readonly status: Status; readonly rollOut: RollOut }) {
  const { stage, candidate, inForce } = rollOut;
  const isUnderWay = stage.kind === 'shadow' || stage.kind === 'canary';
  return (
    <Pane
      title={`Number ${candidate.number}, by ${rollOut.by}`}
      aside={`${status.nodesFollowing.toLocaleString('en')} ${status.nodesFollowing === 1 ? 'node follows' : 'nodes follow'}`}
    >
      <ol className="roll-out-stages">
        {STAGES.map(({ kind, name, means }) => {
          const at = STAGES.findIndex((one) => one.kind === stage.kind);
          const own = STAGES.findIndex((one) => one.kind === kind);
          const state = own === at ? 'now' : own < at ? 'past' : 'next';
          return (
            <li
              key={kind}
              className={`roll-out-stage roll-out-${state}`}
              aria-current={state === 'now' ? 'step' : undefined}
            >
              <strong>{name}</strong>
              <span className="small">{means}</span>
            </li>
          );
        })}
      </ol>
      {stage.kind === 'rolled-back' ? (
        <p className="roll-out-back" role="alert">
          Taken back <Time atMs={stage.sinceMs} />: {causeText(stage['cause'])}
        </p>
      ) : null}
      <Facts
        facts={[
          ['Begun', <Time key="begun" atMs={rollOut.begunMs} />],
          ['This stage', isUnderWay ? minutesLeftText(rollOut) : <Time key="since" atMs={stage.sinceMs} />],
          [
            'Instead of',
            <Link key="compare" to="/constitution/compare" search={{ from: inForce.digest, to: candidate.digest }}>
              number {inForce.number}: what it says otherwise
            </Link>,
          ],
        ]}
      />
      {isUnderWay ? <Moves rollOut={rollOut} /> : null}
    </Pane>
  );
}

function Moves({ rollOut }: { readonly rollOut: RollOut }) {
  const mayMove = useHasRole('operator');
  const advance = useCall('POST /v1/roll-out/advance', [
    'GET /v1/roll-out',
    'GET /v1/constitution',
    'GET /v1/amendments',
  ]);
  const [isTakingBack, setTakingBack] = useState(false);
  if (!mayMove) return null;
  const next = rollOut.stage.kind === 'shadow' ? 'Go on to the canary' : 'Put it in force for all';
  return (
    <>
      {advance.error === null ? null : <ProblemState error={advance.error} />}
      <FormActions>
        <Button kind="no" onClick={() => setTakingBack(true)}>
          Take it back
        </Button>
        <Button kind="main" busy={advance.isPending} onClick={() => advance.mutate({})}>
          {next}
        </Button>
      </FormActions>
      {isTakingBack ? <TakeBack onClose={() => setTakingBack(false)} /> : null}
    </>
  );
}

function TakeBack({ onClose }: { readonly onClose: () => void }) {
  const rollBack = useCall('POST /v1/roll-out/rollback', ['GET /v1/roll-out', 'GET /v1/amendments']);
  const [why, setWhy] = useState('');
  return (
    <Dialog title="Take the candidate back" onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          rollBack.mutate({ body: { why } }, { onSuccess: onClose });
        }}
      >
        <p>All nodes go back at once. The amendment is not tried again: what was wrong with it is for another one.</p>
        <TextField label="Why" value={why} onChange={setWhy} required maxLength={500} lines={2} />
        {rollBack.error === null ? null : <ProblemState error={rollBack.error} />}
        <FormActions>
          <Button type="submit" kind="no" busy={rollBack.isPending} disabled={why.trim() === ''}>
            Take it back
          </Button>
        </FormActions>
      </form>
    </Dialog>
  );
}

function MeasuredPane({ status }: { readonly status: Status }) {
  const { canary, control } = status.counts;
  return (
    <Pane
      title="Objectives"
      aside={`${canary.decisions.toLocaleString('en')} decisions of the canary cohort, ${control.decisions.toLocaleString('en')} of the others`}
    >
      <ul className="roll-out-objectives">
        {status.measurements.map((measured, at) => {
          const { objective, risePercent, riseAtLeastPercent, risePercentMax, isBroken, candidate } = measured;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same objective is measured in two ways, always in this order
            <li key={at} className="roll-out-objective">
              <span>
                {MEASURED[objective]}{' '}
                <span className="small soft">{at === 2 ? 'by pairs' : at === 3 ? 'by cohorts' : ''}</span>
              </span>
              <Badge tone={isBroken ? 'bad' : candidate.of === 0 ? 'plain' : 'good'} icon={isBroken ? 'warn' : 'check'}>
                {isBroken ? 'broken' : candidate.of === 0 ? 'nothing measured' : 'kept'}
              </Badge>
              <span className="soft numeric">
                {candidate.of === 0
                  ? `may rise by ${risePercentMax} points`
                  : `${signed(risePercent)} points seen, at least ${signed(Math.max(riseAtLeastPercent, -100))} for certain; ${risePercentMax} allowed`}
              </span>
            </li>
          );
        })}
      </ul>
    </Pane>
  );
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
}
