/** How often somebody may fail before they have to wait. Times are milliseconds. */
export interface AttemptLimits {
  readonly failuresMax: number;
  /** Failures count for so long. */
  readonly windowMs: number;
  readonly lockMs: number;
}

/** One network address: many people may be behind it, and one attacker may try many names from it. */
export const ADDRESS_LIMITS: AttemptLimits = { failuresMax: 30, windowMs: 5 * 60_000, lockMs: 5 * 60_000 };
/** One person: few guesses, from wherever. */
export const PERSON_LIMITS: AttemptLimits = { failuresMax: 5, windowMs: 15 * 60_000, lockMs: 15 * 60_000 };

/** Of whom failures are remembered. When there are more, those who failed longest ago are forgotten first. */
const REMEMBERED_MAX = 50_000;

export interface Attempts {
  /** Until when this one is locked out; undefined: may try. */
  lockedUntilMs(key: string, nowMs: number): number | undefined;
  /** How many more may fail before the key is locked out. */
  left(key: string, nowMs: number): number;
  /** Counts a failure; gives back until when the key is locked out now, where this failure was the one too many. */
  fail(key: string, nowMs: number): number | undefined;
  /** Succeeded: earlier failures are forgotten. */
  clear(key: string): void;
}

export function createAttempts(limits: AttemptLimits): Attempts {
  const failures = new Map<string, { readonly timesMs: readonly number[]; readonly untilMs: number }>();
  const recentOf = (key: string, nowMs: number) =>
    (failures.get(key)?.timesMs ?? []).filter((timeMs) => nowMs - timeMs < limits.windowMs);
  return {
    left: (key, nowMs) => limits.failuresMax - recentOf(key, nowMs).length,
    lockedUntilMs(key, nowMs) {
      const untilMs = failures.get(key)?.untilMs ?? 0;
      return untilMs > nowMs ? untilMs : undefined;
    },
    fail(key, nowMs) {
      const timesMs = [...recentOf(key, nowMs), nowMs];
      const isLocked = timesMs.length >= limits.failuresMax;
      failures.delete(key);
      failures.set(key, isLocked ? { timesMs: [], untilMs: nowMs + limits.lockMs } : { timesMs, untilMs: 0 });
      const [oldest] = failures.keys();
      if (failures.size > REMEMBERED_MAX && oldest !== undefined) failures.delete(oldest);
      return isLocked ? nowMs + limits.lockMs : undefined;
    },
    clear(key) {
      failures.delete(key);
    },
  };
}
