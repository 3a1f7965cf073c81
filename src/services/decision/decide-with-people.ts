import type { Approval } from '#domain/approval/approval.ts';
import type { ApprovalRequest } from '#domain/approval/request.ts';
import type { Decision } from '#domain/decision/decision.ts';
import type { ApprovalBook } from '#services/decision/approval-book.ts';
import type { Decide, Decided, DecideRequest } from '#services/decision/decide.ts';

/** Callers that wait for a person at once, on one node; one more gets its ticket without waiting (bench:approvals). */
export const WAITERS_MAX = 10_000;

/** How long a caller can wait. */
export interface Patience {
  readonly ms: number;
  /** Aborted when the caller has gone away, so that nothing is decided for nobody, and when the server stops, which takes no minutes. */
  readonly signal: AbortSignal;
  /** Called when the wait begins: it has a bound of its own, and does not keep others from being decided. */
  readonly onWait?: () => void;
  /** Whether this `ask` is waited for here; by default each is. */
  readonly isFor?: (decision: Decision) => boolean;
}

export interface Settled extends Decided {
  /** A person said no while the caller waited. */
  readonly refused?: Approval;
}

export type DecideWithPeople = (request: DecideRequest, patience: Patience | undefined) => Promise<Settled>;

/**
 * Decides; and where a person is asked and the caller has time, waits for the answer. A granted request is decided anew, so
 * that everything is checked again at use and the approval is used up by exactly one decision. Whoever runs out of time gets
 * the `ask` with its ticket, and an answer that comes later is there for the retry.
 *
 *   agent ── action ──▶ decide: ask ─── waits ───▶ decide: allow (uses the approval) ──▶ agent
 *   person ─────────────────── granted ──┘
 */
export function createDecideWithPeople(deps: {
  readonly decide: Decide;
  readonly approvals: Pick<ApprovalBook, 'onChange'>;
  /** Monotonic milliseconds. */
  readonly elapsedMs: () => number;
  readonly waitersMax?: number;
}) {
  const waitersMax = deps.waitersMax ?? WAITERS_MAX;
  /** By what an approval is bound to: the answer to one request settles every wait for the same action of the same agent. */
  const waiting = new Map<string, Set<(answer: Approval) => void>>();
  let count = 0;

  deps.approvals.onChange((request) => {
    const answer = settling(request);
    if (answer === undefined) return;
    for (const wake of waiting.get(keyOf(request.decision)) ?? []) wake(answer);
  });

  const decideWithPeople: DecideWithPeople = async (request, patience) => {
    let decided = await deps.decide(request);
    if (patience === undefined) return decided;
    const endMs = deps.elapsedMs() + patience.ms;
    while (isWaitedFor(decided, patience)) {
      patience.onWait?.();
      const answer = await answerTo(decided.decision, endMs - deps.elapsedMs(), patience.signal);
      if (answer === undefined) return decided;
      if (answer.answer === 'refused') return { ...decided, refused: answer };
      decided = await deps.decide(request);
    }
    return decided;
  };

  function isWaitedFor({ decision, recorded }: Decided, { isFor }: Patience): boolean {
    return recorded && decision.verdict.kind === 'ask' && count < waitersMax && (isFor?.(decision) ?? true);
  }

  /** Undefined when the time is over or the signal is aborted. */
  function answerTo(decision: Decision, ms: number, signal: AbortSignal): Promise<Approval | undefined> {
    if (ms <= 0 || signal.aborted) return Promise.resolve(undefined);
    const key = keyOf(decision);
    const wakes = waiting.get(key) ?? new Set();
    waiting.set(key, wakes);
    count += 1;
    return new Promise((resolve) => {
      const end = (answer: Approval | undefined) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        wakes.delete(end);
        if (wakes.size === 0) waiting.delete(key);
        count -= 1;
        resolve(answer);
      };
      const giveUp = () => end(undefined);
      const timer = setTimeout(giveUp, ms);
      signal.addEventListener('abort', giveUp);
      wakes.add(end);
    });
  }

  return { decideWithPeople, waiting: () => count };
}

/** The answer that ended a request's waiting, if it is its last. */
function settling({ answers, usedBy }: ApprovalRequest): Approval | undefined {
  const last = answers.at(-1);
  if (last === undefined || usedBy !== undefined) return undefined;
  return last.answer === 'refused' || last.outstanding === 0 ? last : undefined;
}

function keyOf({ principal, actionDigest, constitution }: Decision): string {
  return JSON.stringify([principal.id, actionDigest, constitution.digest]);
}
