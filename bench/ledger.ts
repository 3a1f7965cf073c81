/**
 * What a ledger costs, on this machine's disk: `npm run bench:ledger`. Options: --seconds 10 --leaves 10000000 --directory DIR
 *
 * 1. Control: the bytes of one batch, written into a file that was filled before and fdatasynced, 200 times a second. What the disk gives; nothing can be below it.
 * 2. Appends through the sequencer on files, each acknowledged after fsync, at a fixed rate and as fast as it goes: per second, p50, p99,
 *    checkpoint age. The sequencer has a process of its own, as in a server, and is asked as there; shippers here send batches of 10 records each, as a node does under
 *    load. Beside them what the control's disk gives in the same seconds (20 a second, another file), how long the ledger's thread was not free, and for how
 *    much of that it collected garbage, its processor time, and what was written and synced.
 * 3. Inclusion proofs from the published tree: bytes, time to make, time to verify.
 * 4. Cost against size: a tree that grows to --leaves, in memory. Simulated: its tiles are counted and thrown away but for the edge. Processor time, which other
 *    programs on the machine change little.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createLedgerFiles } from '#adapters/ledger-files/ledger-files.ts';
import { superviseProcess } from '#apps/server/child-process.ts';
import type { LedgerQuestion } from '#apps/server/ledger-process/protocol.ts';
import { type ChainPosition, genesisPosition } from '#domain/journal/chain.ts';
import type { ShippedRecord } from '#domain/ledger/admit.ts';
import { entryBytes, entryLeafHash } from '#domain/ledger/entry.ts';
import { EMPTY_LOG, grow, type Leaf, type LogTree } from '#domain/ledger/grow.ts';
import { encodeIntake } from '#domain/ledger/intake.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { sampleKey } from '#domain/ledger/sample-keys.ts';
import { type LedgerStore, LedgerUnavailable } from '#domain/ledger/store.ts';
import { verifyTlogProof } from '#domain/ledger/tlog-proof.ts';
import { createProver } from '#services/integrity/prove.ts';
import { recordAfter, someRecords } from '#services/integrity/sample-records.ts';
import type { AppendAnswer } from '#services/integrity/sequencer.ts';
import type { BenchLedgerSettings, FromBenchLedger, LedgerMeasured, ToBenchLedger } from './ledger-process.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    leaves: { type: 'string', default: '10000000' },
    directory: { type: 'string', default: tmpdir() },
  },
});
const seconds = Number(values.seconds);
const BATCH_RECORDS = 10;
const BACK_OFF_MS = 50;
const SHIPPERS = 64;
/** What the aim asks for, and how often it is asked for. */
const RATE_PER_SECOND = 10_000;
const CONTROL_EVERY_MS = 5;
const PROBE_EVERY_MS = 50;
/** Longer than the control runs between two uses of one place. */
const CONTROL_FILE_BYTES = 4 * 1024 * 1024;
const PROOFS = 500;
const SLICE_LEAVES = 4096;

const key = sampleKey('log', 'log.example', 1);
const root = mkdtempSync(join(values.directory, 'acgs-bench-ledger-'));
try {
  await control();
  await appends('at 10,000/s', RATE_PER_SECOND);
  await appends('as fast as it goes', undefined);
  growth(Number(values.leaves));
} finally {
  rmSync(root, { recursive: true, force: true });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}

function batchBytes(count: number): Buffer {
  const entries = Array.from({ length: count }, (_, at) =>
    entryBytes({ node: 'control', sequence: at + 1, hash: 'a'.repeat(64) }),
  );
  return encodeIntake({ first: 0, entries });
}

async function control(): Promise<void> {
  const times = await syncsOf('control', CONTROL_EVERY_MS, sleep(seconds * 1000));
  say(
    `control: write + fdatasync of a batch of ${BATCH_RECORDS * 8} entries, every ${CONTROL_EVERY_MS} ms: ${percentiles(times)}`,
  );
}

