import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type CampaignResult, runCampaign, worldText } from './campaign.ts';

/**
 * `npm run test:differential [-- --answers N --seed S --jobs J]`: compares the compiled engine with cedar-wasm over random
 * worlds, a million answers in both modes by default. Work is cut into batches, each with a seed of its own, derived from the
 * first: a difference is repeated by `--seed <batch seed> --answers <batch size>`. Exits with 1 at a difference.
 */
const BATCH_ANSWERS = 20_000;

interface Batch {
  readonly seed: number;
  readonly answerCount: number;
}

if (isMainThread) await main();
else parentPort?.postMessage(runBatch(workerData));

function runBatch({ seed, answerCount }: Batch): CampaignResult & { readonly text?: string } {
  const { counterexample, ...tally } = runCampaign({ seed, answerCount });
  if (counterexample === undefined) return tally;
  // As text: the world's objects may have fields that do not survive the way to another thread.
  return {
    ...tally,
    counterexample: { world: null, differences: counterexample.differences },
    text: worldText(counterexample.world),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      answers: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      jobs: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const answerCount = Number(values.answers);
  const firstSeed = Number(values.seed);
  const batches: Batch[] = [];
  for (let start = 0; start < answerCount; start += BATCH_ANSWERS)
    batches.push({ seed: (firstSeed + batches.length) | 0, answerCount: Math.min(BATCH_ANSWERS, answerCount - start) });
  console.log(`seed ${firstSeed}, ${answerCount} answers in ${batches.length} batches`);

  const started = performance.now();
  const total = { allowed: 0, denied: 0, withErrors: 0, refused: 0 };
  let failed = 0;
  const work = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const result = await inWorker(batch);
      total.allowed += result.allowed;
      total.denied += result.denied;
      total.withErrors += result.withErrors;
      total.refused += result.refused;
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      console.log(`${seconds} s: batch seed ${batch.seed}: ${JSON.stringify(total)}`);
      if (result.counterexample === undefined) continue;
      failed += 1;
      console.log(`DIFFERENCE (seed ${batch.seed}):\n${result.counterexample.differences.join('\n')}\n${result.text}`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  const compared = total.allowed + total.denied + total.refused;
  console.log(`${compared} answers compared in two modes, ${failed} batches with a difference`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function inWorker(batch: Batch): Promise<ReturnType<typeof runBatch>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: batch });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
