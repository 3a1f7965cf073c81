/**
 * `npm run bench:journal [-- --seconds N] [--directory DIR]`
 *
 * Appends per second and latency for 1 to 256 concurrent appenders (closed loop), beside controls measured in the same run,
 * in turns, with the same number of bytes:
 *
 *   write + fdatasync        one record at a time, by the same thread-pool calls: what the disk and the runtime cost
 *   … batches of N           the same with N records' bytes: the least that a group commit of N can cost
 *   … two in flight          N records split over two writes and syncs that overlap: is one batch at a time the right choice?
 *   … into written zeros     the file's blocks exist: what preallocation would spare
 *
 * DIR must be on the disk that is meant; the default is a directory below the working directory, not /tmp.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { openJournal } from '#adapters/journal/open-journal.ts';
import { sampleEntry } from '#adapters/journal/sample-entries.ts';
import { writeAll } from '#adapters/journal/segment-file.ts';
import { genesisPosition } from '#domain/journal/chain.ts';
import { encodeFrame } from '#domain/journal/frame.ts';

const APPENDERS = [1, 4, 16, 64, 256];
/** Made beforehand: what is measured is the journal. */
const ENTRIES = Array.from({ length: 64 }, (_, number) => sampleEntry(number));
const ZEROS_BYTES = 32 * 1024 * 1024;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '2' }, directory: { type: 'string', default: '.' } },
});
const durationMs = Number(values.seconds) * 1000;
const directory = mkdtempSync(join(resolve(values.directory), '.bench-journal-'));

interface Row {
  readonly name: string;
  readonly recordsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the process, all threads. */
  readonly cpuMicrosecondsPerRecord: number;
}

const frame = encodeFrame(genesisPosition('bench'), JSON.stringify(sampleEntry(1))).bytes;
const stealBefore = stealTicks();
try {
  print(`${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}, Node ${process.version}, ${directory}`);
  print(`record: ${frame.length} bytes; ${values.seconds} s a row`);
  print(`encoding one record (JSON, SHA-256, CRCs): ${encodeMicroseconds().toFixed(1)} µs of CPU\n`);
  print(
    `${'what'.padEnd(44)}${'records/s'.padStart(12)}${'p50 ms'.padStart(10)}${'p99 ms'.padStart(10)}${'CPU µs/record'.padStart(15)}`,
  );
  for (const appenders of APPENDERS) {
    const batch = Buffer.concat(Array.from({ length: appenders }, () => frame));
    const half = batch.subarray(0, Math.floor(batch.length / 2));
    show(await control(`control: write + fdatasync, batches of ${appenders}`, appenders, [batch], false));
    show(await journal(appenders));
    if (appenders > 1) show(await control(`control: … two in flight`, appenders, [half, half], false));
    show(await control(`control: … into written zeros`, appenders, [batch], true));
  }
  print(`\n${await checking(APPENDERS.at(-1) ?? 1)}`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
const steal = stealTicks();
if (stealBefore !== undefined && steal !== undefined)
  print(`\nsteal during the run: ${((steal - stealBefore) / 100).toFixed(2)} s of CPU time`);

async function journal(appenders: number): Promise<Row> {
  const opened = await openJournal({ directory: join(directory, `journal-${appenders}`) });
  if (!opened.ok) throw new Error(opened.refusal.message);
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const end = performance.now() + durationMs;
  const began = performance.now();
  let number = 0;
  await Promise.all(
    Array.from({ length: appenders }, async () => {
      while (performance.now() < end) {
        number += 1;
        const entry = ENTRIES[number % ENTRIES.length] ?? sampleEntry(number);
        const before = performance.now();
        await opened.value.append(entry);
        latencies.push(performance.now() - before);
      }
    }),
  );
  const row = rowOf(
    `journal: ${appenders} appender${appenders === 1 ? '' : 's'}`,
    latencies,
    latencies.length,
    performance.now() - began,
    cpu,
  );
  await opened.value.close();
  return row;
}

/** What opening a journal costs: every byte of it is checked. */
async function checking(appenders: number): Promise<string> {
  const before = performance.now();
  const cpu = process.cpuUsage();
  const opened = await openJournal({ directory: join(directory, `journal-${appenders}`) });
  const seconds = (performance.now() - before) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  if (!opened.ok) throw new Error(opened.refusal.message);
  const { records } = opened.value.recovered;
  await opened.value.close();
  const megabytes = (records * frame.length) / 1e6;
  return `opening ${records} records (${megabytes.toFixed(0)} MB): ${seconds.toFixed(2)} s, ${((user + system) / 1e6).toFixed(2)} s of CPU`;
}

/** Writes `parts` at once, each with its own sync, again and again; a round's latency ends with its last sync. */
async function control(name: string, records: number, parts: readonly Buffer[], zeros: boolean): Promise<Row> {
  const path = join(directory, 'control');
  const file: FileHandle = await open(path, 'w');
  try {
    if (zeros) {
      await writeAll(file, Buffer.alloc(ZEROS_BYTES), 0);
      await file.sync();
    }
    const roundBytes = parts.reduce((sum, part) => sum + part.length, 0);
    const latencies: number[] = [];
    const cpu = process.cpuUsage();
    const began = performance.now();
    let position = 0;
    while (performance.now() - began < durationMs) {
      // Stay within what was written; the same blocks again are as good for the purpose.
      if (zeros && position + roundBytes > ZEROS_BYTES) position = 0;
      const before = performance.now();
      let at = position;
      await Promise.all(
        parts.map(async (part) => {
          const start = at;
          at += part.length;
          await writeAll(file, part, start);
          await file.datasync();
        }),
      );
      position += roundBytes;
      latencies.push(performance.now() - before);
    }
    return rowOf(name, latencies, latencies.length * records, performance.now() - began, cpu);
  } finally {
    await file.close();
    rmSync(path);
  }
}

/** CPU time, not wall time: a busy machine does not change it much. */
function encodeMicroseconds(): number {
  const entry = sampleEntry(1);
  const rounds = 20_000;
  let position = genesisPosition('bench');
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) position = encodeFrame(position, JSON.stringify(entry)).position;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rounds;
}

function rowOf(
  name: string,
  latencies: readonly number[],
  records: number,
  elapsedMs: number,
  cpu: NodeJS.CpuUsage,
): Row {
  const { user, system } = process.cpuUsage(cpu);
  const sorted = latencies.toSorted((one, other) => one - other);
  const quantile = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return {
    name,
    recordsPerSecond: (records * 1000) / elapsedMs,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    cpuMicrosecondsPerRecord: (user + system) / records,
  };
}

function show({ name, recordsPerSecond, p50Ms, p99Ms, cpuMicrosecondsPerRecord }: Row): void {
  print(
    `${name.padEnd(44)}${recordsPerSecond.toFixed(0).padStart(12)}${p50Ms.toFixed(2).padStart(10)}${p99Ms.toFixed(2).padStart(10)}${cpuMicrosecondsPerRecord.toFixed(1).padStart(15)}`,
  );
}

/** CPU time that the host gave to others, in 1/100 s; undefined where the system does not say. */
function stealTicks(): number | undefined {
  try {
    const [, , , , , , , , steal] = readFileSync('/proc/stat', 'utf8').split(/\s+/);
    return Number(steal);
  } catch {
    return undefined;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
