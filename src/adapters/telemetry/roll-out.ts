import { Counter, Gauge, type Registry } from 'prom-client';
import type { RollOutCounts } from '#domain/rollout/counts.ts';
import type { Flip } from '#domain/rollout/order.ts';

/** What is seen of roll-outs: by a node of its own decisions, by the constitution service of all nodes. */
export interface RollOutGauges {
  /** What this node tries: `none`, `shadow` or `canary`. */
  readonly stage: () => 'none' | 'shadow' | 'canary';
  /** Since this node follows its order. */
  readonly counts: () => RollOutCounts;
  readonly flips: () => readonly Flip[];
  /** Absent where this process is no constitution service. Seconds since each node was heard of, and whether it follows its order. */
  readonly nodes: () => readonly { readonly id: string; readonly seenSeconds: number; readonly follows: boolean }[];
}

export interface RollOutMetrics {
  /** A candidate was taken back, by the kind of cause: `objective`, `person`, … */
  rolledBack(cause: string): void;
}

const STAGES = ['none', 'shadow', 'canary'] as const;

/** `deploy/prometheus/rules/roll-out.yaml` has an alert for what people must hear of. */
export function createRollOutMetrics(registers: Registry[], gauges: RollOutGauges): RollOutMetrics {
  const rolledBack = new Counter({
    name: 'acgs_roll_out_rolled_back_total',
    help: 'Candidates taken back, by the kind of cause.',
    labelNames: ['cause'],
    registers,
  });
  new Gauge({
    name: 'acgs_roll_out_stage',
    help: '1 for what this node tries beside what is in force: none, shadow or canary.',
    labelNames: ['stage'],
    registers,
    collect() {
      for (const stage of STAGES) this.set({ stage }, gauges.stage() === stage ? 1 : 0);
    },
  });
  new Gauge({
    name: 'acgs_roll_out_cohort_decisions',
    help: 'Decisions of each cohort since this node follows its order: all, and those that were denied, asked, failed or slow.',
    labelNames: ['cohort', 'outcome'],
    registers,
    collect() {
      const counts = gauges.counts();
      for (const cohort of ['canary', 'control'] as const) {
        const { decisions, ...outcomes } = counts[cohort];
        this.set({ cohort, outcome: 'all' }, decisions);
        for (const [outcome, count] of Object.entries(outcomes)) this.set({ cohort, outcome }, count);
      }
    },
  });
  new Gauge({
    name: 'acgs_roll_out_flips',
    help: 'Actions that the candidate decides otherwise than what is in force, by both verdicts, since this node follows its order.',
    labelNames: ['from', 'to'],
    registers,
    collect() {
      this.reset();
      for (const { from, to, count } of gauges.flips()) this.set({ from, to }, count);
    },
  });
  new Gauge({
    name: 'acgs_constitution_node_seen_seconds',
    help: 'Seconds since the constitution service last heard of a node.',
    labelNames: ['node'],
    registers,
    collect() {
      this.reset();
      for (const { id, seenSeconds } of gauges.nodes()) this.set({ node: id }, seenSeconds);
    },
  });
  new Gauge({
    name: 'acgs_constitution_node_follows',
    help: '1 when a node has acknowledged the order that is given now.',
    labelNames: ['node'],
    registers,
    collect() {
      this.reset();
      for (const { id, follows } of gauges.nodes()) this.set({ node: id }, follows ? 1 : 0);
    },
  });
  return { rolledBack: (cause) => rolledBack.inc({ cause }) };
}
