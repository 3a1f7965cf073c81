import { useSyncExternalStore } from 'react';

/** One clock for all times on a page. */
const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let tickedMs = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tickedMs = Date.now();
    for (const one of listeners) one();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Unix milliseconds, to the second. */
export function useNowMs(): number {
  return useSyncExternalStore(subscribe, () => tickedMs);
}

const FULL = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** When: `ago` ("4 min ago", "in 12 min"), or by the clock; the whole of it as a title. */
export function Time({ atMs, as = 'ago' }: { readonly atMs: number; readonly as?: 'ago' | 'clock' }) {
  const nowMs = useNowMs();
  const at = new Date(atMs);
  return (
    <time className="numeric" dateTime={at.toISOString()} title={FULL.format(at)}>
      {as === 'ago' ? agoText(atMs, nowMs) : clockText(atMs, nowMs)}
    </time>
  );
}

export function agoText(atMs: number, nowMs: number): string {
  const s = Math.round(Math.abs(nowMs - atMs) / 1000);
  if (s < 2) return 'now';
  const span = spanText(s * 1000);
  return atMs > nowMs ? `in ${span}` : `${span} ago`;
}

/** A length of time in its largest unit: "42 s", "3 min", "5 h", "12 d". */
export function spanText(ms: number): string {
  const s = Math.round(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 172_800) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

function clockText(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const isToday = new Date(nowMs).toDateString() === at.toDateString();
  return isToday ? CLOCK.format(at) : `${DAY.format(at)} ${CLOCK.format(at)}`;
}
