import { ballotIdOf } from '#domain/amendment/ballot.ts';
import type { AmendmentEvent } from '#domain/amendment/event.ts';
import type { RecordedEvent } from '#domain/amendment/history.ts';
import type { AmendmentId } from '#domain/amendment/ids.ts';

/** One thing that happened to an amendment, with the record of the journal that proves it. */
export interface Step {
  readonly kind: AmendmentEvent['kind'];
  /** Unix milliseconds, by the clock that deadlines are held to. */
  readonly timeMs: number;
  readonly sequence: number;
  /** Absent where time did it, and of a vote: who voted how is nobody's business while others still vote. */
  readonly by?: string;
  /** A reason, a cause or an outcome, where the event has one. */
  readonly what?: string;
}

/** What became of an amendment, in order: its own events and those of its ballots. */
export function timelineOf(amendment: AmendmentId, history: readonly RecordedEvent[]): readonly Step[] {
  const ballots = new Set<string>((['amendment', 'override'] as const).map((kind) => ballotIdOf({ kind, amendment })));
  return history
    .filter(({ event }) => concerns(event, amendment, ballots))
    .map(({ event, sequence }) => ({ kind: event.kind, timeMs: event.at.timeMs, sequence, ...told(event) }));
}

function concerns(event: AmendmentEvent, amendment: AmendmentId, ballots: ReadonlySet<string>): boolean {
  if (event.kind === 'ballot-opened') return ballots.has(ballotIdOf(event.subject));
  if (event.kind === 'vote-cast' || event.kind === 'ballot-closed') return ballots.has(event.ballot);
  return 'amendment' in event && event.amendment === amendment;
}

function told(event: AmendmentEvent): Pick<Step, 'by' | 'what'> {
  switch (event.kind) {
    case 'amendment-drafted':
    case 'amendment-proposed':
    case 'amendment-withdrawn':
      return { by: event.by.id };
    case 'amendment-vetoed':
      return { by: event.by.id, what: event.reason };
    case 'amendment-rolled-back':
      return { what: event.cause };
    case 'ballot-opened':
      return { what: event.subject.kind };
    case 'ballot-closed':
      return { what: event.result.outcome };
    default:
      return {};
  }
}
