import { Counter, Gauge, type Registry } from 'prom-client';
import type { ConstitutionMetrics } from '#domain/constitution/constitution-metrics.ts';
import type { Governance } from '#domain/constitution/governance.ts';

/** What is counted of the trust in the constitution. `deploy/prometheus/rules/constitution.yaml` has an alert for each. */
export function createConstitutionMetrics(
  registers: Registry[],
  gauges: {
    readonly governance: Governance;
    /** Since digest, signatures and lineage were last recomputed, and a node that follows a service was last confirmed by it. */
    readonly constitutionAgeSeconds: () => number;
  },
): ConstitutionMetrics {
  const verified = new Counter({
    name: 'acgs_constitution_verified_total',
    help: 'Times that the lineage was verified from the bytes.',
    registers,
  });
  const refused = new Counter({
    name: 'acgs_constitution_refused_total',
    help: 'Times that it was not, by stable code.',
    labelNames: ['code'],
    registers,
  });
  const drifted = new Counter({
    name: 'acgs_constitution_drift_total',
    help: 'Calls by a service that decides under another constitution.',
    registers,
  });
  new Gauge({
    name: 'acgs_constitution_info',
    help: 'The constitution in force.',
    labelNames: ['lineage', 'number', 'digest'],
    registers,
    collect() {
      const { lineage, number, digest } = gauges.governance.active().ref;
      this.reset();
      this.set({ lineage, number: String(number), digest }, 1);
    },
  });
  new Gauge({
    name: 'acgs_constitution_age_seconds',
    help: 'Seconds since what is in force was last verified from the bytes, and confirmed by the service that this node follows.',
    registers,
    collect() {
      this.set(gauges.constitutionAgeSeconds());
    },
  });
  new Gauge({
    name: 'acgs_constitution_age_max_seconds',
    help: 'Seconds that a node goes on by a constitution that it could not verify again: the constitution says how many.',
    registers,
    collect() {
      this.set(gauges.governance.active().constitution.bundle.ageHoursMax * 3_600);
    },
  });
  return {
    verified: () => verified.inc(),
    refused: (code) => refused.inc({ code }),
    drifted: () => drifted.inc(),
  };
}
