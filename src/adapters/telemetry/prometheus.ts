import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { createConstitutionMetrics } from '#adapters/telemetry/constitution.ts';
import { registerGauge } from '#adapters/telemetry/gauge.ts';
import { createHealthReader } from '#adapters/telemetry/health.ts';
import { createIdentityMetrics, type IdentityGauges } from '#adapters/telemetry/identity.ts';
import { createJournalMetrics, type JournalGauges } from '#adapters/telemetry/journal.ts';
import { createLedgerMetrics, type LedgerGauges } from '#adapters/telemetry/ledger.ts';
import { createRollOutMetrics, type RollOutGauges } from '#adapters/telemetry/roll-out.ts';
import type { Governance } from '#domain/constitution/governance.ts';
import { byName, DECISION_CACHES, DECISION_STAGES, type DecisionMetrics } from '#domain/decision/decision-metrics.ts';

/** Seconds: fine around the objective of 5 ms. */
const STAGE_BUCKETS_S = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

/** The metrics of one process. `gauges` are read when Prometheus asks. */
export function createPrometheusTelemetry(gauges: {
  readonly governance: Governance;
  readonly constitutionAgeSeconds: () => number;
  readonly inFlight: () => number;
  readonly journalSequence: () => number;
  readonly journalWritable: () => boolean;
  readonly indexLagRecords: () => number;
  readonly approvalWaiters: () => number;
}) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const decisions = new Counter({
    name: 'acgs_decisions_total',
    help: 'Decisions by verdict and agent.',
    labelNames: ['verdict', 'agent'],
    registers,
  });
  const stages = new Histogram({
    name: 'acgs_decision_stage_seconds',
    help: 'Time of each stage of a decision.',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS_S,
    registers,
  });
  const outcomes = new Counter({
    name: 'acgs_outcomes_total',
    help: 'Outcomes; governed="false" happened without a decision.',
    labelNames: ['status', 'governed'],
    registers,
  });
  const refusals = new Counter({
    name: 'acgs_refusals_total',
    help: 'Requests refused, by stable code.',
    labelNames: ['code'],
    registers,
  });
  const caches = new Counter({
    name: 'acgs_cache_requests_total',
    help: 'Questions to a cache; result is hit or miss.',
    labelNames: ['cache', 'result'],
    registers,
  });
  const unrecorded = new Counter({
    name: 'acgs_decisions_unrecorded_total',
    help: 'Denied because the journal could not be written.',
    registers,
  });

  const gauge = (name: string, help: string, read: () => number) => registerGauge(registers, name, help, read);
  gauge('acgs_requests_in_flight', 'Requests being answered.', gauges.inFlight);
  gauge('acgs_journal_sequence', 'Sequence of the last durable record.', gauges.journalSequence);
  gauge('acgs_journal_writable', '1 while the journal takes records.', () => (gauges.journalWritable() ? 1 : 0));
  gauge('acgs_approval_waiters', 'Callers held open while a person is asked.', gauges.approvalWaiters);
  gauge('acgs_index_lag_records', 'Journal records that the search index has not applied yet.', gauges.indexLagRecords);

  // Looked up once: these are counted several times for each decision.
  const stageTimes = byName(DECISION_STAGES, (stage) => stages.labels({ stage }));
  const hits = byName(DECISION_CACHES, (cache) => caches.labels({ cache, result: 'hit' }));
  const misses = byName(DECISION_CACHES, (cache) => caches.labels({ cache, result: 'miss' }));

  const metrics: DecisionMetrics = {
    decided: (verdict, agent) => decisions.inc({ verdict, agent }),
    stage: (stage, durationMs) => stageTimes[stage].observe(durationMs / 1000),
    outcome: (status, governed) => outcomes.inc({ status, governed: String(governed) }),
    cached: (cache, isHit) => (isHit ? hits : misses)[cache].inc(),
    refused: (code) => refusals.inc({ code }),
    unrecorded: () => unrecorded.inc(),
  };
  const constitutionMetrics = createConstitutionMetrics(registers, gauges);
  return {
    metrics,
    constitutionMetrics,
    /** Of a process that keeps a ledger or ships to one; called at most once. */
    ledgerMetrics: (of: LedgerGauges) => createLedgerMetrics(registers, of),
    /** Of a process that decides or keeps roll-outs; called at most once. */
    rollOutMetrics: (of: RollOutGauges) => createRollOutMetrics(registers, of),
    /** Of a process with a journal of its own; called at most once. */
    journalMetrics: (of: JournalGauges) => createJournalMetrics(registers, of),
    /** What people look at first; one reader for each process. */
    healthReader: (nowMs: () => number) => createHealthReader(registry, nowMs),
    /** Of every process; called at most once. */
    identityMetrics: (of: IdentityGauges) => createIdentityMetrics(registers, of),
    contentType: registry.contentType,
    expose: () => registry.metrics(),
  };
}
