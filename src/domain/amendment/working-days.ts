const DAY_MS = 86_400_000;

/**
 * The moment that lies so many working days later: Monday to Friday in UTC, the same time of day. What begins on a weekend counts
 * from Monday, midnight. Public holidays are not known here: they differ by place, and only ever shorten a calendar's patience.
 */
export function addWorkingDays(timeMs: number, days: number): number {
  let at = isWeekend(timeMs) ? nextMonday(timeMs) : timeMs;
  for (let left = days; left > 0; left -= 1) {
    at += DAY_MS;
    while (isWeekend(at)) at += DAY_MS;
  }
  return at;
}

function isWeekend(timeMs: number): boolean {
  const day = new Date(timeMs).getUTCDay();
  return day === 0 || day === 6;
}

function nextMonday(timeMs: number): number {
  let at = Math.floor(timeMs / DAY_MS) * DAY_MS;
  while (isWeekend(at)) at += DAY_MS;
  return at;
}
