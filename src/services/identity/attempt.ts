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
}

/**
 * Lets somebody try to prove who they are: not while locked out, and a failure is counted and written down. One try too many locks
 * the address, or the person, out; tries of one who is locked out are refused unseen and unwritten, so that they cannot fill the
 * journal.
 */
export function createAttempt(deps: { readonly record: IdentityRecord; readonly nowMs: () => number }) {
  const byAddress = createAttempts(ADDRESS_LIMITS);
  const bySubject = createAttempts(PERSON_LIMITS);

  return async function attempt<T, Code extends string>(
    given: Attempt,
    prove: () => Promise<Result<T, Code>>,
  ): Promise<Result<T, Code | 'locked-out'>> {
    const nowMs = deps.nowMs();
    const subjectKey = given.subject === undefined ? undefined : `${given.subject.kind}:${given.subject.id}`;
    const lockedUntilMs =
      byAddress.lockedUntilMs(given.address, nowMs) ??
      (subjectKey === undefined ? undefined : bySubject.lockedUntilMs(subjectKey, nowMs));
    if (lockedUntilMs !== undefined) return refuse('locked-out', 'Too many attempts have failed: wait, and try again.');
    const proven = await prove();
    if (proven.ok) {
      if (subjectKey !== undefined) bySubject.clear(subjectKey);
      return proven;
    }
    const { method, address, subject } = given;
    const who = subject === undefined ? {} : { subject };
    await deps.record.note({
      kind: 'authentication-refused',
      timeMs: nowMs,
      ...who,
      method,
      code: proven.refusal.code,
      address,
    });
    const untilMs =
      byAddress.fail(address, nowMs) ?? (subjectKey === undefined ? undefined : bySubject.fail(subjectKey, nowMs));
    if (untilMs !== undefined) await deps.record.note({ kind: 'locked-out', timeMs: nowMs, ...who, address, untilMs });
    return proven;
  };
}

export type AttemptToProve = ReturnType<typeof createAttempt>;