/** Writes and syncs a batch every so often until the end: how long each took, in milliseconds from when it was due. */
async function syncsOf(name: string, everyMs: number, end: Promise<unknown>): Promise<readonly number[]> {
  const bytes = batchBytes(BATCH_RECORDS * 8);
  const file = await open(join(root, name), 'w');
  await file.writeFile(Buffer.alloc(CONTROL_FILE_BYTES));
  await file.sync();
  let isOver = false;
  void end.then(() => {
    isOver = true;
  });
  const times: number[] = [];
  for (let dueMs = performance.now(), at = 0; !isOver; dueMs += everyMs, at += bytes.length) {
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    await file.write(bytes, 0, bytes.length, at % (CONTROL_FILE_BYTES - bytes.length));
    await file.datasync();
    times.push(performance.now() - dueMs);
  }
  await file.close();
  return times;
}

async function appends(name: string, ratePerSecond: number | undefined): Promise<void> {
  const directory = join(root, name.replaceAll(/[^a-z]/g, ''));
  const ledger = await startLedger(directory);
  const everyMs = ratePerSecond === undefined ? 0 : (1000 * BATCH_RECORDS * SHIPPERS) / ratePerSecond;
  // Made before they are shipped, as far as it is known how many: the journals are not what is measured.
  const made = everyMs === 0 ? 0 : Math.ceil((seconds * 1000) / everyMs + 1) * BATCH_RECORDS;
  const journals = Array.from({ length: SHIPPERS }, (_, shipper) => someRecords(`node-${shipper}`, made));
  const times: number[] = [];
  const startMs = performance.now();
  const probing = syncsOf('probe', PROBE_EVERY_MS, sleep(seconds * 1000));
  const endMs = startMs + seconds * 1000;
  let records = 0;
  let turnedAway = 0;
  const ship = async (shipper: number): Promise<void> => {
    const node = `node-${shipper}`;
    const journal = journals[shipper] ?? [];
    let position: ChainPosition = genesisPosition(node);
    // Spread over the interval, so that the load is even.
    for (
      let dueMs = startMs + (everyMs * shipper) / SHIPPERS;
      dueMs < endMs;
      dueMs = everyMs === 0 ? performance.now() : dueMs + everyMs
    ) {
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const batch: ShippedRecord[] = journal.slice(position.sequence, position.sequence + BATCH_RECORDS);
      while (batch.length < BATCH_RECORDS) batch.push(recordAfter(batch.at(-1) ?? position));
      // From when it was due: a queue that builds up is counted, not left out.
      const fromMs = everyMs === 0 ? performance.now() : dueMs;
      const answer = await ledger.append(node, batch).catch((error: unknown) => {
        if (!(error instanceof LedgerUnavailable)) throw error;
        return undefined;
      });
      if (answer === undefined) {
        // As a shipper does: too many wait for a checkpoint, so it comes again.
        turnedAway += 1;
        await sleep(BACK_OFF_MS);
        continue;
      }
      if (answer.kind === 'refused') throw new Error(answer.refused.what);
      position = answer.position;
      times.push(performance.now() - fromMs);
      records += batch.length;
    }
  };
  await Promise.all(Array.from({ length: SHIPPERS }, (_, shipper) => ship(shipper)));
  const tookMs = performance.now() - startMs;
  const measured = await ledger.measured();
  await ledger.close();
  say(
    `appends ${name}: ${Math.round((records * 1000) / tookMs)} records/s acknowledged after fsync; ${percentiles(times)}`,
  );
  if (turnedAway > 0)
    say(`  ${turnedAway} batches were turned away for a moment, because too many records waited for a checkpoint`);
  const { batchesMs, agesMs, pausesMs, objects, checkpoints } = measured;
  say(`  checkpoint age, looked at every 20 ms: ${percentiles(agesMs)}`);
  say(
    `  ${batchesMs.length} batches, each one write and fdatasync: ${percentiles(batchesMs)}; ${objects} tiles, bundles and positions, ${checkpoints} checkpoints, each synced with its directory`,
  );
  say(`  the disk beside it, a batch every ${PROBE_EVERY_MS} ms: ${percentiles(await probing)}`);
  say(
    `  the ledger's thread was not free for p99 ${measured.threadP99Ms.toFixed(1)} ms, at most ${measured.threadMaxMs.toFixed(1)} ms; its processor time ${(measured.processorUs / records).toFixed(1)} µs a record`,
  );
  const pausedMs = pausesMs.reduce((sum, each) => sum + each, 0);
  say(`  ${pausesMs.length} pauses for garbage, ${pausedMs.toFixed(0)} ms in all: ${percentiles(pausesMs)}`);
  await proofs(createLedgerFiles(directory));
}

