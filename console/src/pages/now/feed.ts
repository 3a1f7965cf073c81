import type { Reply } from '../../api/client.ts';
import type { VerdictKind } from '../../api/values.ts';
import type { LiveEvent } from '../../live/live-stream.ts';

/** One decision as a line of what happens now. */
export interface Line {
  readonly id: string;
  readonly timeMs: number;
  readonly principalId: string;
  readonly agent: string;
  readonly subject: string;
  readonly verdict: VerdictKind;
  readonly policy: string | undefined;
}

/** Lines that are kept: some minutes of a busy installation. Older ones are on the page of decisions. */
export const LINES_MAX = 1_000;

type Row = Reply<'GET /v1/decisions/rows'>['rows'][number];

export function lineOfRow(row: Row): Line {
  return {
    id: row.id,
    timeMs: row.timeMs,
    principalId: row.principal.id,
    agent: row.agent,
    subject: row.subject,
    verdict: row.verdict.kind,
    policy: row.policy,
  };
}

/** Undefined for an event that is no decision. */
export function lineOfEvent({ name, data }: LiveEvent): Line | undefined {
  if (name !== 'decision') return undefined;
  const decision = data as LiveDecision; // by our own server; src/domain/export/live-event.ts says what it sends
  return {
    id: decision.id,
    timeMs: decision.timeMs,
    principalId: decision.principalId,
    agent: decision.agent,
    subject: decision.subject,
    verdict: decision.verdict.kind,
    policy: decision.policy,
  };
}

interface LiveDecision extends Omit<Line, 'verdict'> {
  readonly verdict: { readonly kind: VerdictKind };
}

/** Newest first, each once, whichever way it came. Ids are UUIDv7: of one millisecond, the larger is the later. */
export function mergeLines(known: readonly Line[], more: readonly Line[]): readonly Line[] {
  const byId = new Map([...known, ...more].map((line) => [line.id, line]));
  return [...byId.values()].sort((a, b) => b.timeMs - a.timeMs || (a.id < b.id ? 1 : -1)).slice(0, LINES_MAX);
}

export interface ActiveAgent {
  readonly principalId: string;
  readonly agent: string;
  readonly lastMs: number;
  readonly decisions: number;
  readonly denied: number;
}

/** Who has asked since then, the last to ask first. */
export function activeAgents(lines: readonly Line[], sinceMs: number): readonly ActiveAgent[] {
  const byId = new Map<string, ActiveAgent>();
  for (const { principalId, agent, timeMs, verdict } of lines) {
    if (timeMs < sinceMs) continue;
    const one = byId.get(principalId) ?? { principalId, agent, lastMs: 0, decisions: 0, denied: 0 };
    byId.set(principalId, {
      ...one,
      lastMs: Math.max(one.lastMs, timeMs),
      decisions: one.decisions + 1,
      denied: one.denied + (verdict === 'deny' ? 1 : 0),
    });
  }
  return [...byId.values()].sort((a, b) => b.lastMs - a.lastMs);
}

export interface Rates {
  /** Start of each bucket, Unix seconds, oldest first. */
  readonly times: readonly number[];
  readonly allowed: readonly number[];
  /** Denied or asked: what was not let through at once. */
  readonly held: readonly number[];
}

/** Decisions in each span of `bucketMs` up to now; spans before `knownSinceMs` are left out: nothing is known of them. */
export function ratesOf(
  lines: readonly Line[],
  span: { readonly nowMs: number; readonly buckets: number; readonly bucketMs: number; readonly knownSinceMs: number },
): Rates {
  const { nowMs, buckets, bucketMs, knownSinceMs } = span;
  const last = Math.floor(nowMs / bucketMs);
  const first = Math.max(last - buckets + 1, Math.ceil(knownSinceMs / bucketMs));
  const count = Math.max(0, last - first + 1);
  const allowed = new Array<number>(count).fill(0);
  const held = new Array<number>(count).fill(0);
  for (const { timeMs, verdict } of lines) {
    const at = Math.floor(timeMs / bucketMs) - first;
    const counts = verdict === 'allow' || verdict === 'modify' ? allowed : held;
    if (at >= 0 && at < count) counts[at] = (counts[at] ?? 0) + 1;
  }
  return { times: allowed.map((_, index) => ((first + index) * bucketMs) / 1000), allowed, held };
}
