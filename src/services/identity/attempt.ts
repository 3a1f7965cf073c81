import { ADDRESS_LIMITS, createAttempts, PERSON_LIMITS } from '#domain/identity/attempts.ts';
import type { AuthenticationMethod, PrincipalRef } from '#domain/identity/identity-event.ts';
import { type Result, refuse } from '#domain/result.ts';
import type { IdentityRecord } from '#services/identity/record.ts';

interface Attempt {
  readonly method: AuthenticationMethod;
  /** The caller's network address. */
  readonly address: string;
  /** Who it would be, where the directory knows them. */
  readonly subject?: PrincipalRef;
  /** What is locked out besides the address, where it is not the subject: also for who is not known. One try at a time. */
  readonly name?: string;
}

/** What was refused before it was tried: nothing was learned, so nothing is counted. */
const UNTRIED = ['sign-in-busy'];

/**
 * Lets somebody try to prove who they are: not while locked out, and a failure is counted and written down. One try too many locks
 * the address, or the person, out; tries of one who is locked out are refused unseen and unwritten, so that they cannot fill the
 * journal.
 */
export function createAttempt(deps: { readonly record: IdentityRecord; readonly nowMs: () => number }) {
  const byAddress = createAttempts(ADDRESS_LIMITS);
  const bySubject = createAttempts(PERSON_LIMITS);
  /** By name and by address: tries that run at once would all be made before the first of them is counted. */
  const running = new Set<string>();
  const runningFrom = new Map<string, number>();

  return async function attempt<T, Code extends string>(
    given: Attempt,
    prove: () => Promise<Result<T, Code>>,
  ): Promise<Result<T, Code | 'locked-out' | 'sign-in-busy'>> {
    const nowMs = deps.nowMs();
    const subjectKey =
      given.name ?? (given.subject === undefined ? undefined : `${given.subject.kind}:${given.subject.id}`);
    const lockedUntilMs =
      byAddress.lockedUntilMs(given.address, nowMs) ??
      (subjectKey === undefined ? undefined : bySubject.lockedUntilMs(subjectKey, nowMs));
    if (lockedUntilMs !== undefined) return refuse('locked-out', 'Too many attempts have failed: wait, and try again.');
    const { name } = given;
    if (name !== undefined && running.has(name)) {
      return refuse('sign-in-busy', 'Another attempt for this name is being looked at: try again.');
    }
    const { address } = given;
    const runningHere = runningFrom.get(address) ?? 0;
    // Those that run may all fail: together with those that have, no more than one by one.
    if (runningHere >= byAddress.left(address, nowMs)) {
      return refuse('sign-in-busy', 'Many attempts from this address are being looked at: try again.');
    }
    if (name !== undefined) running.add(name);
    runningFrom.set(address, runningHere + 1);
    try {
      return await count(given, subjectKey, nowMs, await prove());
    } finally {
      if (name !== undefined) running.delete(name);
      const others = (runningFrom.get(address) ?? 0) - 1;
      if (others > 0) runningFrom.set(address, others);
      else runningFrom.delete(address);
    }
  };

  async function count<T, Code extends string>(
    given: Attempt,
    subjectKey: string | undefined,
    nowMs: number,
    proven: Result<T, Code>,
  ): Promise<Result<T, Code>> {
    if (proven.ok) {
      if (subjectKey !== undefined) bySubject.clear(subjectKey);
      return proven;
    }
    if (UNTRIED.includes(proven.refusal.code)) return proven;
    const { method, address, subject } = given;
    const who = subject === undefined ? {} : { subject };
    // It counts before it is written: who guesses must not gain by a journal that is slow or cannot be written.
    const addressUntilMs = byAddress.fail(address, nowMs);
    const subjectUntilMs = subjectKey === undefined ? undefined : bySubject.fail(subjectKey, nowMs);
    const untilMs = addressUntilMs ?? subjectUntilMs;
    await deps.record.note({
      kind: 'authentication-refused',
      timeMs: nowMs,
      ...who,
      method,
      code: proven.refusal.code,
      address,
    });
    if (untilMs !== undefined) await deps.record.note({ kind: 'locked-out', timeMs: nowMs, ...who, address, untilMs });
    return proven;
  }
}

export type AttemptToProve = ReturnType<typeof createAttempt>;