/** The ledger's process of this bench, once it sequences. */
async function startLedger(directory: string) {
  let markReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });
  let tellMeasured: (of: LedgerMeasured) => void = () => undefined;
  const child = superviseProcess<BenchLedgerSettings, LedgerQuestion, ToBenchLedger, FromBenchLedger>({
    file: join(import.meta.dirname, 'ledger-process.ts'),
    settings: () => ({ directory }),
    receive(message) {
      if (message.kind === 'ready') markReady();
      else tellMeasured(message.of);
    },
    outage: (message) => new LedgerUnavailable(message),
    onEnded(how) {
      throw new Error(`the ledger's process has ended: ${how}`);
    },
  });
  await ready;
  return {
    append: (node: string, records: readonly ShippedRecord[]) => child.ask({ node, records }) as Promise<AppendAnswer>, // our own process answers
    measured: () =>
      new Promise<LedgerMeasured>((resolve) => {
        tellMeasured = resolve;
        child.post({ kind: 'measure' });
      }),
    close: () => child.close(),
  };
}

async function proofs(store: LedgerStore): Promise<void> {
  const prover = createProver(store);
  const policy = { logs: [{ key: key.verifier }], witnesses: [], quorum: { kind: 'none' } } as const;
  const making: number[] = [];
  const verifying: number[] = [];
  let bytes = 0;
  let size = 0;
  for (let at = 0; at < PROOFS; at += 1) {
    const madeMs = performance.now();
    const proved = await prover.inclusion({ node: `node-${at % SHIPPERS}`, sequence: 1 + Math.floor(at / SHIPPERS) });
    making.push(performance.now() - madeMs);
    if (!proved.ok) throw new Error(proved.refusal.message);
    const { entry, proof } = proved.value;
    const verifiedMs = performance.now();
    const verified = verifyTlogProof(proof, entryLeafHash(entry), policy);
    verifying.push(performance.now() - verifiedMs);
    if (!verified.ok) throw new Error(verified.refusal.message);
    bytes = Math.max(bytes, proof.length);
    ({ size } = proved.value);
  }
  say(
    `  proofs in ${size} entries: at most ${bytes} bytes; made in ${percentiles(making)}; verified in ${percentiles(verifying)}`,
  );
}

/** One node's records; hashing the entries themselves is a part of it, storing is not. */
function growth(leaves: number): void {
  let tree: LogTree = EMPTY_LOG;
  let objects = 0;
  let objectBytes = 0;
  let stop = 10_000;
  let startCpu = process.cpuUsage();
  let startSize = 0;
  const node = 'node-0';
  while (tree.edge.size < leaves) {
    const first = tree.edge.size;
    const slice = Array.from({ length: Math.min(SLICE_LEAVES, leaves - first) }, (_, at): Leaf => {
      const sequence = first + at + 1;
      const entry = { node, sequence, hash: sequence.toString(16).padStart(64, '0') };
      const bytes = entryBytes(entry);
      return { entry, bytes, hash: leafHash(bytes) };
    });
    const growth = grow(tree, slice);
    tree = growth.tree;
    for (const { path, bytes } of growth.objects.values()) {
      if (path.includes('.p/')) continue;
      objects += 1;
      objectBytes += bytes.length;
    }
    if (tree.edge.size < stop && tree.edge.size < leaves) continue;
    const { user, system } = process.cpuUsage(startCpu);
    const perLeafUs = (user + system) / (tree.edge.size - startSize);
    const heapMb = Math.round(process.memoryUsage().heapUsed / 1e6);
    say(
      `growth to ${tree.edge.size} leaves (simulated, in memory): ${perLeafUs.toFixed(2)} µs of processor a leaf since the last line; ${objects} full tiles, bundles and positions of ${(objectBytes / 1e6).toFixed(1)} MB so far; heap ${heapMb} MB`,
    );
    stop *= 10;
    startCpu = process.cpuUsage();
    startSize = tree.edge.size;
  }
}
