import Type from 'typebox';
import { byName, DECISION_CACHES, DECISION_STAGES } from '#domain/decision/decision-metrics.ts';
import { type HealthReading, type HealthSample, sampleBetween } from '#domain/health/sample.ts';
import type { EdgeServer } from '#services/edge.ts';
import { list } from '#services/replies.ts';

/** Between two samples, in milliseconds: as often as people look. */
export const SAMPLE_EVERY_MS = 5_000;
/** Half an hour of them: enough to see when something began. Longer histories are Prometheus's. */
const SAMPLES_MAX = 360;
/** How old the oldest entry that is under no checkpoint may be, in milliseconds: what the ledger aims at. */
const CHECKPOINT_AGE_MS = 1_000;

export interface HealthHistoryDeps {
  readonly read: () => Promise<HealthReading>;
  /** What the constitution in force calls a slow evaluation, in milliseconds. */
  readonly slowMs: () => number;
  readonly node: string;
  readonly version: string;
  readonly startedMs: number;
  readonly onError: (error: unknown) => void;
}

/** A short history of this process's own health in a ring of fixed size, so that a graph has something at the first look. */
export async function openHealthHistory(deps: HealthHistoryDeps) {
  const samples: HealthSample[] = [];
  let before = await deps.read();

  async function take(): Promise<void> {
    const now = await deps.read();
    samples.push(sampleBetween(before, now));
    if (samples.length > SAMPLES_MAX) samples.shift();
    before = now;
  }

  const timer = setInterval(() => void take().catch(deps.onError), SAMPLE_EVERY_MS).unref();
  return {
    samples: (): readonly HealthSample[] => samples,
    take,
    close: () => clearInterval(timer),
  };
}

export type HealthHistory = Awaited<ReturnType<typeof openHealthHistory>>;

const Quantiles = Type.Object({
  count: Type.Integer(),
  p50Ms: Type.Number(),
  p95Ms: Type.Number(),
  p99Ms: Type.Number(),
});

const HealthReply = Type.Object({
  node: Type.String(),
  version: Type.String(),
  startedMs: Type.Number({ description: 'Unix milliseconds' }),
  everyMs: Type.Integer({ description: 'between two samples' }),
  objectives: Type.Object({
    decisionMs: Type.Number({ description: '99th percentile of a decision; the constitution in force says it' }),
    checkpointAgeMs: Type.Number(),
  }),
  samples: list(
    Type.Object({
      atMs: Type.Number({ description: 'Unix milliseconds; it covers the time since the sample before' }),
      verdictsPerSecond: Type.Record(Type.String(), Type.Number()),
      refusedPerSecond: Type.Number({ description: 'told no for reasons of their own' }),
      failedPerSecond: Type.Number({ description: 'could not be answered' }),
      stages: Type.Partial(Type.Object(byName(DECISION_STAGES, () => Quantiles))),
      syncs: Type.Optional(Quantiles),
      cacheHitShare: Type.Partial(Type.Object(byName(DECISION_CACHES, () => Type.Number()))),
      inFlight: Type.Integer(),
      approvalWaiters: Type.Integer(),
      journalQueue: Type.Integer({ description: 'records that wait for the disk' }),
      indexLagRecords: Type.Optional(Type.Integer()),
      ledgerLagRecords: Type.Optional(Type.Integer()),
      checkpointAgeMs: Type.Optional(Type.Number()),
      loopDelayMs: Type.Number({ description: '99th percentile of how late the event loop was' }),
      heapBytes: Type.Integer(),
      rssBytes: Type.Integer(),
    }),
  ),
});

/** The process's own health, as a page draws it. */
export function registerHealthHistory(
  app: EdgeServer,
  deps: Pick<HealthHistoryDeps, 'slowMs' | 'node' | 'version' | 'startedMs'> & Pick<HealthHistory, 'samples'>,
): void {
  app.get(
    '/v1/health',
    {
      config: { permission: 'metrics.read' },
      schema: { summary: 'How this node was in the last half hour, oldest first', response: { 200: HealthReply } },
    },
    async () => ({
      node: deps.node,
      version: deps.version,
      startedMs: deps.startedMs,
      everyMs: SAMPLE_EVERY_MS,
      objectives: { decisionMs: deps.slowMs(), checkpointAgeMs: CHECKPOINT_AGE_MS },
      samples: deps.samples(),
    }),
  );
}
