import {
  DECISION_CACHES,
  DECISION_STAGES,
  type DecisionCache,
  type DecisionStage,
} from '#domain/decision/decision-metrics.ts';

/** A histogram as it is counted: how many were at most this long, by upper bound in seconds, ascending; the last bound is infinite. */
export interface Durations {
  readonly bounds: readonly number[];
  /** Cumulative, of the same length. */
  readonly counts: readonly number[];
}

/** What a process is read as at one moment: counters since it began, gauges as they are. */
export interface HealthReading {
  readonly atMs: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly unrecorded: number;
  readonly stages: Readonly<Record<DecisionStage, Durations>>;
  readonly syncs: Durations;
  readonly caches: Readonly<Record<DecisionCache, { readonly hit: number; readonly miss: number }>>;
  readonly gauges: Gauges;
}

/** Absent where this process has no such part. */
export interface Gauges {
  readonly inFlight: number;
  readonly approvalWaiters: number;
  readonly journalQueue: number;
  readonly indexLagRecords?: number;
  readonly ledgerLagRecords?: number;
  readonly checkpointAgeMs?: number;
  /** 99th percentile of how late the event loop was, since the reading before. */
  readonly loopDelayMs: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** How it was between two readings. Quantiles are interpolated between the bounds of a histogram; absent where nothing was measured. */
export interface HealthSample extends Gauges {
  readonly atMs: number;
  readonly verdictsPerSecond: Readonly<Record<string, number>>;
  /** Requests that were told no, for reasons of their own. */
  readonly refusedPerSecond: number;
  /** Requests that could not be answered: outages, bugs, too many at once, and decisions that could not be recorded. */
  readonly failedPerSecond: number;
  readonly stages: Partial<Readonly<Record<DecisionStage, Quantiles>>>;
  readonly syncs?: Quantiles;
  /** Hits of all questions, 0 to 1. */
  readonly cacheHitShare: Partial<Readonly<Record<DecisionCache, number>>>;
}

export interface Quantiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export function sampleBetween(before: HealthReading, after: HealthReading): HealthSample {
  const seconds = Math.max((after.atMs - before.atMs) / 1000, 0.001);
  const refusals = grown(before.refusals, after.refusals);
  const failed = sumOf(refusals, isFailure) + Math.max(0, after.unrecorded - before.unrecorded);
  const syncs = quantilesBetween(before.syncs, after.syncs);
  return {
    ...after.gauges,
    atMs: after.atMs,
    verdictsPerSecond: Object.fromEntries(
      Object.entries(grown(before.verdicts, after.verdicts)).map(([verdict, count]) => [verdict, count / seconds]),
    ),
    refusedPerSecond: sumOf(refusals, (code) => !isFailure(code)) / seconds,
    failedPerSecond: failed / seconds,
    stages: present(DECISION_STAGES, (stage) => quantilesBetween(before.stages[stage], after.stages[stage])),
    ...(syncs === undefined ? {} : { syncs }),
    cacheHitShare: present(DECISION_CACHES, (cache) => hitShare(before.caches[cache], after.caches[cache])),
  };
}

/** A stable code that says that the service, and not the caller, was the reason. */
function isFailure(code: string): boolean {
  return code === 'internal-error' || code === 'overloaded' || /-(unavailable|damaged)$/.test(code);
}

export function quantilesBetween(before: Durations, after: Durations): Quantiles | undefined {
  const counts = after.counts.map((count, at) => count - (before.counts[at] ?? 0));
  const count = counts.at(-1) ?? 0;
  if (count <= 0) return undefined;
  const ms = (share: number) => 1000 * quantile({ bounds: after.bounds, counts }, share);
  return { count, p50Ms: ms(0.5), p95Ms: ms(0.95), p99Ms: ms(0.99) };
}

/** Linear within the bound that holds it; what lies past the last finite bound is told as that bound. */
function quantile({ bounds, counts }: Durations, share: number): number {
  const wanted = share * (counts.at(-1) ?? 0);
  const at = counts.findIndex((count) => count >= wanted);
  const [below, countBelow] = at <= 0 ? [0, 0] : [bounds[at - 1] ?? 0, counts[at - 1] ?? 0];
  const bound = bounds[at] ?? 0;
  if (!Number.isFinite(bound)) return below;
  const within = (counts[at] ?? 0) - countBelow;
  return within === 0 ? bound : below + ((bound - below) * (wanted - countBelow)) / within;
}

function hitShare(before: { hit: number; miss: number }, after: { hit: number; miss: number }): number | undefined {
  const [hits, misses] = [after.hit - before.hit, after.miss - before.miss];
  return hits + misses <= 0 ? undefined : hits / (hits + misses);
}

function grown(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, Math.max(0, count - (before[name] ?? 0))]),
  );
}

function sumOf(counts: Readonly<Record<string, number>>, has: (name: string) => boolean): number {
  return Object.entries(counts).reduce((sum, [name, count]) => sum + (has(name) ? count : 0), 0);
}

function present<Name extends string, Value>(
  names: readonly Name[],
  read: (name: Name) => Value | undefined,
): Partial<Record<Name, Value>> {
  const known: Partial<Record<Name, Value>> = {};
  for (const name of names) {
    const value = read(name);
    if (value !== undefined) known[name] = value;
  }
  return known;
}
