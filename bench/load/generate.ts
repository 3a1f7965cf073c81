import { Pool } from 'undici';

/**
 * An open-loop load generator, run in a process of its own. Requests are due at fixed times whatever the server does, and
 * latency counts from the time a request was due: a server that stalls is charged for everyone who would have waited.
 */
export interface Load {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn. */
  readonly bodies: readonly string[];
  /** What each body's answer must contain, or the request counts as an error. */
  readonly expected: readonly string[];
  /** Requests per second; 0 for a closed loop at saturation. */
  readonly ratePerS: number;
  readonly seconds: number;
  readonly connections: number;
  /** Ends when each body has been sent once, though the time is not over: a second round would be known already. */
  readonly once?: boolean;
}

export interface LoadResult {
  readonly sent: number;
  readonly errors: number;
  readonly firstError?: string;
  readonly seconds: number;
  readonly perS: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** More than this waiting is no measurement any more: the rest is counted as errors. */
const OUTSTANDING_MAX = 20_000;

process.on('message', (load: Load) => {
  run(load).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function run(load: Load): Promise<LoadResult> {
  const pool = new Pool(load.origin, { connections: load.connections, pipelining: 1 });
  const latenciesMs: number[] = [];
  let errors = 0;
  let firstError: string | undefined;
  let outstanding = 0;
  let sent = 0;

  async function send(dueMs: number): Promise<void> {
    const turn = sent % load.bodies.length;
    sent += 1;
    outstanding += 1;
    try {
      const response = await pool.request({
        path: load.path,
        method: 'POST',
        headers: load.headers,
        body: load.bodies[turn] ?? '',
      });
      const text = await response.body.text();
      if (response.statusCode !== 200 || !text.includes(load.expected[turn] ?? ''))
        throw new Error(`${response.statusCode} ${text.slice(0, 200)}`);
      latenciesMs.push(performance.now() - dueMs);
    } catch (error) {
      errors += 1;
      firstError ??= String(error);
    } finally {
      outstanding -= 1;
    }
  }

  const startMs = performance.now();
  const endMs = startMs + load.seconds * 1000;
  if (load.ratePerS === 0) {
    const worker = async (): Promise<void> => {
      while (performance.now() < endMs && !(load.once === true && sent >= load.bodies.length)) {
        await send(performance.now());
      }
    };
    await Promise.all(Array.from({ length: load.connections }, worker));
  } else {
    const intervalMs = 1000 / load.ratePerS;
    let due = 0;
    const pending: Promise<void>[] = [];
    while (performance.now() < endMs) {
      const nowMs = performance.now();
      while (startMs + due * intervalMs <= nowMs) {
        if (outstanding < OUTSTANDING_MAX) pending.push(send(startMs + due * intervalMs));
        else errors += 1;
        due += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(pending);
  }
  const seconds = (performance.now() - startMs) / 1000;
  await pool.close();
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) =>
    latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ?? Number.NaN;
  return {
    sent,
    errors,
    ...(firstError === undefined ? {} : { firstError }),
    seconds,
    perS: latenciesMs.length / seconds,
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p99Ms: at(0.99),
    maxMs: latenciesMs.at(-1) ?? Number.NaN,
  };
}
