import { Histogram, type Registry } from 'prom-client';
import { registerGauge } from '#adapters/telemetry/gauge.ts';

/** Seconds: from a disk with a cache that survives to one that is in trouble. */
const SYNC_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export interface JournalGauges {
  /** Records that wait for the disk. */
  readonly waiting: () => number;
}

/** What is counted of a journal beyond its records. */
export function createJournalMetrics(registers: Registry[], gauges: JournalGauges) {
  const syncs = new Histogram({
    name: 'acgs_journal_sync_seconds',
    help: 'Time of each write to the journal with its sync; many records share one.',
    buckets: SYNC_BUCKETS_S,
    registers,
  });
  registerGauge(registers, 'acgs_journal_queue_records', 'Records that wait for the disk.', gauges.waiting);
  return { synced: (durationMs: number) => syncs.observe(durationMs / 1000) };
}
