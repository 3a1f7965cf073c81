const HOUR_MS = 3_600_000;

/** How far a clock may stand behind the one that wrote a time; more, and it says nothing about an age. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * How long ago a node was last told that what it decides by is still in force, in milliseconds. Unknown, when it never was, or when the
 * clock stands before the moment at which it was: a clock that was put back does not make a constitution young again.
 */
export function ageMs(confirmedMs: number | undefined, nowMs: number): number | undefined {
  if (confirmedMs === undefined || nowMs < confirmedMs - CLOCK_SKEW_MS) return undefined;
  return Math.max(0, nowMs - confirmedMs);
}

/** Over the age bound of the constitution in force, or of unknown age. */
export function isStale(confirmedMs: number | undefined, nowMs: number, ageHoursMax: number): boolean {
  const age = ageMs(confirmedMs, nowMs);
  return age === undefined || age > ageHoursMax * HOUR_MS;
}
