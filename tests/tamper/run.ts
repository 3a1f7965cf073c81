import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type CampaignResult, runCampaign } from './campaign.ts';
import { MUTATION_KINDS } from './mutations.ts';

/**
 * `npm run test:tamper [-- --mutations N --untouched N --seed S --jobs J]`: tampers with generated logs, 100,000 times by
 * default, and looks at 10,000 sound ones. Work is cut into batches, each with a seed of its own that follows from the first; what
 * is printed on a failure repeats its batch. Exits with 1 when a tampering is not found, or a sound log is said not to be.
 */
const BATCH_MUTATIONS = 2_000;

interface Batch {
  readonly seed: number;
  readonly mutations: number;
  readonly untouched: number;
}

if (isMainThread) await main();
else parentPort?.postMessage(await runCampaign(workerData));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      mutations: { type: 'string', default: '100000' },
      untouched: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      jobs: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const batches = batchesOf(Number(values.seed), Number(values.mutations), Number(values.untouched));
  console.log(
    `seed ${values.seed}, ${values.mutations} mutations, ${values.untouched} sound logs, ${batches.length} batches`,
  );
  const started = performance.now();
  const results: CampaignResult[] = [];
  const work = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const result = await inWorker(batch);
      results.push(result);
      for (const failure of result.failures) {
        console.log(`NOT FOUND (--seed ${batch.seed} --mutations ${batch.mutations}): ${failure}`);
      }
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      console.log(`${seconds} s: batch seed ${batch.seed} done, ${batches.length} to go`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  report(results);
}

function batchesOf(seed: number, mutations: number, untouched: number): Batch[] {
  const count = Math.ceil(mutations / BATCH_MUTATIONS);
  return Array.from({ length: count }, (_, at) => ({
    // Far apart: within a batch seeds of logs follow each other.
    seed: (seed + at * 104_729_021) | 0,
    mutations: Math.min(BATCH_MUTATIONS, mutations - at * BATCH_MUTATIONS),
    untouched: Math.floor((untouched * (at + 1)) / count) - Math.floor((untouched * at) / count),
  }));
}

function report(results: readonly CampaignResult[]): void {
  const sum = (of: (result: CampaignResult) => number) => results.reduce((total, result) => total + of(result), 0);
  for (const kind of MUTATION_KINDS) console.log(`${kind.padEnd(10)} ${sum(({ mutated }) => mutated[kind])}`);
  const codes = [...new Set(results.flatMap(({ findings }) => Object.keys(findings)))].toSorted();
  console.log('found as');
  for (const code of codes) console.log(`  ${code.padEnd(22)} ${sum(({ findings }) => findings[code] ?? 0)}`);
  const mutated = sum((result) => MUTATION_KINDS.reduce((total, kind) => total + result.mutated[kind], 0));
  const failed = sum(({ failures }) => failures.length);
  console.log(`${mutated} mutations, ${sum(({ untouched }) => untouched)} sound logs, ${failed} failures`);
  process.exitCode = failed === 0 && mutated > 0 ? 0 : 1;
}

function inWorker(batch: Batch): Promise<CampaignResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: batch });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
