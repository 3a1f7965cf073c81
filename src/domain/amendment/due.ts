import { applyEvent } from '#domain/amendment/apply.ts';
import { isSuperseded } from '#domain/amendment/apply-amendment.ts';
import { mayBeContested, outcomeOf } from '#domain/amendment/apply-appeal.ts';
import { closesMsOf } from '#domain/amendment/apply-ballot.ts';
import { type BallotSubject, ballotIdOf, count } from '#domain/amendment/ballot.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import type { Moment } from '#domain/amendment/governance-clock.ts';
import type { Governed, Proceedings } from '#domain/amendment/proceedings.ts';
import type { PersonId } from '#domain/identity/principal.ts';

/** What time has brought about by now, in order, with the state after it. */
export interface Due {
  readonly events: readonly AmendmentEvent[];
  readonly proceedings: Proceedings;
}

/** Steps that one moment can bring about; more is an endless loop, which is a bug. */
const STEPS_MAX = 100_000;

/**
 * Everything that is due at this moment and was not yet recorded: votes to open or count, suspensions and appeals that have ended.
 * A node that slept through deadlines records them with its next event, in their order, with the outcome that they had at their time:
 * what is counted was fixed when each opened.
 * @param voters who is entitled to vote now
 */
export function due(proceedings: Proceedings, at: Moment, voters: readonly PersonId[]): Due {
  const events: AmendmentEvent[] = [];
  let state = proceedings;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const { inForce } = state;
    if (inForce === undefined) return { events, proceedings: state };
    const event = nextDue({ ...state, inForce }, at, voters);
    if (event === undefined) return { events, proceedings: state };
    const applied = applyEvent(state, event);
    if (!applied.ok) throw new Error(`a due event was refused: ${event.kind}: ${applied.refusal.message}`);
    events.push(event);
    state = applied.value;
  }
  throw new Error('there is no end to what is due');
}

function nextDue(state: Governed, at: Moment, voters: readonly PersonId[]): AmendmentEvent | undefined {
  const { timeMs } = at;
  const closing = [...state.ballots.values()]
    .filter((ballot) => ballot.result === undefined && timeMs >= ballot.closesMs)
    .sort((a, b) => a.closesMs - b.closesMs)[0];
  if (closing !== undefined) return { kind: 'ballot-closed', at, ballot: closing.id, result: count(closing) };
  return dueAmendment(state, at, voters) ?? dueSuspension(state, at, voters) ?? dueAppeal(state, at, voters);
}

function dueAmendment(state: Governed, at: Moment, voters: readonly PersonId[]): AmendmentEvent | undefined {
  for (const amendment of state.amendments.values()) {
    if (isSuperseded(state, amendment)) return { kind: 'amendment-superseded', at, amendment: amendment.id };
    const opening =
      opens(state, { kind: 'amendment', amendment: amendment.id }, at, voters) ??
      opens(state, { kind: 'override', amendment: amendment.id }, at, voters);
    if (opening !== undefined) return opening;
  }
  return undefined;
}

function dueSuspension(state: Governed, at: Moment, voters: readonly PersonId[]): AmendmentEvent | undefined {
  for (const suspension of state.suspensions.values()) {
    if (suspension.state !== 'open') continue;
    const subject = { kind: 'ratification', suspension: suspension.id } as const;
    const opening = opens(state, subject, at, voters);
    if (opening !== undefined) return opening;
    const isRatified = state.ballots.get(ballotIdOf(subject))?.result?.outcome === 'passed';
    if (isRatified || at.timeMs >= suspension.expiresMs) {
      const outcome = isRatified ? 'ratified' : 'expired';
      return { kind: 'suspension-ended', at, suspension: suspension.id, outcome };
    }
  }
  return undefined;
}

function dueAppeal(state: Governed, at: Moment, voters: readonly PersonId[]): AmendmentEvent | undefined {
  for (const appeal of state.appeals.values()) {
    const cause = (['no-panel', 'not-drawn', 'unanswered'] as const).find((one) =>
      mayBeContested(appeal, one, at.timeMs),
    );
    if (cause !== undefined) return { kind: 'appeal-contested', at, appeal: appeal.id, cause };
    const opening = opens(state, { kind: 'appeal', appeal: appeal.id }, at, voters);
    if (opening !== undefined) return opening;
    const outcome = outcomeOf(state, appeal, at.timeMs);
    if (outcome !== undefined) return { kind: 'appeal-closed', at, appeal: appeal.id, outcome };
  }
  return undefined;
}

function opens(
  state: Governed,
  subject: BallotSubject,
  at: Moment,
  voters: readonly PersonId[],
): AmendmentEvent | undefined {
  if (state.ballots.has(ballotIdOf(subject))) return undefined;
  const closesMs = closesMsOf(state, subject, at.timeMs);
  return closesMs === undefined ? undefined : { kind: 'ballot-opened', at, subject, electorate: voters, closesMs };
}
