/**
 * The sequencer of `npm run bench:ledger` in a process of its own, started by it as the server starts the ledger's: asked over the same channel, with the same flags.
 * So what makes the records does not hold up what takes them in. It measures itself, and tells when it is asked to.
 */
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { createIntakeSegments } from '#adapters/ledger-files/intake-segments.ts';
import { createFileLease, createLedgerFiles } from '#adapters/ledger-files/ledger-files.ts';
import type { FromChild, ToChild } from '#apps/server/child-process.ts';
import type { LedgerQuestion } from '#apps/server/ledger-process/protocol.ts';
import type { Intake } from '#domain/ledger/intake.ts';
import { logIdentity } from '#domain/ledger/log-identity.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { type IntakeLog, type LedgerObject, type LedgerStore, LedgerUnavailable } from '#domain/ledger/store.ts';
import { createSequencer, type Sequencer } from '#services/integrity/sequencer.ts';

/** Sent to the process. */
export interface BenchLedgerSettings {
  readonly directory: string;
}
export type ToBenchLedger = { readonly kind: 'measure' };

/** Sent by it: since it began. Times in milliseconds. */
export interface LedgerMeasured {
  readonly batchesMs: readonly number[];
  readonly agesMs: readonly number[];
  readonly pausesMs: readonly number[];
  readonly objects: number;
  readonly checkpoints: number;
  readonly threadP99Ms: number;
  readonly threadMaxMs: number;
  readonly processorUs: number;
}
export type FromBenchLedger = { readonly kind: 'ready' } | { readonly kind: 'measured'; readonly of: LedgerMeasured };

const CHECKPOINT_INTERVAL_MS = 500;
const LOOK_EVERY_MS = 20;
/** Node counts a timer's own interval as delay: it is taken off again. */
const THREAD_RESOLUTION_MS = 5;

const key = sampleKey('log', 'log.example', 1);
let sequencer: Sequencer | undefined;
let measured: (() => LedgerMeasured) | undefined;

const tell = (message: FromChild<FromBenchLedger>): void => {
  if (process.connected) process.send?.(message);
};
process.on('disconnect', () => process.exit(0));
process.on('message', (received) => {
  const message = received as ToChild<BenchLedgerSettings, LedgerQuestion, ToBenchLedger>; // the bench is at the other end
  if (message.kind === 'begin') void begin(message.settings);
  else if (message.kind === 'ask') void answer(message.id, message.question);
  else if (message.kind === 'measure') {
    if (measured !== undefined) tell({ kind: 'measured', of: measured() });
  } else void sequencer?.close().finally(() => process.exit(0));
});

async function answer(id: number, { node, records }: LedgerQuestion): Promise<void> {
  try {
    tell({ kind: 'answer', id, value: await sequencer?.append(node, records) });
  } catch (error) {
    tell({ kind: 'failed', id, isOutage: error instanceof LedgerUnavailable, message: String(error) });
  }
}

async function begin({ directory }: BenchLedgerSettings): Promise<void> {
  const counted = countedStorage(createLedgerFiles(directory), createIntakeSegments(directory));
  const opened = createSequencer({
    store: counted.store,
    intake: counted.intake,
    acquireLease: createFileLease(directory),
    identity: logIdentity(key.signer, key.name),
    witnessing: { witnesses: [], quorum: { kind: 'none' } },
    intervalMs: CHECKPOINT_INTERVAL_MS,
    nowMs: Date.now,
    onEvent(event) {
      if (event.kind === 'leading-lost') throw event.error;
    },
  });
  await opened.tried;
  sequencer = opened;
  const agesMs: number[] = [];
  setInterval(() => {
    const { pendingSinceMs } = opened.status();
    agesMs.push(pendingSinceMs === undefined ? 0 : Date.now() - pendingSinceMs);
  }, LOOK_EVERY_MS);
  const pausesMs: number[] = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) pausesMs.push(duration);
  }).observe({ entryTypes: ['gc'] });
  const thread = monitorEventLoopDelay({ resolution: THREAD_RESOLUTION_MS });
  thread.enable();
  const before = process.cpuUsage();
  measured = () => {
    const { user, system } = process.cpuUsage(before);
    return {
      ...counted.told(),
      ...{ agesMs, pausesMs, processorUs: user + system },
      threadP99Ms: Math.max(0, thread.percentile(99) / 1e6 - THREAD_RESOLUTION_MS),
      threadMaxMs: Math.max(0, thread.max / 1e6 - THREAD_RESOLUTION_MS),
    };
  };
  tell({ kind: 'ready' });
}

/** The intake and the store, with what they are asked for: counted, and the batches timed. */
function countedStorage(store: LedgerStore, intake: IntakeLog) {
  const batchesMs: number[] = [];
  let objects = 0;
  let checkpoints = 0;
  return {
    intake: {
      ...intake,
      async append(batch: Intake) {
        const startMs = performance.now();
        await intake.append(batch);
        batchesMs.push(performance.now() - startMs);
      },
    },
    store: {
      ...store,
      async ensure(wanted: readonly LedgerObject[]) {
        objects += wanted.length;
        await store.ensure(wanted);
      },
      async replace(object: LedgerObject, expected: Buffer | undefined) {
        checkpoints += 1;
        return store.replace(object, expected);
      },
    },
    told: () => ({ batchesMs, objects, checkpoints }),
  };
}
