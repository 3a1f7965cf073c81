/** Nanoseconds of single decisions. */
export interface Timing {
  readonly p50Ns: number;
  readonly p99Ns: number;
  /** Decisions that were timed. */
  readonly count: number;
}

/** Time spent on one row: enough for a steady p99 of the fast ones, bearable for the slow ones. */
const WARM_MS = 400;
const MEASURE_MS = 1200;
const SAMPLES_MAX = 400_000;

/**
 * Times each call by itself, after a warm-up, over and over through the inputs. The timer's own cost (the control row) is
 * part of every figure.
 */
export function measure<T>(inputs: readonly T[], decide: (input: T) => unknown): Timing {
  const started = performance.now();
  let sink: unknown;
  while (performance.now() - started < WARM_MS)
    for (const input of inputs) {
      sink = decide(input);
      if (performance.now() - started > 4 * WARM_MS) break;
    }
  const samples = new Float64Array(SAMPLES_MAX);
  let count = 0;
  const deadline = performance.now() + MEASURE_MS;
  while (count < SAMPLES_MAX && performance.now() < deadline)
    for (const input of inputs) {
      if (count === SAMPLES_MAX) break;
      const before = process.hrtime.bigint();
      sink = decide(input);
      samples[count] = Number(process.hrtime.bigint() - before);
      count += 1;
      if ((count & 15) === 0 && performance.now() > deadline) break;
    }
  // Read, so that no call is optimised away.
  if (sink === Symbol.for('never')) throw new Error('unreachable');
  const sorted = samples.subarray(0, count).sort();
  const at = (fraction: number) => sorted[Math.min(count - 1, Math.floor(count * fraction))] ?? Number.NaN;
  return { p50Ns: at(0.5), p99Ns: at(0.99), count };
}

export function micros(ns: number): string {
  const us = ns / 1000;
  return us < 10 ? us.toFixed(2) : us < 100 ? us.toFixed(1) : us.toFixed(0);
}
