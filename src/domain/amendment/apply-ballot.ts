import { missing, withState } from '#domain/amendment/apply-amendment.ts';
import {
  type Ballot,
  type BallotResult,
  type BallotSubject,
  ballotIdOf,
  castVote,
  count,
  ELECTORATE_MAX,
  HOUR_MS,
} from '#domain/amendment/ballot.ts';
import type { AmendmentEventOf } from '#domain/amendment/event.ts';
import { type Applied, type Governed, holdsRole } from '#domain/amendment/proceedings.ts';
import { canonicalJson } from '#domain/json.ts';
import { never, ok, refuse } from '#domain/result.ts';

/** A vote opens, is cast, and is counted. */
export function applyBallot(
  before: Governed,
  event: AmendmentEventOf<'ballot-opened' | 'vote-cast' | 'ballot-closed'>,
): Applied {
  if (event.kind === 'ballot-opened') return open(before, event);
  const ballot = before.ballots.get(event.ballot);
  if (ballot === undefined) return refuse('ballot-unknown', 'There is no such vote.');
  if (event.kind === 'vote-cast') {
    const { vote } = before.inForce.content.rules.roles;
    if (!holdsRole(event.by, vote)) return missing(vote, 'vote');
    const cast = castVote(ballot, event.by.id, event.choice, event.at.timeMs);
    return cast.ok ? ok(withBallot(before, cast.value)) : cast;
  }
  if (ballot.result !== undefined || event.at.timeMs < ballot.closesMs) {
    return refuse(
      'ballot-not-due',
      `The vote is counted once, and not before ${new Date(ballot.closesMs).toISOString()}.`,
    );
  }
  const result = count(ballot);
  if (canonicalJson({ ...result }) !== canonicalJson({ ...event.result })) {
    return refuse('ballot-miscounted', 'The votes that are recorded give another result.');
  }
  return ok(consequence(withBallot(before, { ...ballot, result }), ballot.subject, result));
}

function open(before: Governed, event: AmendmentEventOf<'ballot-opened'>): Applied {
  const { subject, closesMs } = event;
  const id = ballotIdOf(subject);
  if (before.ballots.has(id)) return refuse('ballot-exists', 'This question was put to the vote already.');
  if (event.electorate.length > ELECTORATE_MAX) {
    return refuse('electorate-too-large', `At most ${ELECTORATE_MAX} people can vote.`);
  }
  const closes = closesMsOf(before, subject, event.at.timeMs);
  if (closes === undefined) return refuse('ballot-not-due', 'Nothing is to be voted on here.');
  if (closes !== closesMs) return refuse('deadline-wrong', `By the rules the vote closes at ${closes}.`);
  const ballot: Ballot = {
    id,
    subject,
    openedMs: event.at.timeMs,
    closesMs,
    electorate: new Set(event.electorate),
    rules: before.inForce.content.rules.votes,
    votes: new Map(),
  };
  const opened = withBallot(before, ballot);
  if (subject.kind !== 'amendment') return ok(opened);
  const amendment = before.amendments.get(subject.amendment);
  return ok(amendment === undefined ? opened : withState(opened, amendment, { kind: 'voting' }));
}

/** When a vote on this would close if it opened now; undefined when there is nothing to vote on. */
export function closesMsOf(before: Governed, subject: BallotSubject, timeMs: number): number | undefined {
  const { votes } = before.inForce.content.rules;
  const periodMs = (emergency: boolean) => (emergency ? votes.emergencyPeriodHours : votes.periodHours) * HOUR_MS;
  switch (subject.kind) {
    case 'amendment':
    case 'override': {
      const amendment = before.amendments.get(subject.amendment);
      const state = subject.kind === 'amendment' ? 'proposed' : 'vetoed';
      return amendment?.state.kind === state ? timeMs + periodMs(amendment.emergency) : undefined;
    }
    case 'ratification': {
      const suspension = before.suspensions.get(subject.suspension);
      if (suspension?.state !== 'open' || timeMs >= suspension.expiresMs) return undefined;
      // Its outcome must be known when the suspension would end by itself.
      return Math.min(timeMs + periodMs(true), suspension.expiresMs);
    }
    case 'appeal':
      return before.appeals.get(subject.appeal)?.state.kind === 'contested' ? timeMs + periodMs(false) : undefined;
    default:
      return never(subject);
  }
}

function consequence(before: Governed, subject: BallotSubject, result: BallotResult): Governed {
  if (subject.kind !== 'amendment' && subject.kind !== 'override') return before;
  const amendment = before.amendments.get(subject.amendment);
  const awaited = subject.kind === 'amendment' ? 'voting' : 'vetoed';
  if (amendment?.state.kind !== awaited) return before;
  if (subject.kind === 'override') {
    if (result.outcome !== 'passed') return withState(before, amendment, { kind: 'failed', why: 'veto' });
    const isSigned = amendment.envelope !== undefined;
    return withState(before, amendment, { kind: isSigned ? 'signed' : 'overridden' });
  }
  if (result.outcome !== 'passed') return withState(before, amendment, { kind: 'failed', why: result.outcome });
  return withState(before, amendment, { kind: amendment.vetoes.length > 0 ? 'vetoed' : 'passed' });
}

function withBallot(before: Governed, ballot: Ballot): Governed {
  return { ...before, ballots: new Map(before.ballots).set(ballot.id, ballot) };
}
