import { Gauge, type Registry } from 'prom-client';

/** One number without labels, read when Prometheus asks. */
export function registerGauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
}
