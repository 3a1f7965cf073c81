import { useState } from 'react';
import { useCall } from '../../api/use-api.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { FormActions } from '../../components/form.tsx';
import { Facts, Pane } from '../../components/pane.tsx';
import { ProblemState } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { type Ballot, votersNeeded } from './amendment-words.ts';

const CHOICES = [
  { value: 'for', label: 'For', kind: 'yes' },
  { value: 'against', label: 'Against', kind: 'no' },
  { value: 'abstain', label: 'Abstain', kind: 'plain' },
] as const;
type Choice = (typeof CHOICES)[number]['value'];

/** One vote: who may, who has, what it takes; and one's own, which stands once it is cast. */
export function BallotPane({ ballot }: { readonly ballot: Ballot }) {
  const { subject, result, entitled, voted, rules, closesMs } = ballot;
  return (
    <Pane
      title={titleOf(subject)}
      aside={
        result === undefined ? (
          <>
            closes <Time atMs={closesMs} />
          </>
        ) : (
          <Badge tone={result.outcome === 'passed' ? 'good' : 'bad'}>{OUTCOMES[result.outcome]}</Badge>
        )
      }
    >
      <div className="constitution">
        <Taken ballot={ballot} />
        <Facts
          facts={[
            ['Taken part', `${voted} of ${entitled}; at least ${votersNeeded(ballot)} are needed`],
            [
              'To pass',
              `${rules.isMoreThan ? 'more than' : 'at least'} ${rules.winPercent} % of the votes for and against`,
            ],
            ...(result === undefined
              ? []
              : [['Counted', `${result.for} for, ${result.against} against, ${result.abstain} abstained`] as const]),
          ]}
        />
        {result === undefined ? <OwnVote ballot={ballot} /> : null}
      </div>
    </Pane>
  );
}

/** What is asked; of a suspension and an appeal, by the id that the command line shows. */
function titleOf(subject: Ballot['subject']): string {
  switch (subject.kind) {
    case 'override':
      return 'The vote on overriding the veto';
    case 'ratification':
      return `Whether a suspension lasts (${String(subject['suspension'])})`;
    case 'appeal':
      return `Whether what was appealed is overturned (${String(subject['appeal'])})`;
    default:
      return 'The vote';
  }
}

const OUTCOMES = { passed: 'passed', 'no-quorum': 'too few took part', 'no-majority': 'no majority' } as const;

function Taken({ ballot }: { readonly ballot: Ballot }) {
  const { voted, entitled } = ballot;
  const share = entitled === 0 ? 0 : voted / entitled;
  const needed = entitled === 0 ? 0 : votersNeeded(ballot) / entitled;
  return (
    <div className="amendments-taken" aria-hidden="true">
      <div className="amendments-taken-bar" style={{ width: `${100 * share}%` }} />
      <div className="amendments-taken-mark" style={{ left: `${100 * Math.min(needed, 1)}%` }} />
    </div>
  );
}

function OwnVote({ ballot }: { readonly ballot: Ballot }) {
  const vote = useCall('POST /v1/ballots/{id}/votes', [
    'GET /v1/amendments',
    'GET /v1/amendments/{id}',
    'GET /v1/amendments/{id}/timeline',
    'GET /v1/ballots',
  ]);
  const [choice, choose] = useState<Choice>();
  const { own, id } = ballot;
  if (own?.choice !== undefined) return <p>You have voted “{own.choice}”. A vote that was cast stands.</p>;
  if (own?.isEntitled !== true) return <p className="soft">You were not entitled to vote when this vote opened.</p>;
  return (
    <div>
      {vote.error === null ? null : <ProblemState error={vote.error} />}
      {choice === undefined ? (
        <div className="amendments-actions">
          {CHOICES.map(({ value, label, kind }) => (
            <Button key={value} kind={kind} onClick={() => choose(value)}>
              {label}
            </Button>
          ))}
        </div>
      ) : (
        <>
          <p>
            You vote <strong>{choice}</strong>. It cannot be changed afterwards.
          </p>
          <FormActions>
            <Button kind="quiet" onClick={() => choose(undefined)}>
              Not yet
            </Button>
            <Button kind="main" busy={vote.isPending} onClick={() => vote.mutate({ params: { id }, body: { choice } })}>
              Cast the vote
            </Button>
          </FormActions>
        </>
      )}
    </div>
  );
}
