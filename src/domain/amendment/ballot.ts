import type { AmendmentId, AppealId, BallotId, SuspensionId } from '#domain/amendment/ids.ts';
import type { VoteRules } from '#domain/constitution/sections.ts';
import type { PersonId } from '#domain/identity/principal.ts';
import { never, ok, type Result, refuse } from '#domain/result.ts';

export const HOUR_MS = 3_600_000;

/** Whoever is entitled may be one of so many: more do not fit into one record of the journal in a form that people can check. */
export const ELECTORATE_MAX = 10_000;

export const CHOICES = ['for', 'against', 'abstain'] as const;
export type Choice = (typeof CHOICES)[number];

export type BallotSubject =
  | { readonly kind: 'amendment'; readonly amendment: AmendmentId }
  /** Whether the amendment becomes law against a veto. */
  | { readonly kind: 'override'; readonly amendment: AmendmentId }
  /** Whether a suspension outlasts its emergency. */
  | { readonly kind: 'ratification'; readonly suspension: SuspensionId }
  /** Whether a contested answer to an appeal is: overturn what was appealed. */
  | { readonly kind: 'appeal'; readonly appeal: AppealId };

export interface BallotResult {
  readonly entitled: number;
  readonly for: number;
  readonly against: number;
  readonly abstain: number;
  readonly outcome: 'passed' | 'no-quorum' | 'no-majority';
}

/** One vote on one question. Everything that decides it is fixed when it opens. Times are Unix milliseconds. */
export interface Ballot {
  readonly id: BallotId;
  readonly subject: BallotSubject;
  readonly openedMs: number;
  /** From this moment on no vote counts. */
  readonly closesMs: number;
  /** Who may vote, as of the opening. */
  readonly electorate: ReadonlySet<PersonId>;
  readonly rules: VoteRules;
  readonly votes: ReadonlyMap<PersonId, Choice>;
  /** Absent while it has not been counted. */
  readonly result?: BallotResult;
}

export type VoteRefusalCode = 'ballot-closed' | 'vote-not-entitled' | 'vote-repeated';

/** A question is put to the vote once, so its subject names the ballot. */
export function ballotIdOf(subject: BallotSubject): BallotId {
  return `${subject.kind}:${subjectId(subject)}` as BallotId; // minted here, and nowhere else
}

function subjectId(subject: BallotSubject): string {
  switch (subject.kind) {
    case 'amendment':
    case 'override':
      return subject.amendment;
    case 'ratification':
      return subject.suspension;
    case 'appeal':
      return subject.appeal;
    default:
      return never(subject);
  }
}

/** A vote that was cast stands: it is not counted twice, not changed, and not taken from whoever was not entitled at the opening. */
export function castVote(
  ballot: Ballot,
  by: PersonId,
  choice: Choice,
  timeMs: number,
): Result<Ballot, VoteRefusalCode> {
  if (ballot.result !== undefined || timeMs >= ballot.closesMs || timeMs < ballot.openedMs) {
    return refuse('ballot-closed', `The vote closed at ${new Date(ballot.closesMs).toISOString()}.`);
  }
  if (!ballot.electorate.has(by)) {
    return refuse('vote-not-entitled', `${by} was not entitled to vote when the vote opened.`);
  }
  if (ballot.votes.has(by)) return refuse('vote-repeated', `${by} has voted; a vote that was cast stands.`);
  return ok({ ...ballot, votes: new Map(ballot.votes).set(by, choice) });
}

/**
 * Counts. Whoever votes at all takes part, so an abstention counts for the quorum; the majority is of the votes for and against.
 * In whole numbers: a percentage that is rounded could turn a vote.
 */
export function count({ electorate, votes, rules, subject }: Ballot): BallotResult {
  const given = [...votes.values()];
  const [inFavour, against] = [
    given.filter((one) => one === 'for').length,
    given.filter((one) => one === 'against').length,
  ];
  const decisive = inFavour + against;
  const isQuorate = votes.size > 0 && votes.size * 100 >= rules.quorumPercent * electorate.size;
  const isWon =
    subject.kind === 'override'
      ? inFavour * 100 >= rules.overridePercent * decisive
      : inFavour * 100 > rules.majorityPercent * decisive;
  return {
    entitled: electorate.size,
    for: inFavour,
    against,
    abstain: votes.size - decisive,
    outcome: !isQuorate ? 'no-quorum' : isWon && inFavour > 0 ? 'passed' : 'no-majority',
  };
}
