import type { ApprovalRequest } from '../../api/values.ts';

/** Time left below which a request is pressing, in milliseconds: a few requests' worth of reading. */
const PRESSING_MS = 15 * 60_000;

export type Urgency = 'pressing' | 'waiting' | 'settled';

/** Until when a request can be answered, or an approval used; undefined for what is settled. */
export function untilMs({ state }: Pick<ApprovalRequest, 'state'>): number | undefined {
  const until = state['untilMs'];
  return typeof until === 'number' ? until : undefined;
}

/** By the clock of this page, which knows that time is up before the server is asked again. */
export function urgencyOf(request: Pick<ApprovalRequest, 'state'>, nowMs: number): Urgency {
  const until = untilMs(request);
  if (request.state.kind !== 'waiting' || until === undefined || until <= nowMs) return 'settled';
  return until - nowMs <= PRESSING_MS ? 'pressing' : 'waiting';
}

/** What the reader may answer before what they may not, then by the time that is left; what is settled last, the newest first. */
export function queueOf(requests: readonly ApprovalRequest[], nowMs: number): readonly ApprovalRequest[] {
  const rank = (request: ApprovalRequest) => (urgencyOf(request, nowMs) === 'settled' ? 2 : request.you.may ? 0 : 1);
  return requests.toSorted((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    if (first !== second) return first - second;
    if (first === 2) return b.decision.timeMs - a.decision.timeMs;
    return (untilMs(a) ?? 0) - (untilMs(b) ?? 0) || a.decision.timeMs - b.decision.timeMs;
  });
}

/** A time that is left: "4:05" while it is pressing, then in larger units. */
export function countdown(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
  const minutes = Math.floor(s / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Persons who have said yes, and how many must. */
export function quorumOf({ answers, needed }: Pick<ApprovalRequest, 'answers' | 'needed'>) {
  return { given: answers.filter(({ answer }) => answer === 'granted').length, needed };
}
