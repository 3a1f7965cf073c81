import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { registerGauge } from '#adapters/telemetry/gauge.ts';
import type { LedgerMetrics } from '#domain/ledger/ledger-metrics.ts';

/** Seconds: around the objective of one second. */
const AGE_BUCKETS_S = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 5, 15, 60];

/** What the gauges of a ledger read, when Prometheus asks. */
export interface LedgerGauges {
  readonly isLeading: () => boolean;
  readonly size: () => number;
  readonly publishedSize: () => number;
  /** How long the oldest entry has waited that is under no checkpoint yet. */
  readonly checkpointAgeSeconds: () => number;
  /** Records of this node's journal that the ledger does not have yet. */
  readonly shipLagRecords: () => number;
  readonly nodes: () => readonly { readonly node: string; readonly state: string; readonly missing: number }[];
}

/** What is counted of a ledger. `deploy/prometheus/rules/ledger.yaml` has an alert for each. */
export function createLedgerMetrics(registers: Registry[], gauges: LedgerGauges): LedgerMetrics {
  const gauge = (name: string, help: string, read: () => number) => registerGauge(registers, name, help, read);
  gauge('acgs_ledger_leading', '1 while this process sequences.', () => (gauges.isLeading() ? 1 : 0));
  gauge('acgs_ledger_size', 'Entries accepted.', gauges.size);
  gauge('acgs_ledger_published_size', 'Entries under the published checkpoint.', gauges.publishedSize);
  gauge(
    'acgs_ledger_checkpoint_age_seconds',
    'How long the oldest entry has waited that is under no checkpoint yet.',
    gauges.checkpointAgeSeconds,
  );
  gauge(
    'acgs_ledger_ship_lag_records',
    "Records of this node's journal that the ledger does not have.",
    gauges.shipLagRecords,
  );
  new Gauge({
    name: 'acgs_ledger_node_state',
    help: '1 for the state that a node is in: current, behind, left, silent, silent-while-active.',
    labelNames: ['node', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { node, state } of gauges.nodes()) this.set({ node, state }, 1);
    },
  });
  new Gauge({
    name: 'acgs_ledger_node_missing_records',
    help: 'Records that a node has told of and the ledger does not have.',
    labelNames: ['node'],
    registers,
    collect() {
      this.reset();
      for (const { node, missing } of gauges.nodes()) this.set({ node }, missing);
    },
  });

  const ages = new Histogram({
    name: 'acgs_ledger_checkpoint_wait_seconds',
    help: 'How long the oldest entry of each checkpoint had waited for it.',
    buckets: AGE_BUCKETS_S,
    registers,
  });
  const incidents = new Counter({
    name: 'acgs_ledger_incidents_total',
    help: 'Records refused, and journals that are not what the ledger has of them, by stable code.',
    labelNames: ['code'],
    registers,
  });
  const lost = new Counter({
    name: 'acgs_ledger_leading_lost_total',
    help: 'Times that sequencing was given up.',
    registers,
  });
  const missed = new Counter({
    name: 'acgs_ledger_quorum_missed_total',
    help: 'Checkpoints held back for want of cosignatures.',
    registers,
  });
  const notCosigned = new Counter({
    name: 'acgs_ledger_not_cosigned_total',
    help: 'Answers of witnesses that are no cosignature; reply="contradicts" is a rollback or a fork.',
    labelNames: ['witness', 'reply'],
    registers,
  });
  return {
    published: (oldestMs) => ages.observe(oldestMs / 1000),
    incident: (code) => incidents.inc({ code }),
    leadingLost: () => lost.inc(),
    quorumMissed: () => missed.inc(),
    notCosigned: (witness, reply) => notCosigned.inc({ witness, reply }),
  };
}
