import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import { byName, DECISION_CACHES, DECISION_STAGES } from '#domain/decision/decision-metrics.ts';
import type { Durations, HealthReading } from '#domain/health/sample.ts';

/** Milliseconds between two looks at how late the event loop is. */
const LOOP_RESOLUTION_MS = 20;

/**
 * Reads from a process's metrics what people look at first: the same numbers that Prometheus gets, so that no page says otherwise than
 * a dashboard. The delay of the event loop is since the reading before, so there is one reader.
 */
export function createHealthReader(registry: Registry, nowMs: () => number) {
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();

  async function valuesOf(name: string): Promise<readonly MetricValue<string>[]> {
    const metric = await registry.getSingleMetric(name)?.get();
    return (metric as MetricObjectWithValues<MetricValue<string>> | undefined)?.values ?? []; // every metric of ours has values of this form
  }

  async function gauge(name: string): Promise<number | undefined> {
    return (await valuesOf(name))[0]?.value;
  }

  return {
    async read(): Promise<HealthReading> {
      const [decisions, refusals, stages, syncs, caches] = await Promise.all(
        [
          'acgs_decisions_total',
          'acgs_refusals_total',
          'acgs_decision_stage_seconds',
          'acgs_journal_sync_seconds',
          'acgs_cache_requests_total',
        ].map(valuesOf),
      );
      const indexLagRecords = await gauge('acgs_index_lag_records');
      const ledgerLagRecords = await gauge('acgs_ledger_ship_lag_records');
      const checkpointAgeSeconds = await gauge('acgs_ledger_checkpoint_age_seconds');
      const loopDelayMs = loop.count === 0 ? 0 : loop.percentile(99) / 1e6;
      loop.reset();
      const { heapUsed, rss } = process.memoryUsage();
      return {
        atMs: nowMs(),
        verdicts: countedBy(decisions ?? [], 'verdict'),
        refusals: countedBy(refusals ?? [], 'code'),
        unrecorded: (await gauge('acgs_decisions_unrecorded_total')) ?? 0,
        stages: byName(DECISION_STAGES, (stage) =>
          durationsOf((stages ?? []).filter(({ labels }) => labels['stage'] === stage)),
        ),
        syncs: durationsOf(syncs ?? []),
        caches: byName(DECISION_CACHES, (cache) => {
          const counts = countedBy(
            (caches ?? []).filter(({ labels }) => labels['cache'] === cache),
            'result',
          );
          return { hit: counts['hit'] ?? 0, miss: counts['miss'] ?? 0 };
        }),
        gauges: {
          inFlight: (await gauge('acgs_requests_in_flight')) ?? 0,
          approvalWaiters: (await gauge('acgs_approval_waiters')) ?? 0,
          journalQueue: (await gauge('acgs_journal_queue_records')) ?? 0,
          ...(indexLagRecords === undefined ? {} : { indexLagRecords }),
          ...(ledgerLagRecords === undefined ? {} : { ledgerLagRecords }),
          ...(checkpointAgeSeconds === undefined ? {} : { checkpointAgeMs: checkpointAgeSeconds * 1000 }),
          loopDelayMs,
          heapBytes: heapUsed,
          rssBytes: rss,
        },
      };
    },
    close: () => loop.disable(),
  };
}

function countedBy(values: readonly MetricValue<string>[], label: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { labels, value } of values) {
    const name = String(labels[label] ?? '');
    counts[name] = (counts[name] ?? 0) + value;
  }
  return counts;
}

/** The buckets among a histogram's values; they come in ascending order. */
function durationsOf(values: readonly MetricValue<string>[]): Durations {
  const buckets = values.filter(({ labels }) => labels['le'] !== undefined);
  return {
    bounds: buckets.map(({ labels: { le } }) => (le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le))),
    counts: buckets.map(({ value }) => value),
  };
}
